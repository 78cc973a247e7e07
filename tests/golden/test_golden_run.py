"""One run of the battery sr91-smoke, kept: the shipped detector must decide on it as it did, on every platform.

After a change that is meant to change decisions (another calibration, say):

    laneblock battery sr91-smoke --out results/sr91-smoke
    cp results/sr91-smoke/runs/smoke-incident-2/{corridor.toml,loops.csv.gz,incidents.csv,decisions-sheu2004.csv.gz} \
        tests/golden/smoke-incident-2/
"""

from pathlib import Path

import numpy as np
import pytest

from harness.records.decisions import read_decisions
from harness.reporting.replay_results import replay

GOLDEN = Path(__file__).parent / "smoke-incident-2"


def test_sheu2004_decides_on_the_kept_run_as_it_did_live(tmp_path: Path) -> None:
    document = replay([GOLDEN], {"sheu2004": None}, tmp_path)["sheu2004"]
    kept = read_decisions(GOLDEN / "decisions-sheu2004.csv.gz")
    now = read_decisions(tmp_path / "runs" / "smoke-incident-2" / "decisions-sheu2004.csv.gz")
    np.testing.assert_array_equal(now.times_s, kept.times_s)
    np.testing.assert_array_equal(now.alarm, kept.alarm)
    # The filter's matrix products may round differently on another processor.
    np.testing.assert_allclose(now.score, kept.score, rtol=1e-6)
    assert document["detected"] == 1
    # Onset 956 s, first alarm at the end of the frame at 1140 s.
    assert document["ttd_mean_s"] == pytest.approx(184)
