"""laneblock starts with its own rooms, whatever stands in the working folder, or says which name came from where."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.commands.sumo_checks import check_libsumo
from harness.running.run_process import WORKER
from laneblock import ROOMS, foreign_room, own_folder

COMMAND = (sys.executable, "-P", "-c", "import laneblock; laneblock.main()", "--version")
STRAY = "from pathlib import Path\nPath(__file__).with_name('executed').touch()\nraise ImportError('stray')\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with modules of a user's own, which have common names."""
    for name in ("pydantic.py", "libsumo.py", "simulator.py"):
        (tmp_path / name).write_text(STRAY, encoding="utf-8")
    (tmp_path / "detectors").mkdir()
    (tmp_path / "detectors" / "__init__.py").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(command: tuple[str, ...], pythonpath: str) -> subprocess.CompletedProcess[str]:
    """Run a command with a standard input that stays open: a worker ends with it."""
    environment = {**os.environ, "PYTHONPATH": pythonpath}
    reading, writing = os.pipe()
    try:
        return subprocess.run(command, env=environment, stdin=reading, capture_output=True, text=True, check=False)
    finally:
        os.close(reading)
        os.close(writing)


def test_all_four_rooms_are_its_own() -> None:
    assert foreign_room() == ""
    assert all((own_folder() / room / "__init__.py").is_file() for room in ROOMS)


def test_a_worker_imports_nothing_from_the_working_folder(folder: Path) -> None:
    (folder / "order.json").write_text("{}", encoding="utf-8")
    done = call((*WORKER, "order.json"), "")
    assert (done.returncode, "no order for this version" in done.stderr) == (2, True), done.stderr
    assert not (folder / "executed").exists()


def test_doctor_imports_nothing_from_the_working_folder(folder: Path) -> None:
    def run(command: list[str]) -> tuple[int, str]:
        done = call(tuple(command), "")
        return done.returncode, done.stderr

    check_libsumo(run)
    assert not (folder / "executed").exists()


@pytest.mark.parametrize("command", [COMMAND, (*WORKER, "order.json")], ids=["command", "worker"])
def test_a_room_of_another_s_is_wrong_use_and_one_line(folder: Path, command: tuple[str, ...]) -> None:
    done = call(command, str(folder))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"laneblock: 'simulator' would be imported from {folder / 'simulator.py'}, not from {own_folder() / 'simulator'} "
        "(PYTHONPATH names its folder: take it out, or rename yours)\n"
    )
    assert not (folder / "executed").exists()


def test_an_empty_part_of_pythonpath_does_not_mean_the_working_folder(folder: Path) -> None:
    done = call(COMMAND, f"{os.pathsep}{folder.parent}")
    assert (done.returncode, done.stdout.startswith("laneblock ")) == (0, True), done.stderr


def test_a_plug_in_on_pythonpath_is_found(tmp_path: Path) -> None:
    (tmp_path / "theirs-1.0.dist-info").mkdir()
    (tmp_path / "theirs-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    points = "[laneblock.detectors]\ntheirs = theirs:Theirs\n"
    (tmp_path / "theirs-1.0.dist-info" / "entry_points.txt").write_text(points, encoding="utf-8")
    (tmp_path / "theirs.py").write_text("class Theirs:\n    'Found.'\n", encoding="utf-8")
    done = call((*COMMAND[:-1], "list", "detectors"), str(tmp_path))
    assert "theirs" in done.stdout, done.stderr
    assert "Found" in done.stdout


@pytest.mark.parametrize("start", ["main", "watched"])
def test_ctrl_c_while_it_imports_is_no_traceback(start: str) -> None:
    stub = "import laneblock\ndef interrupt():\n    raise KeyboardInterrupt\nlaneblock.foreign_room = interrupt\n"
    ended = call((sys.executable, "-P", "-c", f"{stub}laneblock.{start}()"), "")
    assert (ended.returncode, ended.stderr) == (130, "")


def test_a_pythonpath_of_empty_parts_does_not_mean_the_working_folder(folder: Path) -> None:
    done = call(COMMAND, os.pathsep)
    assert (done.returncode, done.stdout.startswith("laneblock ")) == (0, True), done.stderr
