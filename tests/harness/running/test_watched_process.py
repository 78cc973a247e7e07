"""A watched process is done where it said so; where it hangs, crashes or ends itself, that is told, and nothing is left running."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.records.failure import failure_of
from harness.running.watched_process import watch
from scenarios.errors import MachineError, PluginError

SCRIPT = """
import os, signal, sys, threading, time
from pathlib import Path
from detectors.plugin_notes import note
from harness.running.sumo_traces import note_work
from harness.running.watched_process import be_watched
from scenarios.scenario import OwnNetwork, Scenario

def does(what, place):
    Path(place).write_text(str(os.getpid()))
    if what == "fails":
        sys.exit(7)
    if what == "quits":
        os._exit(0)
    if what == "works":
        time.sleep(0.3)
    if what == "crashes at work":
        note("detector 'theirs'"), note("detector 'theirs'")
    if what == "crashes in SUMO":
        work = Path(place).parent / "run.part" / "work"
        work.mkdir(parents=True)
        (work / "run.errors.txt").write_text("Warning: an edge is odd.\\nError: what now?\\n")
        own = OwnNetwork(net_file="/road.net.xml", route_files=("/cars.xml",), additional_files=("/l.xml",), corridor=("m",))
        note_work(work, Scenario(name="s", seed=1, end_s=9.0, network=own))
    if what.startswith("crashes"):
        os.kill(os.getpid(), signal.SIGSEGV)
    if what == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "leaves a thread":
        threading.Thread(target=time.sleep, args=(60,)).start()
    if what == "hangs":
        note("reading")()
        note("detector 'theirs'")
        time.sleep(60)
    if what == "waits":
        time.sleep(60)

be_watched(lambda: does(*sys.argv[1:]))
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the process writes its number, once it runs."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    monkeypatch.setattr("harness.running.watched_process.WATCHED", (sys.executable, str(script)))
    monkeypatch.setattr("harness.running.watched_process._STOP_S", 0.5)
    return tmp_path / "number"


def watched(what: str, place: Path, time_limit_s: float = 60.0) -> int:
    return watch([what, str(place)], time_limit_s, "detector 'theirs'", " (more: --time-limit)")


def is_gone(place: Path) -> bool:
    try:
        os.kill(int(place.read_text(encoding="ascii")), 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize(("what", "code"), [("works", 0), ("fails", 7), ("leaves a thread", 0)])
def test_the_exit_code_is_the_one_it_said(what: str, code: int, place: Path) -> None:
    assert watched(what, place) == code
    assert is_gone(place)


def test_a_process_that_ends_without_a_word_has_failed_whatever_its_exit_code(place: Path) -> None:
    with pytest.raises(PluginError, match="detector 'theirs': its process ended with exit code 0 before it was done"):
        watched("quits", place)


def test_a_killed_process_is_the_machine_s_failure(place: Path) -> None:
    with pytest.raises(MachineError, match=r"detector 'theirs': its process was ended by signal 9 \(SIGKILL: "):
        watched("killed", place)


def test_without_detectors_of_others_it_is_the_simulation_that_ended(place: Path) -> None:
    with pytest.raises(MachineError, match=r"^the simulation: its process ended with exit code 0 before it was done\n"):
        watch(["quits", str(place)], 60.0, "", "")


def test_a_crash_in_sumo_is_told_with_its_last_messages_and_the_files_and_leaves_no_folder(place: Path) -> None:
    with pytest.raises(MachineError) as raised:
        watch(["crashes in SUMO", str(place)], 60.0, "", "")
    failure = failure_of(raised.value)
    assert failure.exit_code == 3
    assert failure.reason.startswith(
        "the simulation: its process was ended by signal 11 (SIGSEGV); SUMO's last messages: Warning: an edge is odd. "
        "Error: what now?; is one of its files damaged? /road.net.xml, /cars.xml, /l.xml"
    )
    assert failure.log_file is not None
    assert "SUMO's messages:\nWarning: an edge is odd." in failure.log_file.read_text(encoding="utf-8")
    assert not (place.parent / "run.part").exists()


def test_a_crash_is_that_of_the_detector_at_work_whoever_named_it(place: Path) -> None:
    with pytest.raises(PluginError, match=r"^detector 'theirs': its process was ended by signal 11 \(SIGSEGV\)\n"):
        watch(["crashes at work", str(place)], 60.0, "", "")


def test_what_is_over_its_time_is_ended_with_where_it_was(place: Path) -> None:
    with pytest.raises(
        PluginError, match=r"^detector 'theirs': not done within 0.5 s \(more: --time-limit\)"
    ) as raised:
        watched("hangs", place, 0.5)
    log = failure_of(raised.value).log_file
    assert log is not None
    assert "in does" in log.read_text(encoding="utf-8")
    assert is_gone(place)


@pytest.fixture
def heeded_ctrl_c() -> Iterator[None]:
    """Ctrl-C raises KeyboardInterrupt, also where the tests were started in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeded_ctrl_c")
def test_ctrl_c_ends_both(place: Path) -> None:
    def press() -> None:
        while not place.exists():
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=press, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        watched("waits", place)
    assert is_gone(place)


def test_a_hang_up_that_is_ignored_stays_so(place: Path) -> None:
    def hang_up() -> None:
        while not place.exists():
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGHUP)

    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        threading.Thread(target=hang_up, daemon=True).start()
        assert watched("works", place) == 0
    finally:
        signal.signal(signal.SIGHUP, before)
