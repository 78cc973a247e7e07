"""Checks of SUMO name what is missing and say how to mend it."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.commands.sumo_checks import (
    SUMO_PACKAGES,
    Run,
    apt_line,
    check_libraries,
    check_libsumo,
    check_program,
    check_sumo_home,
    check_sumo_versions,
    run,
)
from scenarios.errors import MachineError
from simulator.sumo.sumo_programs import SUMO_VERSION

GOOD = dict.fromkeys(SUMO_PACKAGES, SUMO_VERSION)


def saying(code: int, text: str) -> Run:
    return lambda command: (code, text)


def test_equal_pinned_versions_are_fine() -> None:
    assert check_sumo_versions(GOOD.get).grade == "fine"


@pytest.mark.parametrize(
    ("installed", "words"),
    [
        ({**GOOD, "traci": "1.27.0"}, "traci 1.27.0"),
        ({package: version for package, version in GOOD.items() if package != "libsumo"}, "libsumo is missing"),
        (dict.fromkeys(GOOD, "1.27.0"), f"wanted {SUMO_VERSION}"),
        ({}, "none is installed"),
    ],
)
def test_mixed_or_missing_versions_are_wrong(installed: Mapping[str, str], words: str) -> None:
    finding = check_sumo_versions(installed.get)
    assert finding.grade == "wrong"
    assert words in finding.found
    assert f"libsumo=={SUMO_VERSION}" in finding.mend


def test_a_missing_library_is_named_with_its_package() -> None:
    said = "Traceback ...\nImportError: libGL.so.1: cannot open shared object file: No such file or directory\n"
    finding = check_libsumo(saying(1, said))
    assert finding.grade == "wrong"
    assert "libGL.so.1" in finding.found
    assert finding.mend == "apt-get install libgl1"


def test_an_import_that_kills_python_is_wrong() -> None:
    finding = check_libsumo(saying(-11, ""))
    assert finding.grade == "wrong"
    assert "exit code -11" in finding.found


def test_a_warning_of_libsumo_is_passed_on() -> None:
    finding = check_libsumo(saying(0, "Warning! pyarrow is installed with version 99\n"))
    assert finding.grade == "note"
    assert "pyarrow" in finding.found


@pytest.mark.skipif(sys.platform != "linux", reason="ldd is Linux's")
def test_all_missing_libraries_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.commands.sumo_checks.shutil.which", lambda name: "/usr/bin/ldd")
    said = "\tlibX11.so.6 => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x1)\n\tlibatomic.so.1 => not found\n"
    finding = check_libraries(saying(0, said), [Path("sumo")])
    assert finding.grade == "wrong"
    assert finding.mend == "apt-get install libx11-6 libatomic1"


def test_the_apt_line_names_every_package_of_slim_images() -> None:
    missing = ["libGL.so.1", "libX11.so.6", "libXext.so.6", "libXrender.so.1", "libatomic.so.1", "libexpat.so.1"]
    assert apt_line(missing) == "apt-get install libgl1 libx11-6 libxext6 libxrender1 libatomic1 libexpat1"
    assert "libodd.so.3" in apt_line(["libodd.so.3"])


def test_a_program_that_does_not_start_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.commands.sumo_checks.binary", lambda name: f"/there/{name}")
    said = "sumo: error while loading shared libraries: libXrender.so.1: cannot open shared object file: No such file"
    finding = check_program(saying(127, said), "sumo")
    assert finding.grade == "wrong"
    assert finding.mend == "apt-get install libxrender1"
    assert check_program(saying(0, "Eclipse SUMO sumo 1.28.0\nBuild"), "sumo").found == "Eclipse SUMO sumo 1.28.0"


def test_a_missing_program_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(name: str) -> str:
        raise MachineError("SUMO is not installed (try: laneblock doctor)")

    monkeypatch.setattr("harness.commands.sumo_checks.binary", gone)
    finding = check_program(saying(0, ""), "sumo")
    assert (finding.grade, finding.found) == ("wrong", "SUMO is not installed")


def test_another_sumo_home_is_noted(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    assert check_sumo_home({}, own).grade == "fine"
    assert check_sumo_home({"SUMO_HOME": str(own)}, own).grade == "fine"
    other = check_sumo_home({"SUMO_HOME": str(tmp_path)}, own)
    assert other.grade == "note"
    assert "another SUMO" in other.found
    assert "unset SUMO_HOME" in other.mend
    assert "does not exist" in check_sumo_home({"SUMO_HOME": "/nowhere/sumo"}, own).found


def test_a_command_that_is_not_there_has_an_exit_code() -> None:
    assert run(["/no/such/program"])[0] == 127
