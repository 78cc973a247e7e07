from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from detectors.catalogue import DETECTORS, Entry
from detectors.contract_traffic import CORRIDOR, traffic
from detectors.detector import Decision, Detector
from detectors.health.loop_states import LoopStates
from detectors.site_memory import Memory
from harness.records.decisions import Decisions, Step
from harness.running.fault_mask import FaultMask
from harness.running.replay_recording import replay_recording
from harness.service.corridors.detecting_engine import DetectingEngine
from harness.service.corridors.detector_choice import DetectorChoice
from harness.service.corridors.watched_detector import LONGEST_WAIT
from harness.service.incidents.incident_event import Event, EventKind
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import Array, LoopFrame
from simulator.recording.recording_folder import read_recording
from tests.harness.service.corridors.kept_steps import KeptSteps, Tracebacks, engine_of

GOLDEN = Path(__file__).parents[3] / "golden" / "smoke-incident-2"
CHOICES = (DetectorChoice(), DetectorChoice("sheu2004"), DetectorChoice("california7", mask=FaultMask("health", None)))


def decisions(steps: KeptSteps, name: str) -> Decisions:
    told = [each[name].decision for each in steps.steps]
    times_s = np.array([one.time_s for one in told])
    return Decisions(times_s, np.array([one.score for one in told]), np.array([one.alarm for one in told]))


def same(one: Decisions, other: Decisions) -> bool:
    return (
        np.array_equal(one.times_s, other.times_s)
        and np.array_equal(one.score, other.score, equal_nan=True)
        and np.array_equal(one.alarm, other.alarm)
    )


@pytest.fixture(scope="module")
def replayed() -> dict[str, Decisions]:
    return {choice.name: replay_recording("golden", GOLDEN, choice.name, None, choice.mask)[1] for choice in CHOICES}


@pytest.mark.parametrize("killed", [0.0, 0.2])
def test_decisions_equal_those_of_a_replay_to_the_bit_also_when_killed_at_random_frames(
    killed: float, replayed: dict[str, Decisions]
) -> None:
    recording = read_recording(GOLDEN)
    rng = np.random.default_rng(1)
    kept = KeptSteps()
    engine = engine_of(recording.corridor, CHOICES, kept)
    for frame in recording.frames:
        engine.step(frame)
        if rng.random() < killed:
            state = engine.pack()
            engine = engine_of(recording.corridor, CHOICES, kept)
            engine.unpack(state)
    for name, expected in replayed.items():
        assert same(decisions(kept, name), expected)


class Fragile:
    """Alarms in section 0; raises in frames whose first count is 13. It remembers how many frames it has observed."""

    def __init__(self, corridor: Corridor) -> None:
        self._sections, self._seen = corridor.sections, 0.0

    def step(self, frame: LoopFrame) -> Decision:
        if frame.count[0, 0] == 13:
            raise ZeroDivisionError("a count of 13")
        self._seen += 1
        return Decision(frame.time_s, np.full(self._sections, self._seen), np.arange(self._sections) == 0)

    def memory(self) -> dict[str, Array]:
        return {"seen": np.array([self._seen])}

    def recall(self, memory: Memory) -> None:
        self._seen = float(memory["seen"][0])


@pytest.fixture
def fragile(monkeypatch: pytest.MonkeyPatch) -> DetectorChoice:
    def build(corridor: Corridor, parameters: Path | None, aim: float) -> Detector:
        return Fragile(corridor)

    monkeypatch.setitem(DETECTORS, "fragile", Entry("fragile", "fails at 13", build, module=__name__))
    return DetectorChoice("fragile")


def frames_failing_at(*failing: int, frames: int = 60) -> list[LoopFrame]:
    made = traffic(frames=frames)
    for k, frame in enumerate(made):
        count = frame.count.copy()
        count[0, 0] = 13 if k in failing else 5
        made[k] = LoopFrame(frame.time_s, count, frame.speed, frame.occupancy)
    return made


def run(engine: DetectingEngine, frames: list[LoopFrame]) -> list[Event]:
    return [event for frame in frames for event in engine.step(frame)]


def test_a_detector_that_raises_is_told_and_back_with_the_next_frame_while_the_others_decide_on_all(
    fragile: DetectorChoice,
) -> None:
    kept, tracebacks = KeptSteps(), Tracebacks()
    frames = frames_failing_at(24)
    events = run(engine_of(CORRIDOR, (fragile, DetectorChoice("snd")), kept, tracebacks), frames)
    assert [(event.kind, event.time_s) for event in events] == [
        (EventKind.DETECTOR_FAILED, frames[24].time_s),
        (EventKind.DETECTOR_BACK, frames[25].time_s),
    ]
    assert events[0].data == {
        "detector": "fragile",
        "error": "ZeroDivisionError: a count of 13",
        "traceback": f"fragile-{frames[24].time_s:g}.log",
    }
    assert "in step" in tracebacks.texts[0]
    assert [k for k, steps in enumerate(kept.steps) if "fragile" not in steps] == [24]
    assert all("snd" in steps for steps in kept.steps)


class Opening(KeptSteps):
    """Opens an incident in every frame."""

    def step(self, frame: LoopFrame, steps: Mapping[str, Step], health: LoopStates | None = None) -> list[Event]:
        return [Event(f"{frame.time_s}", CORRIDOR.name, frame.time_s, EventKind.OPENED, "i", data={"section": 0})]


def test_an_event_that_opens_an_incident_says_what_its_scores_were_computed_with() -> None:
    choice = DetectorChoice("snd")
    (event,) = run(engine_of(CORRIDOR, (choice,), Opening()), traffic(frames=1))
    assert event.data == {"section": 0, "scored_by": {"snd": choice.score_fingerprint()}}


def test_a_detector_built_anew_begins_with_what_it_knew_at_the_last_ten_minutes(fragile: DetectorChoice) -> None:
    kept = KeptSteps()
    frames = frames_failing_at(24)
    run(engine_of(CORRIDOR, (fragile,), kept), frames)
    before = [k for k, frame in enumerate(frames[:24]) if frame.time_s % 600 == 0][-1]
    assert kept.steps[25]["fragile"].decision.score[0] == before + 1 + 1


def test_a_detector_that_fails_on_every_frame_is_told_once_and_tried_less_and_less(fragile: DetectorChoice) -> None:
    tracebacks = Tracebacks()
    engine = engine_of(CORRIDOR, (fragile,), None, tracebacks)
    events = run(engine, frames_failing_at(*range(300), frames=300))
    assert [event.kind for event in events] == [EventKind.DETECTOR_FAILED]
    assert len(tracebacks.texts) == 1
    (health,) = engine.health
    assert (
        health["failures"]
        == len([k for k in range(300) if k in (0, 1, 3, 7, 15, 31, 63, 127)]) + (300 - 128) // LONGEST_WAIT
    )
    assert health["deciding"] is False
    assert health["error"] == "ZeroDivisionError: a count of 13"


def test_events_and_decisions_after_a_failure_do_not_depend_on_where_the_service_was_killed(
    fragile: DetectorChoice,
) -> None:
    frames = frames_failing_at(13, 14, 15, 31)
    kept = KeptSteps()
    expected = run(engine_of(CORRIDOR, (fragile,), kept), frames)
    for killed in range(1, len(frames), 4):
        again = KeptSteps()
        first = engine_of(CORRIDOR, (fragile,), again)
        events = run(first, frames[:killed])
        second = engine_of(CORRIDOR, (fragile,), again)
        second.unpack(first.pack())
        events += run(second, frames[killed:])
        assert events == expected
        for one, other in zip(kept.steps, again.steps, strict=True):
            assert one.keys() == other.keys()
            assert all(np.array_equal(one[name].decision.score, other[name].decision.score) for name in one)


def test_a_state_of_other_detectors_is_refused_and_what_they_learned_can_be_recalled(fragile: DetectorChoice) -> None:
    engine = engine_of(CORRIDOR, (fragile,))
    run(engine, frames_failing_at())
    state = engine.pack()
    other = engine_of(CORRIDOR, (fragile, DetectorChoice("snd")))
    with pytest.raises(UserError, match="wanted a state of fragile, snd, got one of fragile"):
        other.unpack(state)
    assert other.recall(state) == ["snd: nothing is remembered of it"]
    kept = KeptSteps()
    other = engine_of(CORRIDOR, (fragile, DetectorChoice("snd")), kept)
    other.recall(state)
    other.step(frames_failing_at()[0])
    assert kept.steps[0]["fragile"].decision.score[0] == 61


def test_a_state_of_other_parameters_is_refused(tmp_path: Path) -> None:
    parameters = tmp_path / "snd.toml"
    shipped = DETECTORS["snd"].shipped
    assert shipped is not None
    parameters.write_text(shipped(1.0).read_text(encoding="utf-8").replace("persistence_s = ", "persistence_s = 1"))
    state = engine_of(CORRIDOR, (DetectorChoice("snd", parameters),)).pack()
    with pytest.raises(
        UserError, match=r"wanted a state of snd \w+, got one of \w+: another version, or other parameters"
    ):
        engine_of(CORRIDOR, (DetectorChoice("snd"),)).unpack(state)


@pytest.mark.parametrize("state", [b"", b"\x80\x05}.", b"\x80\x05N."])
def test_bytes_that_are_no_state_are_refused(state: bytes) -> None:
    with pytest.raises(UserError, match="state"):
        engine_of(CORRIDOR, (DetectorChoice("snd"),)).unpack(state)
