"""One corridor and its readings, for shards and front ends that run inside a test, on a SQLite file."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import TextIO

from harness.service.corridors.corridor_setup import CorridorSetup
from harness.service.corridors.deciding_settings import DecidingSettings
from harness.service.corridors.detector_choice import DetectorChoice
from harness.service.corridors.failure_log import FailureLog
from harness.service.sources.frame_readings import frame_readings
from harness.service.store.database import Database
from harness.service.store.sql_store import SqlStore
from harness.service.web.web_log import web_log
from harness.service.workers.corridor_shard import CorridorShard, ShardTools
from harness.service.workers.reading_streams import ReadingStreams
from harness.service.workers.redis_link import RedisLink
from scenarios.errors import MachineError
from simulator.frame import LoopFrame
from simulator.recording.recording_folder import read_recording
from tests.harness.service.workers.worker_processes import GOLDEN

RECORDING = read_recording(GOLDEN)
FRAMES: Sequence[LoopFrame] = tuple(RECORDING.frames)
SETUP = CorridorSetup(replace(RECORDING.corridor, name="north"), (DetectorChoice("sheu2004"),), exercise=True)
TIMES_S = [frame.time_s for frame in FRAMES]


def feed(streams: ReadingStreams, frames: Sequence[LoopFrame]) -> None:
    """Put the readings of frames into the stream, a batch each."""
    for frame in frames:
        streams.add(frame_readings(SETUP.corridor, frame))


class FailingDatabase(Database):
    """A database that does not answer writers while `fails`."""

    fails = False

    @contextmanager
    def writing(self) -> Iterator[object]:  # type: ignore[override]
        if self.fails:
            raise MachineError("the database does not answer: it was told so")
        with super().writing() as connection:
            yield connection


def tools(folder: Path, link: RedisLink, database: Database | None = None, log: TextIO | None = None) -> ShardTools:
    """What shards need, with a store in `folder`."""
    store = SqlStore(database or str(folder / "live.db"))
    settings = DecidingSettings(checkpoint_frames=7)
    return ShardTools(
        store, link, ReadingStreams(link), settings, FailureLog(folder / "failures"), web_log(log or StringIO())
    )


def leased(given: ShardTools, owner: str = "one", duration_s: float = 60.0) -> CorridorShard:
    """A started shard that holds the corridor's lease."""
    lease = given.store.leases.take("corridor/north", owner, duration_s)
    assert lease is not None
    shard = CorridorShard(SETUP, lease, given)
    shard.start()
    return shard


def times_s(store: SqlStore) -> list[float]:
    """Ends of the stored frames."""
    return [frame.time_s for frame in store.frames("north")]
