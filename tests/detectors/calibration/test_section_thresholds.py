"""Thresholds of single sections: they raise, on their own road alone."""

import json
from pathlib import Path

import numpy as np
import pytest

from detectors.calibration.section_thresholds import SectionThreshold, SectionThresholds, thresholds_on
from detectors.catalogue import DETECTORS, build, fingerprint
from detectors.contract_traffic import CORRIDOR, traffic
from detectors.threshold_detector import Thresholded
from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from simulator.frame import Array, LoopFrame

ROAD = Corridor("road", 30.0, tuple(Station(name, place * 800.0, 2) for place, name in enumerate("abcd")))


def learned(*sections: tuple[str, str, float], corridor: str = "road") -> SectionThresholds:
    return SectionThresholds(
        corridor=corridor,
        sections=[SectionThreshold(upstream=a, downstream=b, threshold=level) for a, b, level in sections],
    )


def test_only_the_named_section_has_another_threshold() -> None:
    assert thresholds_on(ROAD, 8.5, learned(("b", "c", 11.0))) == pytest.approx([8.5, 11.0, 8.5])


def test_a_threshold_is_never_lowered() -> None:
    assert thresholds_on(ROAD, 13.0, learned(("b", "c", 11.0))) == pytest.approx([13.0, 13.0, 13.0])


def test_without_feedback_there_is_one_threshold() -> None:
    assert thresholds_on(ROAD, 8.5, None) == 8.5


def test_another_corridor_is_refused() -> None:
    with pytest.raises(UserError, match="learned on 'elsewhere', got 'road'"):
        thresholds_on(ROAD, 8.5, learned(("b", "c", 11.0), corridor="elsewhere"))


def test_a_section_that_is_no_more_is_refused() -> None:
    with pytest.raises(UserError, match="no section 'b' to 'd'"):
        thresholds_on(ROAD, 8.5, learned(("b", "d", 11.0)))


class Steady:
    """A score of 5 everywhere."""

    def score(self, frame: LoopFrame) -> Array:
        return np.full(3, 5.0)


def test_a_detector_alarms_where_its_own_threshold_is_exceeded() -> None:
    unknown = np.full((4, 2), np.nan)
    detector = Thresholded(ROAD, Steady(), np.array([4.0, 6.0, 4.0]))
    assert detector.step(LoopFrame(30.0, unknown, unknown, unknown)).alarm.tolist() == [True, False, True]


HOLDING = sorted(name for name in DETECTORS.own if DETECTORS[name].holds_feedback)


def with_feedback(name: str, tmp_path: Path, corridor: str) -> Path:
    """The shipped file with a threshold that nothing exceeds in the first section."""
    shipped = DETECTORS[name].shipped
    assert shipped is not None
    text, file = shipped(1.0).read_text(encoding="utf-8"), tmp_path / f"{name}{DETECTORS[name].suffix}"
    first, second = (station.name for station in CORRIDOR.stations[:2])
    table = {"corridor": corridor, "sections": [{"upstream": first, "downstream": second, "threshold": 1e5}]}
    if file.suffix == ".json":
        text = json.dumps({**json.loads(text), "feedback": table})
    else:
        text += f'\n[feedback]\ncorridor = "{corridor}"\n\n[[feedback.sections]]\nupstream = "{first}"\ndownstream = "{second}"\n'
        text += "threshold = 1e5\n"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("name", HOLDING)
def test_every_such_detector_keeps_its_scores_and_alarms_elsewhere(name: str, tmp_path: Path) -> None:
    bare, raised = build(name, CORRIDOR), build(name, CORRIDOR, with_feedback(name, tmp_path, CORRIDOR.name))
    for frame in traffic(CORRIDOR, 40):
        before, after = bare.step(frame), raised.step(frame)
        np.testing.assert_array_equal(before.score, after.score)
        assert not after.alarm[0]


@pytest.mark.parametrize("name", HOLDING)
def test_every_such_detector_refuses_another_road_and_names_the_file(name: str, tmp_path: Path) -> None:
    file = with_feedback(name, tmp_path, "elsewhere")
    with pytest.raises(UserError, match=f"{file.name}.*learned on 'elsewhere'"):
        build(name, CORRIDOR, file)


def test_feedback_changes_the_fingerprint_and_not_that_of_scores(tmp_path: Path) -> None:
    file, entry = with_feedback("california7", tmp_path, "road"), DETECTORS["california7"]
    assert fingerprint("california7", file) != fingerprint("california7")
    assert entry.score_fingerprint(file, 1.0) == entry.score_fingerprint(None, 1.0)
