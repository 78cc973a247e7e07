import pickle

import numpy as np

from harness.service.assembling.facts import Fact, FactKind
from harness.service.assembling.station_watch import StationWatch
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

CORRIDOR = Corridor("a4", 30.0, (Station("S1", 0.0, 2), Station("S2", 500.0, 1)))


def frame(k: int, *silent: int) -> LoopFrame:
    values = np.full((2, 2), 0.5)
    values[1, 1] = np.nan
    values[list(silent)] = np.nan
    return LoopFrame(30.0 * k, values, values, values)


def test_a_silent_station_is_told_once_and_again_when_it_is_back() -> None:
    watch = StationWatch(CORRIDOR, silent_after_s=60.0)
    facts = [watch.step(frame(k, *silent)) for k, silent in enumerate([(), (1,), (1,), (1,), ()])]
    silent = Fact(FactKind.STATION_SILENT, 60.0, "S2", from_s=0.0)
    assert facts == [[], [], [silent], [], [Fact(FactKind.STATION_BACK, 120.0, "S2", from_s=0.0)]]


def test_frames_without_anything_say_nothing_about_stations() -> None:
    watch = StationWatch(CORRIDOR, silent_after_s=60.0)
    assert [fact for k in range(9) for fact in watch.step(frame(k, 0, 1))] == []


def test_it_goes_on_where_it_was_packed() -> None:
    watch = StationWatch(CORRIDOR, silent_after_s=60.0)
    watch.step(frame(1, 0))
    again = pickle.loads(pickle.dumps(watch))
    assert again.step(frame(2, 0)) == watch.step(frame(2, 0)) != []
    assert list(again.silent) == ["S1"]
