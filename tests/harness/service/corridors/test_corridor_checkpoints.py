"""A checkpoint is kept in turn, waits for frames that wait, and for nobody else's."""

from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest

from harness.service.corridors.corridor_checkpoints import LONGEST_WAIT, CorridorCheckpoints
from harness.service.corridors.corridor_setup import CorridorSetup
from harness.service.corridors.deciding_settings import DecidingSettings
from harness.service.corridors.detecting_engine import DetectingEngine
from harness.service.corridors.detector_choice import DetectorChoice
from harness.service.incidents.incident_event import StoredEvent
from harness.service.incidents.incident_watch import IncidentWatch
from harness.service.store.sql_store import SqlStore
from harness.service.web.web_log import web_log
from simulator.frame import LoopFrame
from tests.harness.made_traffic import ROAD
from tests.harness.service.corridors.played_frames import ListSource, made_frames, service_on, wait_until

SETUP = CorridorSetup(ROAD, (DetectorChoice("alarming"),))
EVERY = 5


@pytest.fixture(scope="module")
def frames() -> list[LoopFrame]:
    return made_frames()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = SqlStore(str(tmp_path / "live.db"))
    yield opened
    opened.close()


def kept_after(store: SqlStore, frames: Sequence[LoopFrame], others_wait: bool, begins_at: int = 0) -> list[float]:
    """The frames after which the state was kept."""
    settings = DecidingSettings(checkpoint_frames=EVERY)
    checkpoints = CorridorCheckpoints(SETUP, settings, store, web_log(StringIO()), begins_at)
    engine = DetectingEngine(ROAD, SETUP.detectors, IncidentWatch(ROAD), lambda *_: "")
    found: list[float] = []
    for frame in frames:
        store.commit_frame(ROAD.name, frame, engine.step(frame))
        checkpoints.decided(engine, frame, others_wait)
        kept = store.checkpoint(ROAD.name)
        if kept is not None and kept.time_s not in found:
            found.append(kept.time_s)
    return found


@pytest.mark.usefixtures("alarming")
@pytest.mark.parametrize(
    ("others_wait", "begins_at", "first", "every"),
    [(False, 0, EVERY, EVERY), (False, 3, EVERY - 3, EVERY), (True, 0, LONGEST_WAIT * EVERY, LONGEST_WAIT * EVERY)],
)
def test_the_state_is_kept_after_so_many_frames_later_where_others_wait(
    store: SqlStore, frames: list[LoopFrame], others_wait: bool, begins_at: int, first: int, every: int
) -> None:
    kept = kept_after(store, frames[:20], others_wait, begins_at)
    assert kept == [frame.time_s for frame in frames[first - 1 : 20 : every]]


@pytest.mark.usefixtures("alarming")
def test_a_frame_is_told_before_its_checkpoint_is_made(
    tmp_path: Path, frames: list[LoopFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[str] = []

    class Told(list[StoredEvent]):
        def extend(self, events: Iterable[StoredEvent]) -> None:
            happened.append("told")

    pack = DetectingEngine.pack

    def packed(engine: DetectingEngine) -> bytes:
        happened.append("packed")
        return pack(engine)

    monkeypatch.setattr(DetectingEngine, "pack", packed)
    settings = DecidingSettings(checkpoint_frames=1)
    service = service_on(tmp_path / "live.db", [ListSource(frames)], settings=settings, told=Told())
    service.start()
    wait_until(lambda: service.over)
    service.stop()
    assert happened.count("told") == len(frames)
    assert happened.count("packed") >= len(frames) // LONGEST_WAIT
    assert happened[0] == "told"
    assert ("packed", "packed") not in pairwise(happened)
