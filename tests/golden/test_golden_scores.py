"""The shipped recordings, scored: what the default detector's score document says of them, figure by figure.

After a change that is meant to change scores:

    laneblock replay harness/studies/baseline/recordings/*/ --out /tmp/scores
    python -m tests.golden.test_golden_scores /tmp/scores/score.json
"""

import json
import sys
from pathlib import Path

import pytest

from harness.reporting.replay_results import replay
from harness.running.run_defaults import DEFAULT_DETECTOR
from harness.studies.baseline.run_identities import SHIPPED

GOLDEN = Path(__file__).parent / "scores.json"
# Provenance, which is no figure.
ORIGIN = (
    *("recordings", "versions", "platform", "system", "machine", "command"),
    *("mask_faults", "fingerprint", "mask_fingerprint"),
)


def figures(document: object) -> dict[str, object]:
    """Every figure of a score document under its path, such as "by_persistence.0.dr"."""
    if isinstance(document, dict):
        parts = [(key, value) for key, value in document.items() if key not in ORIGIN]
    elif isinstance(document, list):
        parts = [(str(k), value) for k, value in enumerate(document)]
    else:
        return {"": document}
    found = {}
    for key, value in parts:
        for path, figure in figures(value).items():
            found[f"{key}.{path}".rstrip(".")] = figure
    return found


def test_the_default_detector_scores_on_the_shipped_recordings_as_it_did(tmp_path: Path) -> None:
    folders = sorted(path.parent for path in SHIPPED.glob("*/corridor.toml"))
    replay(folders, {DEFAULT_DETECTOR: None}, tmp_path)
    now = figures(json.loads((tmp_path / "score.json").read_text(encoding="utf-8")))
    kept = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert set(now) == set(kept)
    # Sums of floats may round differently on another processor; counts and times may not.
    assert now == {
        key: pytest.approx(value, rel=1e-9) if isinstance(value, float) else value for key, value in kept.items()
    }


if __name__ == "__main__":
    GOLDEN.write_text(
        json.dumps(figures(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))), indent=1) + "\n",
        encoding="utf-8",
    )
