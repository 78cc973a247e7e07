"""Calibration over a grid: toys that score the occupancy upstream, the least of some frames, times a gain."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from detectors.calibration.aims import AIMS
from detectors.calibration.grid_search import GridCalibratedDetector, replay_scores
from detectors.calibration.outcome import Outcome
from detectors.calibration.settings_file import Settings, read_settings, shipped_settings, write_settings
from detectors.calibration.site_history import SiteHistory
from detectors.catalogue import DETECTORS
from detectors.classical.snd import Snd, SndParameters
from detectors.classical.station_means import Past
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame
from tests.detectors.known_runs import Known, Run

CORRIDOR = Corridor("one section", 30.0, (Station("up", 0.0, 1), Station("down", 500.0, 1)))
CLASSICAL = ("california7", "california8", "apid", "delos", "snd", "mcmaster")


@dataclass(frozen=True, slots=True)
class ToyParameters:
    frames: float = 2.0
    gain: float = 1.0


class Toy:
    def __init__(self, corridor: Corridor, parameters: ToyParameters) -> None:
        self._gain, self._past = parameters.gain, Past(round(parameters.frames))

    def score(self, frame: LoopFrame) -> Array:
        self._past.add(frame.occupancy[:-1, 0])
        return np.asarray(self._gain * self._past.stacked.min(axis=0))


def toys(grid: dict[str, Sequence[float]] | None = None) -> GridCalibratedDetector:
    return GridCalibratedDetector("toy", ToyParameters(), Toy, grid or {})


def frame(k: int, occupancy: float) -> LoopFrame:
    unknown = np.full((2, 1), np.nan)
    return LoopFrame(30.0 * (k + 1), unknown, unknown, np.array([[occupancy], [0.1]]))


def recorded(onset: int | None, frames: int = 120) -> Run:
    """Occupancies of 0.1, and of 0.6 in the ten frames from `onset` on."""
    blocked = range(onset, onset + 10) if onset is not None else range(0)
    incidents = (Known(30.0 * onset, 30.0 * (onset + 10), 250.0, (0,)),) if onset is not None else ()
    made = tuple(frame(k, 0.6 if k in blocked else 0.1) for k in range(frames))
    return Run(CORRIDOR, made, incidents)


RUNS = [recorded(60), recorded(70), recorded(None)]


def settings_at(path: Path) -> Path:
    settings = Settings("toy", {"frames": 1.0, "gain": 2.0}, {0.1: 1.0, 1.0: 0.5, 10.0: 0.15}, {})
    write_settings(path, settings)
    return path


def test_a_detector_has_the_parameters_of_its_file(tmp_path: Path) -> None:
    detector = toys().build(CORRIDOR, settings_at(tmp_path / "toy.toml"), 1.0)
    assert detector.step(frame(0, 0.2)).score == pytest.approx([0.4])  # gain 2, at once


@pytest.mark.parametrize(("aim", "alarm"), [(0.1, False), (1.0, False), (10.0, True)])
def test_a_detector_has_the_threshold_of_its_aim(tmp_path: Path, aim: float, alarm: bool) -> None:
    # a score of 0.4, thresholds 1, 0.5 and 0.15
    detector = toys().build(CORRIDOR, settings_at(tmp_path / "toy.toml"), aim)
    assert detector.step(frame(0, 0.2)).alarm.tolist() == [alarm]


def test_an_aim_without_a_threshold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"toy is calibrated for 0\.1, 1, 10 .*, got 3"):
        toys().build(CORRIDOR, settings_at(tmp_path / "toy.toml"), 3.0)


def test_a_file_of_another_detector_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"toy\.toml: wanted settings with detector = 'other', got 'toy'"):
        replace(toys(), name="other").build(CORRIDOR, settings_at(tmp_path / "toy.toml"), 1.0)


def test_a_detector_that_ships_nothing_builds_nothing_without_a_file() -> None:
    with pytest.raises(ValueError, match="no parameters of toy come with this version"):
        toys().build(CORRIDOR, None, 1.0)


def test_a_detector_that_ships_nothing_has_no_thresholds() -> None:
    with pytest.raises(ValueError, match="no parameters of toy come with this version"):
        toys().thresholds()


@pytest.mark.parametrize("name", CLASSICAL)
def test_shipped_thresholds_fall_as_more_false_alarms_are_allowed(name: str) -> None:
    thresholds = DETECTORS[name].thresholds
    assert thresholds is not None
    values = [thresholds()[aim] for aim in AIMS]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("name", CLASSICAL)
def test_a_classical_detector_refuses_the_settings_of_another(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"wanted settings with detector = '{name}', got 'toy'"):
        DETECTORS[name].build(CORRIDOR, settings_at(tmp_path / "toy.toml"), 1.0)


def test_candidates_are_all_combinations_and_the_rest_as_published() -> None:
    assert list(toys({"frames": (1.0, 4.0)}).candidates()) == [ToyParameters(1.0, 1.0), ToyParameters(4.0, 1.0)]
    assert len(list(toys({"frames": (1.0, 4.0), "gain": (1.0, 2.0, 3.0)}).candidates())) == 6


def test_without_a_grid_the_published_parameters_are_the_only_candidate() -> None:
    assert list(toys().candidates()) == [ToyParameters()]


def test_every_run_is_scored_by_a_scorer_of_its_own() -> None:
    # the least of two frames: a scorer carried over would give 0.1 in the first frame of the second run
    runs = [Run(CORRIDOR, (frame(0, 0.6), frame(1, 0.1)), ()), Run(CORRIDOR, (frame(0, 0.6),), ())]
    scores = replay_scores(lambda corridor: Toy(corridor, ToyParameters()), runs)
    assert [score.tolist() for score in scores] == [[[0.6], [0.1]], [[0.6]]]


def test_a_run_without_frames_has_no_scores() -> None:
    scores = replay_scores(lambda corridor: Toy(corridor, ToyParameters()), [Run(CORRIDOR, (), ())])
    assert [score.shape for score in scores] == [(0, 1)]


@pytest.mark.parametrize("frames", [(1.0, 4.0), (4.0, 1.0)])
def test_calibration_keeps_the_candidate_of_least_delay(frames: tuple[float, float], tmp_path: Path) -> None:
    toys({"frames": frames}).calibrate(RUNS, tmp_path / "toy.toml", "made by hand")
    found = read_settings(tmp_path / "toy.toml", "toy", ToyParameters)
    assert found.parameters == {"frames": 1.0, "gain": 1.0}
    # the first blocked frame ends 30 s after onset; the candidate that waits for four would take 120 s
    assert found.provenance["detected"].startswith("2 of 2 on these recordings, mean delay 30.0 s")


def test_of_equal_candidates_calibration_keeps_the_first(tmp_path: Path) -> None:
    toys({"gain": (3.0, 1.0, 2.0)}).calibrate(RUNS, tmp_path / "toy.toml", "made by hand")
    assert read_settings(tmp_path / "toy.toml", "toy", ToyParameters).parameters["gain"] == 3.0


def test_calibration_sets_the_thresholds_at_what_free_traffic_reaches(tmp_path: Path) -> None:
    # every incident-free peak is 0.1, so none exceeds it at any aim
    toys().calibrate(RUNS, tmp_path / "toy.toml", "made by hand")
    found = read_settings(tmp_path / "toy.toml", "toy", ToyParameters)
    assert found.thresholds == pytest.approx(dict.fromkeys(AIMS, 0.1))


def test_calibration_tells_its_sources_and_the_traffic_it_saw(tmp_path: Path) -> None:
    # 3 runs of 120 frames, less 10 of each incident and 30 after it: 280 frames of 30 s of 7 * 86 400 section-seconds
    toys().calibrate(RUNS, tmp_path / "toy.toml", "made by hand")
    provenance = read_settings(tmp_path / "toy.toml", "toy", ToyParameters).provenance
    assert provenance["sources"] == "made by hand"
    assert provenance["false_alarms"] == "0 in 0.01 corridor-days"


def test_what_calibration_writes_builds_a_detector_that_alarms(tmp_path: Path) -> None:
    toys().calibrate(RUNS, tmp_path / "toy.toml", "made by hand")
    detector = toys().build(CORRIDOR, tmp_path / "toy.toml", 1.0)
    alarms = [bool(detector.step(each).alarm[0]) for each in recorded(60).frames]
    assert alarms.index(True) == 61  # the least of two frames


def test_a_scorer_that_is_passed_in_decides(tmp_path: Path) -> None:
    toys().calibrate(RUNS, tmp_path / "toy.toml", "", lambda sample, alarms, aim: Outcome(12.0, 7, 1.0, 2, 3))
    found = read_settings(tmp_path / "toy.toml", "toy", ToyParameters).provenance["detected"]
    assert found.startswith("2 of 3 on these recordings, mean delay 12.0 s")


@pytest.mark.parametrize("runs", [[recorded(None)], [Run(CORRIDOR, recorded(None).frames, None)]])
def test_without_a_known_incident_parameters_stay_and_thresholds_are_learned(runs: list[Run], tmp_path: Path) -> None:
    toys({"gain": (3.0, 2.0)}).calibrate(runs, tmp_path / "toy.toml", "made by hand")
    found = read_settings(tmp_path / "toy.toml", "toy", ToyParameters)
    assert found.parameters == {"frames": 2.0, "gain": 1.0}
    assert found.thresholds == pytest.approx(dict.fromkeys(AIMS, 0.1))
    assert found.provenance["method"].startswith("no known incident: parameters as shipped, thresholds learned")
    assert "detected" not in found.provenance


def test_without_a_known_incident_a_detector_keeps_the_parameters_it_ships_with(tmp_path: Path) -> None:
    snd = replace(toys(), name="snd", defaults=SndParameters(), scorer=Snd)
    long = Run(CORRIDOR, tuple(frame(k, 0.1 + 0.01 * (k % 3)) for k in range(200)), ())
    snd.calibrate([long], tmp_path / "snd.toml", "")
    shipped = shipped_settings("snd", SndParameters).parameters
    assert read_settings(tmp_path / "snd.toml", "snd", SndParameters).parameters == shipped
    assert shipped != asdict(SndParameters())


def test_the_parameters_of_an_earlier_file_are_kept_though_incidents_are_known(tmp_path: Path) -> None:
    earlier = settings_at(tmp_path / "before.toml")
    toys({"gain": (3.0, 1.0)}).calibrate(RUNS, tmp_path / "toy.toml", "", history=SiteHistory(earlier))
    found = read_settings(tmp_path / "toy.toml", "toy", ToyParameters)
    assert found.parameters == {"frames": 1.0, "gain": 2.0}
    assert found.thresholds == pytest.approx(dict.fromkeys(AIMS, 0.2))  # of free traffic at a gain of 2
    assert found.provenance["method"].startswith("parameters of the version before")


def test_no_runs_have_no_incident_free_frames(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="calibration needs incident-free frames, got none in 0 recordings"):
        toys().calibrate([], tmp_path / "toy.toml", "")


def test_calibration_without_incident_free_frames_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="calibration needs incident-free frames, got none"):
        toys().calibrate([recorded(0, frames=10)], tmp_path / "toy.toml", "made by hand")
