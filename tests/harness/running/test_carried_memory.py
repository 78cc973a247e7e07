"""Detectors that count their frames, and one that remembers nothing."""

from pathlib import Path

import numpy as np
import pytest

from detectors.reference.silent import Silent
from detectors.site_memory import Memory
from harness.running.carried_memory import CarriedMemory, Observed
from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from simulator.frame import Array

ROAD = Corridor("road", 30.0, (Station("a", 0.0, 2), Station("b", 900.0, 2)))
OTHER = Corridor("other", 30.0, (Station("a", 0.0, 2), Station("c", 900.0, 2)))


class Counting(Silent):
    """Remembers a number."""

    learned = 0.0

    def memory(self) -> dict[str, Array]:
        return {"learned": np.array([self.learned])}

    def recall(self, memory: Memory) -> None:
        self.learned = float(memory["learned"][0])


def watched(memory: CarriedMemory, frames: int = 10, name: str = "mine") -> float:
    """Let a new detector watch a recording; returns what it had learned at its start. It learns 1 from it."""
    detector = Counting(ROAD)
    memory.begin(name, "print", detector, ROAD)
    began = detector.learned
    detector.learned += 1.0
    memory.end(name, "print", detector, frames, 300.0)
    return began


def test_each_recording_begins_with_what_those_before_it_taught() -> None:
    memory = CarriedMemory(None)
    assert [watched(memory) for _ in range(3)] == [0.0, 1.0, 2.0]
    assert memory.observed == {"mine": Observed(0, 30)}


def test_detectors_remember_apart() -> None:
    memory = CarriedMemory(None)
    assert [watched(memory), watched(memory, name="yours"), watched(memory)] == [0.0, 0.0, 1.0]


def test_file_is_written_after_each_recording_and_read_by_the_next_command(tmp_path: Path) -> None:
    file = tmp_path / "site.npz"
    memory = CarriedMemory(file)
    assert not file.exists()
    watched(memory)
    assert watched(CarriedMemory(file)) == 1.0
    later = CarriedMemory(file)
    assert (watched(later), later.observed["mine"]) == (2.0, Observed(20, 30))
    assert later.record("mine") == {"file": str(file), "frames_before": 20}
    assert later.text == f"Memory: {file} (mine 0.2 h watched)"


def test_empty_recording_teaches_nothing(tmp_path: Path) -> None:
    watched(CarriedMemory(tmp_path / "site.npz"), frames=0)
    assert not (tmp_path / "site.npz").exists()


def test_recording_of_another_corridor_is_refused(tmp_path: Path) -> None:
    memory = CarriedMemory(tmp_path / "site.npz")
    watched(memory)
    with pytest.raises(UserError, match=r"--site-memory .*site\.npz: wanted a memory of this corridor, 'other'"):
        memory.begin("mine", "print", Counting(OTHER), OTHER)


def test_other_parameters_are_refused() -> None:
    memory = CarriedMemory(None)
    watched(memory)
    with pytest.raises(UserError, match="wanted the memory of mine other, got that of print"):
        memory.begin("mine", "other", Counting(ROAD), ROAD)


def test_memory_of_another_version_is_refused_with_the_detector_s_name() -> None:
    class Newer(Counting):
        def memory(self) -> dict[str, Array]:
            return {"learned": np.zeros(2)}

    memory = CarriedMemory(None)
    watched(memory)
    with pytest.raises(UserError, match="--site-memory: mine: learned: wanted an array of shape"):
        memory.begin("mine", "print", Newer(ROAD), ROAD)


def test_detector_that_remembers_nothing_is_refused_unless_that_is_allowed() -> None:
    with pytest.raises(UserError, match="silent remembers nothing of a site"):
        CarriedMemory(None).begin("silent", "print", Silent(ROAD), ROAD)
    lenient = CarriedMemory(None, lenient=True)
    lenient.begin("silent", "print", Silent(ROAD), ROAD)
    lenient.end("silent", "print", Silent(ROAD), 10, 300.0)
    assert lenient.observed == {}
