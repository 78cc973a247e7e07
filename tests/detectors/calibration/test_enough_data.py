"""What is enough to calibrate on: readings, and incident-free time for the rarest aim."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from detectors.calibration.enough_data import check_enough
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

CORRIDOR = Corridor("one section", 30.0, (Station("up", 0.0, 2), Station("down", 500.0, 2)))


@dataclass(frozen=True)
class Known:
    onset_s: float
    clearance_s: float
    position_m: float = 250.0
    lanes: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Run:
    frames: tuple[LoopFrame, ...]
    incidents: tuple[Known, ...] = ()
    corridor: Corridor = field(default=CORRIDOR)


def run(hours: float, counts: tuple[float, float] = (5.0, 5.0), incidents: tuple[Known, ...] = ()) -> Run:
    unknown = np.full((2, 2), np.nan)
    count = np.array([[counts[0], np.nan], [counts[1], np.nan]])
    return Run(tuple(LoopFrame(30.0 * (k + 1), count, unknown, unknown) for k in range(round(hours * 120))), incidents)


def test_two_hours_of_one_section_are_enough_for_one_in_ten_days() -> None:
    check_enough("snd", [run(2.0)], ["monday"])


def test_less_is_refused_with_what_is_there_and_what_is_needed() -> None:
    message = (
        r"snd for 0\.1 false alarms .* needs 1\.68 h of readings .*, got 1\.5 h in monday, tuesday, friday and 1 more"
    )
    runs = [run(0.5), run(0.5), run(0.25), run(0.25)]
    with pytest.raises(ValueError, match=message):
        check_enough("snd", runs, ["monday", "tuesday", "friday", "sunday"])


def test_a_more_frequent_aim_needs_less() -> None:
    check_enough("sheu2004", [run(1.0)], ["monday"], (10.0,))


def test_time_of_an_incident_does_not_count() -> None:
    with pytest.raises(ValueError, match=r"got 0\.75 h in monday"):
        check_enough("snd", [run(3.0, incidents=(Known(1800.0, 9000.0),))], ["monday"])


@pytest.mark.parametrize("counts", [(np.nan, np.nan), (5.0, np.nan), (np.nan, 5.0)])
def test_a_recording_without_readings_is_named(counts: tuple[float, float]) -> None:
    with pytest.raises(
        ValueError, match="tuesday: no section has counts at both its stations in any of its 240 frames"
    ):
        check_enough("snd", [run(2.0), run(2.0, counts)], ["monday", "tuesday"])
