"""A replay that is interrupted goes on with what is finished, and ends as an uninterrupted one does."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detectors.catalogue import DETECTORS
from harness.records.atomic_files import write_text
from harness.reporting import resumed_replays
from harness.reporting.replay_one import replay_one
from harness.reporting.replay_results import replay
from harness.running.carried_memory import CarriedMemory, site_state
from harness.running.fault_mask import FaultMask
from harness.scoring.score_runs import ScoredRun
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame
from simulator.recording.incident_log import RecordedIncident, write_incidents
from simulator.recording.recording_folder import Recording, write_recording
from tests.robustness.compared_folders import contents, differences, leftovers

CORRIDOR = Corridor("short", 30.0, (Station("a", 0.0, 2), Station("b", 800.0, 2), Station("c", 1600.0, 2)))
INCIDENT = RecordedIncident(615.0, 1200.0, 1200.0, (0,))
REMEMBERS, ESTIMATES = "hotelling_t2", "sheu2004"
"""A detector that remembers its site and says why, and one that estimates."""


@dataclass
class Replaying:
    """Replays of small recordings into one folder; notes what is said, and which replays are made."""

    folder: Path
    names: tuple[str, ...] = ("monday", "tuesday")
    detectors: tuple[str, ...] = (REMEMBERS,)
    mask: FaultMask | None = None
    memory: bool = False
    parameters: Path | None = None
    said: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)

    def __call__(self, fresh: bool = False) -> dict[str, bytes]:
        """Replay; return the results."""
        self.said.clear()
        self.made.clear()
        memory = CarriedMemory(self.folder / "site.npz") if self.memory else None
        replay(
            [self.folder / name for name in self.names],
            dict.fromkeys(self.detectors, self.parameters),
            self.out,
            self.mask,
            memory=memory,
            say=self.said.append,
            fresh=fresh,
        )
        return contents(self.out)

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def learned(self) -> str:
        return site_state(CarriedMemory(self.folder / "site.npz").site)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three recordings of 22 minutes, one with an incident, and a memory of the road."""
    folder = tmp_path_factory.mktemp("made")
    for seed, name in enumerate(("sunday", "monday", "tuesday")):
        write_recording(
            folder / name, Recording(CORRIDOR, tuple(_frames(seed)), (INCIDENT,) if name == "monday" else ())
        )
    memory = CarriedMemory(folder / "before.npz")
    replay([folder / "sunday"], {REMEMBERS: None}, folder / "week", memory=memory)
    return folder


def _frames(seed: int) -> Iterator[LoopFrame]:
    rng = np.random.default_rng(seed)
    for k in range(1, 45):
        count, speed = rng.poisson(8, (3, 2)).astype(float), rng.normal(28, 1, (3, 2))
        occupancy = count * 6 / speed / 30
        if 615 < 30 * k <= 1200:
            count[2], speed[1], occupancy[1] = 1, 4.0, 0.6
        yield LoopFrame(30.0 * k, count, speed, occupancy)


@pytest.fixture
def replaying(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Replaying:
    folder = tmp_path / "here"
    shutil.copytree(made, folder)
    found = Replaying(folder)

    def noted(name: str, folder: Path, detector: str, *others: Any) -> ScoredRun:
        found.made.append(f"{name} {detector}")
        return replay_one(name, folder, detector, *others)

    monkeypatch.setattr(resumed_replays, "replay_one", noted)
    return found


def at_write(number: int, end: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the write of this number end by `end`, before its file gets its name; return the names of files as they are written."""
    names: list[str] = []
    replace = Path.replace

    def counted(self: Path, target: Path) -> Path:
        names.append(Path(target).name)
        if len(names) == number + 1:
            end()
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", counted)
    return names


def killed_at(number: int, replaying: Replaying, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Replay in a process that ends without a word at a write, as by SIGKILL; return whether it came so far."""
    child = os.fork()
    if child == 0:
        try:
            at_write(number, lambda: os._exit(9), monkeypatch)
            replaying()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def interrupted_at(number: int, replaying: Replaying, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Interrupt a replay at a write, as by Ctrl-C; return the names of the files that it wrote before, and that one."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        names = at_write(number, interrupt, patched)
        with pytest.raises(KeyboardInterrupt):
            replaying()
    return names


def kill_at_writes(
    replaying: Replaying, begin: Callable[[], None], monkeypatch: pytest.MonkeyPatch, writes: Iterable[int] = count()
) -> Iterator[tuple[int, list[str], list[str]]]:
    """Kill a replay at each of its `writes`; yield the write, and how the same replay then ended otherwise than uninterrupted."""
    begin()
    wanted = replaying()
    for write in writes:
        begin()
        if not killed_at(write, replaying, monkeypatch):
            return
        yield write, differences(wanted, replaying()), leftovers(replaying.out)


def test_killed_at_any_write_the_same_replay_ends_as_an_uninterrupted_one(
    replaying: Replaying, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder that holds an earlier replay, through one of the two detectors."""
    earlier = replaying.folder / "earlier"
    replaying.detectors = (ESTIMATES,)
    replaying()
    shutil.copytree(replaying.out, earlier)
    replaying.detectors, replaying.mask, replaying.names = (REMEMBERS, ESTIMATES), FaultMask("iris", None), ("monday",)

    def begin() -> None:
        shutil.rmtree(replaying.out)
        shutil.copytree(earlier, replaying.out)

    found = list(kill_at_writes(replaying, begin, monkeypatch))
    assert found == [(write, [], []) for write in range(len(found))]
    assert len(found) > 25


@pytest.mark.parametrize(("before", "writes"), [(True, range(30)), (False, range(5, 14))])
def test_memory_learns_nothing_twice_from_a_replay_that_is_killed_at_any_write(
    replaying: Replaying, before: bool, writes: range, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`before`: the site is remembered from before the replay."""
    replaying.memory = True
    states = []

    def begin() -> None:
        states.append(replaying.learned)
        shutil.rmtree(replaying.out, ignore_errors=True)
        if before:
            shutil.copy(replaying.folder / "before.npz", replaying.folder / "site.npz")
        else:
            (replaying.folder / "site.npz").unlink(missing_ok=True)

    found = list(kill_at_writes(replaying, begin, monkeypatch, writes))
    assert found == [(write, [], []) for write in writes]
    assert len(set(states[1:])) == 1


def test_interrupted_replays_are_not_made_again(replaying: Replaying, monkeypatch: pytest.MonkeyPatch) -> None:
    replaying.detectors = (REMEMBERS, ESTIMATES)
    every = [f"{name} {detector}" for name in replaying.names for detector in replaying.detectors]
    written = interrupted_at(12, replaying, monkeypatch)[:-1]
    finished = [each for each in every if f"{each.replace(' ', '-')}.npz" in written]
    assert 0 < len(finished) < len(every)
    replaying()
    assert replaying.made == every[len(finished) :]
    assert replaying.said[0].startswith(f"{len(finished)} of 4 replays w")


def test_recording_that_comes_later_is_replayed_alone(replaying: Replaying) -> None:
    replaying()
    replaying.names = ("monday", "tuesday", "sunday")
    together = replaying()
    assert replaying.made == [f"sunday {REMEMBERS}"]
    shutil.rmtree(replaying.out)
    assert replaying() == together


@pytest.mark.parametrize(
    ("change", "anew", "why"),
    [
        ("incidents", ["tuesday"], "incidents.csv changed"),
        ("gone", ["monday"], "incidents.csv is gone"),
        ("loops", ["tuesday"], "loops.csv.gz changed"),
        ("parameters", ["monday", "tuesday"], f"another model or parameters of {REMEMBERS} ("),
        ("mask", ["monday", "tuesday"], "another mask of faulty loops (none -> "),
        ("code", ["monday", "tuesday"], "other code of laneblock or of the plug-in"),
    ],
)
def test_what_has_changed_is_replayed_anew_and_the_reason_is_told(
    replaying: Replaying, change: str, anew: list[str], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaying()
    if change == "incidents":
        write_incidents(replaying.folder / "tuesday", (INCIDENT,))
    elif change == "gone":
        (replaying.folder / "monday" / "incidents.csv").unlink()
    elif change == "loops":
        shutil.copy(replaying.folder / "sunday" / "loops.csv.gz", replaying.folder / "tuesday")
    elif change == "parameters":
        replaying.parameters = replaying.folder / "mine.toml"
        write_text(replaying.parameters, _parameters())
    elif change == "mask":
        replaying.mask = FaultMask("iris", None)
    else:
        monkeypatch.setattr("harness.reporting.kept_replay.replay_code_digest", lambda: "other")
    now = replaying()
    assert replaying.made == [f"{name} {REMEMBERS}" for name in anew]
    assert why in replaying.said[-1]
    assert ("1 of 2 replays was finished" in replaying.said[0]) == (len(anew) == 1)
    shutil.rmtree(replaying.out)
    assert differences(replaying(), now) == []


def _parameters() -> str:
    shipped = DETECTORS[REMEMBERS].shipped
    assert shipped is not None
    found = shipped(1.0)
    assert found is not None
    text = found.read_text(encoding="utf-8")
    assert "smoothing = " in text
    return text.replace("smoothing = ", "smoothing = 0.5  # ", 1)


def test_fresh_replays_all_anew(replaying: Replaying) -> None:
    first = replaying()
    assert replaying(fresh=True) == first
    assert len(replaying.made) == 2
    assert replaying.said == []


def test_broken_kept_replay_is_made_again(replaying: Replaying) -> None:
    wanted = replaying()
    file = replaying.out / "replays" / f"monday-{REMEMBERS}.npz"
    file.write_bytes(file.read_bytes()[:-400])
    assert differences(wanted, replaying()) == []
    assert replaying.made == [f"monday {REMEMBERS}"]


def test_memory_learns_again_from_a_replay_that_was_finished(replaying: Replaying) -> None:
    """Only an interrupted command goes back to the memory that it began with."""
    replaying.memory = True
    replaying()
    once = replaying.learned
    replaying()
    assert replaying.learned != once
    assert replaying.made == [f"monday {REMEMBERS}", f"tuesday {REMEMBERS}"]
    assert "another memory of the site" in replaying.said[0]
    memory = CarriedMemory(replaying.folder / "site.npz").site
    assert memory is not None
    assert memory.detectors[REMEMBERS].frames == 4 * 44


def test_other_recordings_do_not_go_back_to_the_memory_of_an_interrupted_replay(
    replaying: Replaying, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaying.memory = True
    interrupted_at(9, replaying, monkeypatch)
    site = CarriedMemory(replaying.folder / "site.npz").site
    assert site is not None
    assert site.detectors[REMEMBERS].frames == 44
    replaying.names = ("sunday",)
    replaying()
    site = CarriedMemory(replaying.folder / "site.npz").site
    assert site is not None
    assert site.detectors[REMEMBERS].frames == 88
