"""Whose fault an error is, its one line, its log."""

import errno
import os
import pickle
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from harness.records.atomic_files import atomic_file
from harness.records.failure import (
    FailedRunsError,
    Failure,
    end_of,
    failure_of,
    note_log_file,
    worst_exit_code,
    write_temporary_log,
)
from scenarios.errors import MachineError, MissingExtraError, MissingFileError, PluginError, UserError

FULL = Failure("machine", "the disk is full")
SLIP = Failure("user", "no such site")
BUG = Failure("laneblock", "KeyError")


def system_error(number: int, *names: str) -> OSError:
    return OSError(number, os.strerror(number), *names)


@pytest.mark.parametrize(
    ("error", "whose", "exit_code"),
    [
        (UserError("no"), "user", 2),
        (MissingFileError("no"), "user", 2),
        (MissingExtraError("no"), "user", 2),
        (MachineError("no"), "machine", 3),
        (PluginError("no"), "plug-in", 1),
        (ValueError("no"), "laneblock", 1),
        (KeyError("no"), "laneblock", 1),
        (ImportError("no"), "laneblock", 1),
        (RuntimeError("no"), "laneblock", 1),
        (MemoryError(), "machine", 3),
        (BrokenProcessPool("a process was killed"), "machine", 3),
        (TimeoutError("timed out"), "machine", 3),
        *((system_error(number, "a"), "user", 2) for number in (errno.ENOENT, errno.EISDIR, errno.EACCES, errno.EROFS)),
        *(
            (system_error(number, "a"), "machine", 3)
            for number in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE)
        ),
        (system_error(errno.ECONNREFUSED), "machine", 3),
        (system_error(errno.EBADF), "laneblock", 1),
        (OSError("not of the system"), "laneblock", 1),
    ],
    ids=repr,
)
def test_an_error_is_the_users_the_machines_a_plug_ins_or_a_bug(error: Exception, whose: str, exit_code: int) -> None:
    failure = failure_of(error)
    assert (failure.whose, failure.exit_code) == (whose, exit_code)


def test_a_bug_is_told_by_its_type_in_one_line() -> None:
    assert (
        failure_of(ValueError("shapes\n(2,)  (3,)")).reason
        == "this is a bug in laneblock: ValueError: shapes (2,) (3,)"
    )
    assert failure_of(IndexError()).reason == "this is a bug in laneblock: IndexError"


def test_a_system_error_names_its_files() -> None:
    assert failure_of(system_error(errno.EACCES, "a.toml")).reason == "a.toml: Permission denied"


def test_only_the_user_has_no_log() -> None:
    with pytest.raises(KeyError) as raised:
        raise KeyError("lane")
    assert "in test_only_the_user_has_no_log" in failure_of(raised.value).log
    assert failure_of(UserError("no")).log == ""


def test_what_a_failed_program_wrote_is_in_the_log(tmp_path: Path) -> None:
    (tmp_path / "sumo.txt").write_text("Error: no edges", encoding="utf-8")
    assert failure_of(MachineError("refused", tmp_path / "sumo.txt")).log.endswith("\nsumo.txt:\nError: no edges\n")


def test_a_full_disk_names_the_file_that_was_written(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space left") as raised, atomic_file(tmp_path / "score.json"):
        raise system_error(errno.ENOSPC)
    assert failure_of(raised.value).reason == f"{tmp_path / 'score.json'}: No space left on device"


def test_where_the_log_is_kept_travels_with_the_error_from_another_process() -> None:
    error = KeyError("lane")
    note_log_file(error, Path("here.log.txt"))
    assert failure_of(pickle.loads(pickle.dumps(error))).log_file == Path("here.log.txt")


def test_a_log_of_the_machine_travels_with_the_error_from_another_process() -> None:
    assert pickle.loads(pickle.dumps(MachineError("no", Path("sumo.txt")))).log == Path("sumo.txt")


def test_of_several_failures_a_bug_decides_then_the_machine_then_the_user() -> None:
    assert worst_exit_code({"a": SLIP, "b": BUG, "c": FULL}) == 1
    assert worst_exit_code({"a": SLIP, "c": FULL}) == 3
    assert worst_exit_code({"a": SLIP}) == 2


def test_a_command_that_cannot_go_on_without_its_runs_fails_as_they_did() -> None:
    failure = failure_of(FailedRunsError("2 of 4 runs failed", {"a": SLIP, "b": FULL}))
    assert (failure.exit_code, failure.reason) == (3, "2 of 4 runs failed, such as a: no such site")


def test_a_log_with_half_a_character_is_written() -> None:
    log = write_temporary_log("a path: \udcff")
    assert log.read_text(encoding="utf-8") == "a path: \\udcff"
    log.unlink()


def test_the_end_of_a_file_is_so_many_characters_of_it(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a" * 100 + "äöü", encoding="utf-8")
    assert end_of(tmp_path / "log", 4) == "aäöü"
