"""The recordings that ship with laneblock: every detector decides on them as it did, on every platform, without SUMO.

After a change that is meant to change decisions (another calibration, say): python -m benchmarks.shipped_recordings
"""

from importlib.resources import files
from pathlib import Path

import pytest

from detectors.catalogue import DETECTORS, fingerprint
from harness.studies.baseline.baseline_file import read_baseline
from harness.studies.baseline.collect_baseline import SHIPPED_BASELINE
from tests.harness.command_line import Call, calling


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Calls the command; returns exit code, standard output and standard error."""
    return calling(capsys)


def test_every_detector_has_a_baseline() -> None:
    assert set(read_baseline(SHIPPED_BASELINE).detectors) == DETECTORS.own


def test_the_baseline_is_of_the_models_that_ship() -> None:
    kept = read_baseline(SHIPPED_BASELINE).detectors
    assert {name: one.fingerprint for name, one in kept.items()} == {name: fingerprint(name) for name in kept}


@pytest.mark.parametrize("name", sorted(DETECTORS.own))
def test_it_decides_as_it_did(name: str, call: Call) -> None:
    code, out, _ = call("baseline", "compare", "shipped", "--detector", name)
    assert (code, "the same, to the last incident" in out) == (0, True), out


def test_stricter_thresholds_are_found_to_be_worse(call: Call, tmp_path: Path) -> None:
    """That the comparison can fail: the detector's thresholds doubled in a file of its own."""
    shipped = files("detectors.sheu").joinpath("sheu2004.toml").read_text(encoding="utf-8")
    lines = []
    for line in shipped.splitlines():
        name, sign, value = line.partition(" = ")
        if sign and name.startswith(("count_missing", "share_differs", "share_fell")):
            number, _, comment = value.partition("  #")
            line = f"{name} = {2 * float(number)}  #{comment}"
        lines.append(line)
    strict = tmp_path / "strict.toml"
    strict.write_text("\n".join(lines) + "\n", encoding="utf-8")
    code, out, _ = call("baseline", "compare", "shipped", "--detector", "sheu2004", "--parameters", str(strict))
    assert code == 1
    assert "WORSE: sheu2004" in out
    assert "sheu2004: other model or parameters than the baseline's (" in out
