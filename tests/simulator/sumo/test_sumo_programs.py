"""A program that crashes, hangs or talks without end is a code and one line."""

from pathlib import Path

import pytest

from simulator.sumo import sumo_programs
from simulator.sumo.sumo_programs import NOT_DONE, run_program


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "program"
    monkeypatch.setattr(sumo_programs, "binary", lambda name: str(path))
    return path


def write(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ("exit 0", 0, "nothing, and ended with code 0"),
        ("echo preface >&2; echo 'Error: no  edge' >&2; exit 1", 1, "Error: no edge"),
        ("kill -SEGV $$", -11, "nothing, and crashed (SIGSEGV)"),
    ],
)
def test_the_end_of_a_program_is_told(script: Path, body: str, code: int, message: str) -> None:
    write(script, body)
    assert run_program("sumo", []) == (code, message)


def test_a_program_that_hangs_is_ended(script: Path) -> None:
    write(script, "exec sleep 60")
    assert run_program("sumo", [], time_limit_s=0.2) == (NOT_DONE, "nothing within 0.2 s")


def test_of_much_output_only_the_beginning_is_kept(script: Path) -> None:
    write(script, "yes 'Error: again' | head -c 3000000 >&2; exit 1")
    assert len(run_program("sumo", [])[1]) == 600
