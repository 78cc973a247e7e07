"""One order is carried out: a run folder, whole, or a reason."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detectors.catalogue import fingerprint
from detectors.plugins import Plugins, as_entry
from harness.records.decisions import Step, read_decisions
from harness.records.detector_code import detector_code_digest
from harness.records.run_folder import RunFolder, read_record
from harness.records.run_order import ERROR_FILE, Job, Order
from harness.reporting.evaluate_results import evaluate
from harness.reporting.replay_results import replay
from harness.running import worker
from harness.running.peak_memory import peak_memory_mb
from harness.running.run_interactive import run_interactively
from harness.running.simulate_run import simulate_run
from scenarios.corridor import Corridor, Station
from scenarios.scenario import Scenario
from simulator.frame import LoopFrame
from simulator.recording.recording_folder import read_recording
from simulator.recording.truth_files import read_truth
from simulator.run import Outcome
from simulator.sumo.sumo_errors import SumoError
from simulator.traffic_account import TrafficAccount
from simulator.truth import ObservedIncident, Truth

CORRIDOR = Corridor("c", 30.0, tuple(Station(name, 600.0 * k, 3) for k, name in enumerate("ABCD")))
INCIDENT = ObservedIncident(400.0, 900.0, 700.0, (1,), 1, 420.0, True, 3.5, 12.0)


class Pretended:
    """As `simulator.run.Simulation`, with made-up traffic."""

    live = -1
    fails_at: int | None = None

    def __init__(self, scenario: Scenario, work: Path, backend: str = "libsumo", gui: bool = False) -> None:
        self._scenario = scenario
        (work / "net.xml").write_text("<net/>", encoding="utf-8")

    def __enter__(self) -> "Pretended":
        return self

    def __exit__(self, *arguments: object) -> None:
        return

    @property
    def corridor(self) -> Corridor:
        return CORRIDOR

    def frames(self) -> Iterator[LoopFrame]:
        rng = np.random.default_rng(self._scenario.seed)
        for index in range(int((self._scenario.end_s - self._scenario.warm_up_s) / 30)):
            if index == self.fails_at:
                raise SumoError("SUMO failed on the way to 600 s: Error: vehicle 'x'\nhas no route")
            type(self).live = index
            count = rng.integers(5, 15, (4, 3)).astype(float)
            yield LoopFrame(self._scenario.warm_up_s + 30.0 * (index + 1), count, np.full((4, 3), 28.0), count / 120)

    def finish(self) -> Outcome:
        incidents = (INCIDENT,) if self._scenario.name.startswith("blocked") else ()
        twin = tuple(self.frames()) if incidents else None
        return Outcome(Truth(incidents, (), (), (), 0, 0), TrafficAccount(9, 9, 7, 2, 0, ()), twin)


@pytest.fixture(autouse=True)
def no_sumo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.running.simulate_run.Simulation", Pretended)
    monkeypatch.setattr(Pretended, "fails_at", None)


def job(name: str = "blocked", **changes: Any) -> Job:
    scenario = Scenario(name=name, seed=7, warm_up_s=300, end_s=1500)
    fields: dict[str, Any] = {"scenario": scenario, "detectors": {"silent": None, "coin": None}, "command": "again"}
    return Job.model_validate(fields | changes)


def carry_out(tmp_path: Path, **changes: Any) -> tuple[int, Path, Path]:
    box, out = tmp_path / "box", tmp_path / "out"
    box.mkdir()
    order = box / "order.json"
    order.write_text(Order(job=job(**changes), out=out).model_dump_json(), encoding="utf-8")
    return worker.carry_out(order), out, box


def test_a_run_leaves_a_whole_folder(tmp_path: Path) -> None:
    code, out, _ = carry_out(tmp_path)
    assert code == 0
    assert {path.name for path in out.iterdir()} >= {
        *("corridor.toml", "loops.csv.gz", "incidents.csv", "truth.json", "twin_loops.csv.gz", "run.json"),
        *("decisions-silent.csv.gz", "decisions-coin.csv.gz"),
    }
    recording = read_recording(out)
    assert len(recording.frames) == 40
    assert recording.incidents is not None
    assert recording.incidents[0].lanes == (1,)
    assert read_truth(out).incidents == (INCIDENT,)


def test_the_record_holds_all_that_repeats_the_run(tmp_path: Path) -> None:
    _, out, _ = carry_out(tmp_path)
    record = read_record(out)
    assert Scenario.model_validate(record["scenario"]) == job().scenario
    assert (record["seed"], record["status"], record["command"]) == (7, "done", "again")
    assert record["detectors"] == ["silent", "coin"]
    assert {"versions", "platform", "wall_s", "peak_memory_mb", "parameters"} <= set(record)


def test_the_record_holds_the_fingerprint_of_every_detector_and_the_digest_of_the_code(tmp_path: Path) -> None:
    _, out, _ = carry_out(tmp_path)
    record = read_record(out)
    assert record["fingerprints"] == {name: fingerprint(name) for name in ("silent", "coin")}
    assert record["detector_code"] == detector_code_digest(["silent", "coin"])


def test_a_file_that_changed_since_the_battery_began_fails_the_run(tmp_path: Path) -> None:
    code, out, box = carry_out(tmp_path, files={"road.net.xml": "0" * 64})
    assert (code, out.exists()) == (2, False)
    reason = json.loads((box / "error.json").read_text())["reason"]
    assert reason == "the file road.net.xml is missing after the start: runs need the same files from start to end"


def test_a_machine_with_other_code_of_laneblock_refuses_the_run(tmp_path: Path) -> None:
    code, out, _ = carry_out(tmp_path, code={"simulation_code": "0" * 64})
    assert (code, out.exists()) == (3, False)


def test_a_machine_with_another_model_than_the_battery_s_refuses_the_run(tmp_path: Path) -> None:
    code, out, box = carry_out(tmp_path, fingerprints={"silent": fingerprint("silent"), "coin": "f" * 64})
    assert (code, out.exists()) == (3, False)
    reason = json.loads((box / "error.json").read_text())["reason"]
    assert reason.startswith(
        "this machine has another detector than the other runs: coin: other model or parameters (ffff"
    )


def test_a_run_without_incidents_is_known_to_have_none(tmp_path: Path) -> None:
    _, out, _ = carry_out(tmp_path, scenario=Scenario(name="free", seed=7, warm_up_s=300, end_s=600))
    assert read_recording(out).incidents == ()
    assert not RunFolder(out).twin_loops.exists()


def test_a_failing_run_leaves_no_folder_but_its_reason_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pretended, "fails_at", 10)
    code, out, box = carry_out(tmp_path)
    assert code == 3
    assert not out.exists()
    told = json.loads((box / "error.json").read_text())
    assert (told["whose"], told["reason"]) == (
        "machine",
        "SUMO failed on the way to 600 s: Error: vehicle 'x' has no route",
    )


def test_a_bug_is_told_with_its_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> None:
        raise KeyError("lane")

    monkeypatch.setattr("harness.running.worker.simulate_run", broken)
    code, _, box = carry_out(tmp_path)
    assert code == 1
    told = json.loads((box / "error.json").read_text())
    assert (told["whose"], told["reason"]) == ("laneblock", "this is a bug in laneblock: KeyError: 'lane'")
    assert 'raise KeyError("lane")' in told["log"]


def test_a_plug_in_that_fails_is_named_with_its_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Breaks:
        """Fails on its first frame."""

        def __init__(self, corridor: Corridor) -> None:
            self.lanes = dict[str, int]()

        def step(self, frame: LoopFrame) -> int:
            """Fail."""
            return self.lanes["lane"]

    theirs = Plugins({"theirs": replace(as_entry("theirs", Breaks), module="their_package.detector")}, {})
    monkeypatch.setattr("detectors.catalogue.plugins", lambda taken: theirs)
    code, _, box = carry_out(tmp_path, detectors={"theirs": None})
    told = json.loads((box / "error.json").read_text())
    assert (code, told["whose"]) == (1, "plug-in")
    assert told["reason"] == "detector 'theirs' of the package their_package failed: KeyError: 'lane'"
    assert 'return self.lanes["lane"]' in told["log"]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (SystemExit(0), "detector 'theirs' of the package their_package failed: SystemExit: 0"),
        (KeyboardInterrupt(), "a detector raised KeyboardInterrupt"),
    ],
)
def test_a_plug_in_that_raises_what_ends_a_process_fails_with_its_traceback(
    error: BaseException, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Quits:
        """Ends on its first frame."""

        def __init__(self, corridor: Corridor) -> None:
            pass

        def step(self, frame: LoopFrame) -> None:
            """End."""
            raise error

    theirs = Plugins({"theirs": replace(as_entry("theirs", Quits), module="their_package.detector")}, {})
    monkeypatch.setattr("detectors.catalogue.plugins", lambda taken: theirs)
    code, _, box = carry_out(tmp_path, detectors={"theirs": None})
    told = json.loads((box / "error.json").read_text())
    assert (code, told["whose"], told["reason"]) == (1, "plug-in", reason)
    assert "raise error" in told["log"]


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("harness.running.simulate_run.write_record", full)
    code, out, box = carry_out(tmp_path)
    assert (code, out.exists()) == (3, False)
    assert json.loads((box / "error.json").read_text())["reason"] == f"{box / 'run'}: No space left on device"


def test_an_order_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "order.json").write_text("{}", encoding="utf-8")
    assert worker.carry_out(tmp_path / "order.json") == 2


def test_another_sumo_than_the_batterys_is_refused(tmp_path: Path) -> None:
    code, _, box = carry_out(tmp_path, sumo_version="0.9")
    assert code == 3
    assert "results change between versions" in (box / "error.json").read_text()


def test_an_unknown_detector_is_refused(tmp_path: Path) -> None:
    code, _, box = carry_out(tmp_path, detectors={"psychic": None})
    assert code == 2
    assert "psychic" in (box / "error.json").read_text()


def test_parameters_reach_their_detector(tmp_path: Path) -> None:
    code, _, box = carry_out(tmp_path, detectors={"sheu2004": "nonsense = 1"})
    assert code == 2
    assert "nonsense" in (box / "error.json").read_text()


def test_detectors_see_a_frame_before_the_next_is_simulated(tmp_path: Path) -> None:
    seen: list[int] = []

    def watch(corridor: Corridor, steps: Mapping[str, Step]) -> None:
        seen.append(Pretended.live)
        assert len({step.frame.time_s for step in steps.values()}) == 1

    run, work = tmp_path / "run", tmp_path / "work"
    run.mkdir()
    work.mkdir()
    simulate_run(job("free"), run, work, watch=watch)
    assert seen == list(range(40))


def test_a_replay_gives_exactly_the_live_decisions(tmp_path: Path) -> None:
    _, out, _ = carry_out(tmp_path, detectors={"coin": None, "sheu2004": None})
    for detector in ("coin", "sheu2004"):
        replay([out], {detector: None}, tmp_path / detector)
        live = read_decisions(RunFolder(out).decisions(detector))
        again = read_decisions(RunFolder(tmp_path / detector / "runs" / "out").decisions(detector))
        np.testing.assert_array_equal(live.alarm, again.alarm)
        np.testing.assert_array_equal(live.score, again.score)


def test_memory_is_more_than_nothing_and_less_than_the_machine() -> None:
    assert 10 < peak_memory_mb() < 100_000


def test_a_single_run_is_scored_like_a_battery_of_one(tmp_path: Path) -> None:
    out = tmp_path / "out"
    folder = run_interactively(job(), out)
    assert folder == out / "runs" / "blocked"
    found = evaluate(out, report=False)
    assert found.notices == ()
    assert "silent on blocked" in found.text
    assert {path.name for path in out.iterdir()} >= {
        *("score.json", "incidents.csv", "alarms.csv", "runs.csv", "summary.txt"),
        *("score-coin.json", "alarms-coin.csv"),
    }
    assert json.loads((out / "score.json").read_text())["incidents"] == 1


def test_a_single_run_replaces_itself_only(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_interactively(job(), out)
    other = job(scenario=Scenario(name="blocked", seed=8, warm_up_s=300, end_s=1500))
    run_interactively(other, out)
    assert read_record(out / "runs" / "blocked")["seed"] == 8
    with pytest.raises(ValueError, match="holds results of 'blocked'"):
        run_interactively(job("free"), out)


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_interactively(job(), out)
    record = json.loads((out / "battery.json").read_text())
    for name in ("lost", "broken"):
        record["scenarios"].append({**record["scenarios"][0], "name": name})
    (out / "battery.json").write_text(json.dumps(record), encoding="utf-8")
    (out / "failed").mkdir()
    (out / "failed" / "broken.json").write_text("{}", encoding="utf-8")
    found = evaluate(out, report=False)
    assert found.notices == (
        "1 of 3 runs failed (see the folder failed), and not in these figures: broken.",
        "1 of 3 runs not finished, and not in these figures: lost.",
    )
    assert "lost" in found.text


def test_nothing_finished_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no such folder"):
        evaluate(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match="no battery's results"):
        evaluate(tmp_path)
    run_interactively(job(), tmp_path / "out")
    (tmp_path / "out" / "runs" / "blocked" / "run.json").unlink()
    with pytest.raises(FileNotFoundError, match="no run is finished yet"):
        evaluate(tmp_path / "out")


def test_a_disk_with_no_room_for_the_reason_leaves_the_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(worker, "simulate_run", full)
    monkeypatch.setattr("sys.stderr", type("Full", (), {"write": full, "flush": full})())
    (tmp_path / ERROR_FILE).mkdir()
    order = Order(job=Job(scenario=Scenario(name="x", seed=1, end_s=60), detectors={"silent": None}), out=tmp_path)
    (tmp_path / "order.json").write_text(order.model_dump_json(), encoding="utf-8")
    assert worker.carry_out(tmp_path / "order.json") == 3
