import math
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.service.sources.reading import ReadingBatch
from harness.service.sources.sumo_source import SumoSource
from scenarios.errors import MachineError, MissingFileError, UserError

SCENARIO = """
name = "short"
site = "sr91"
seed = 7
end_s = 300
warm_up_s = 60
period_s = 30
demand_vphpl = 900
"""

pytestmark = pytest.mark.sumo


def short(folder: Path, pace: float = math.inf) -> SumoSource:
    (folder / "short.toml").write_text(SCENARIO)
    return SumoSource(str(folder / "short.toml"), pace, offset_s=1000.0)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> list[ReadingBatch]:
    return list(short(tmp_path_factory.mktemp("played")).batches(None))


def player_of(source: SumoSource, batches: Iterator[ReadingBatch]) -> int:
    next(batches)
    listed = subprocess.run(["pgrep", "-P", str(os.getpid()), "-f", "laneblock.play"], capture_output=True, text=True)
    (number,) = map(int, listed.stdout.split())
    return number


def test_a_scenario_becomes_the_readings_of_its_frames(played: list[ReadingBatch]) -> None:
    assert [batch.readings[0].time_s for batch in played] == [1000.0 + 30 * k for k in range(3, 11)]
    assert {batch.corridor for batch in played} == {"sr91"}
    assert sum(reading.count_veh for reading in played[-1].readings) > 50


def test_after_a_restart_the_same_readings_come_from_a_time_on(tmp_path: Path, played: list[ReadingBatch]) -> None:
    assert repr(list(short(tmp_path).batches(1210.0))) == repr([b for b in played if b.readings[0].time_s > 1210.0])


def test_a_stop_ends_it_within_a_second_and_sumo_with_it(tmp_path: Path) -> None:
    source = short(tmp_path, 1.0)
    batches = source.batches(None)
    player = player_of(source, batches)
    threading.Timer(0.1, source.stop).start()
    started_s = time.monotonic()
    assert list(batches) == []
    assert time.monotonic() - started_s < 1
    with pytest.raises(ProcessLookupError):
        os.kill(player, 0)


def test_a_death_of_sumo_is_one_error(tmp_path: Path) -> None:
    source = short(tmp_path)
    batches = source.batches(None)
    player = player_of(source, batches)
    os.kill(player, signal.SIGSTOP)
    os.kill(player, signal.SIGSEGV)
    os.kill(player, signal.SIGCONT)
    with pytest.raises(MachineError, match=r"^scenario short: its process was ended by signal 11 \(SIGSEGV\)$"):
        list(batches)


def test_what_is_no_scenario_is_refused() -> None:
    with pytest.raises(MissingFileError, match="no scenario or file 'sr19'"):
        SumoSource("sr19")
    with pytest.raises(UserError, match="pace"):
        SumoSource("sr91-free", 0.0)
