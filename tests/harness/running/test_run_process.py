"""A run in a process of its own, with a worker that only pretends to simulate."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from harness.records.run_order import Job
from harness.running.run_process import run_job, unpack
from scenarios.scenario import Scenario


def job(name: str) -> Job:
    return Job(scenario=Scenario(name=name, seed=1, end_s=60), detectors={"silent": None})


def test_a_run_appears_in_its_place_and_leaves_nothing_else(place: Path, pretend_worker: None) -> None:
    ran = run_job(job("good"), place, 30)
    assert ran.failure is None
    assert [path.name for path in place.iterdir()] == ["good"]
    assert json.loads((place / "good" / "run.json").read_text())["scenario"]["name"] == "good"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("refused", "SUMO said no"),
        ("crash", "signal 9 (SIGKILL: out of memory?)"),
        ("mute", "exit code 7 and gave no reason; its last line: last words of mute"),
    ],
)
def test_a_failed_run_tells_why_and_leaves_nothing(name: str, reason: str, place: Path, pretend_worker: None) -> None:
    ran = run_job(job(name), place, 30)
    assert ran.failure is not None
    assert (ran.failure.whose, reason in ran.failure.reason) == ("machine", True)
    assert list(place.iterdir()) == []
    if name != "crash":
        assert ran.output_tail == f"last words of {name}\n"


@pytest.mark.parametrize(("name", "own"), [("quits", "laneblock"), ("mute", "machine")])
def test_an_end_without_a_reason_is_that_of_detectors_of_other_packages_where_the_run_has_any(
    name: str, own: str, place: Path, pretend_worker: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = run_job(job(name), place, 30).failure
    monkeypatch.setattr("harness.running.run_process.offered", lambda: {"silent": "theirs"})
    blamed = run_job(job(name), place, 30).failure
    assert alone is not None
    assert blamed is not None
    assert (alone.whose, blamed.whose) == (own, "plug-in")
    assert blamed.reason == f"{alone.reason} (because of detector 'silent' of the package theirs?)"
    assert list(place.iterdir()) == []


def test_a_process_that_ends_well_without_a_result_is_a_failed_run_with_its_output(
    place: Path, pretend_worker: None
) -> None:
    failure = run_job(job("quits"), place, 30).failure
    assert failure is not None
    assert (failure.reason, failure.log) == (
        "its process ended with exit code 0 before it was done",
        "last words of quits\n",
    )


def test_a_run_whose_folder_is_whole_is_done_however_its_process_ends(place: Path, pretend_worker: None) -> None:
    assert run_job(job("late"), place, 30).failure is None


def test_a_worker_out_of_time_leaves_a_traceback(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hangs.py").write_text("def spin():\n    while True:\n        pass\nspin()\n", encoding="utf-8")
    worker = (sys.executable, "-I", "-X", "faulthandler", str(tmp_path / "hangs.py"))
    monkeypatch.setattr("harness.running.run_process.WORKER", worker)
    failure = run_job(job("good"), place, 0.5).failure
    assert failure is not None
    assert f'File "{tmp_path / "hangs.py"}", line ' in failure.log


def test_a_worker_that_breaks_before_it_can_tell_is_a_bug_with_its_output_as_log(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.py").write_text("import no_such_module", encoding="utf-8")
    monkeypatch.setattr("harness.running.run_process.WORKER", (sys.executable, "-I", str(tmp_path / "broken.py")))
    failure = run_job(job("good"), place, 30).failure
    assert failure is not None
    assert (failure.whose, "ModuleNotFoundError" in failure.log) == ("laneblock", True)


def test_a_run_that_had_no_room_to_say_why_asks_whether_the_disk_is_full(
    place: Path, pretend_worker: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.running.ended_process._FULL_BYTES", 1 << 80)
    assert f"gave no reason (is the disk of {place} full?)" in str(run_job(job("mute"), place, 30).failure)
    assert f"(SIGKILL: is the disk of {place} full?)" in str(run_job(job("crash"), place, 30).failure)


def test_a_run_out_of_time_is_ended(place: Path, pretend_worker: None) -> None:
    began = time.monotonic()
    ran = run_job(job("hang"), place, 0.5)
    assert "time limit of 0.5 s" in str(ran.failure)
    assert time.monotonic() - began < 20


def test_a_worker_that_cannot_be_started_is_a_failed_run(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.running.run_process.WORKER", ("/no/such/program",))
    assert "No such file" in str(run_job(job("good"), place, 30).failure)


def test_without_room_for_its_files_a_run_fails(tmp_path: Path, pretend_worker: None) -> None:
    assert run_job(job("good"), tmp_path / "not-there", 30).failure


def test_a_packed_run_unpacks_the_same(place: Path, pretend_worker: None) -> None:
    ran = run_job(job("good"), None, 30)
    assert ran.packed is not None
    unpack(ran.packed, place / "good")
    assert [path.name for path in place.iterdir()] == ["good"]
    assert json.loads((place / "good" / "run.json").read_text())["scenario"]["seed"] == 1


def test_workers_end_when_their_parent_is_gone(tmp_path: Path) -> None:
    code = "import laneblock, time\nimport harness.running.worker as w\nw.carry_out = lambda path: time.sleep(60)\nlaneblock.work()"
    root = Path(__file__).parents[3]
    process = subprocess.Popen(
        [sys.executable, "-c", code, "order.json"], stdin=subprocess.PIPE, cwd=root, start_new_session=True
    )
    with process:
        assert process.stdin is not None
        threading.Timer(1.0, process.stdin.close).start()
        assert process.wait(30) != 0
