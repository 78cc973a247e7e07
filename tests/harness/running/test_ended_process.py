"""How a process ended that gave no reason: by its exit code, the kernel's count and its last line."""

from pathlib import Path

import pytest

from harness.running.ended_process import memory_kills, why_it_ended


@pytest.mark.parametrize(
    ("before", "slip"),
    [
        (2, "the kernel ended it, because memory ran out"),
        (3, "out of memory?"),
        (None, "out of memory?"),
    ],
)
def test_it_is_sure_that_memory_ran_out_where_the_kernel_counted_one_more(
    before: int | None, slip: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "vmstat").write_text("nr_free_pages 1\noom_kill 3\npgmigrate 0\n", encoding="ascii")
    monkeypatch.setattr("harness.running.ended_process._COUNTS", tmp_path / "vmstat")
    assert why_it_ended(-9, before, tmp_path).startswith(f"its process was ended by signal 9 (SIGKILL: {slip}")


def test_a_system_that_does_not_count_has_no_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.running.ended_process._COUNTS", tmp_path / "absent")
    assert memory_kills() is None


def test_a_crash_is_named_by_its_signal(tmp_path: Path) -> None:
    assert why_it_ended(-11, None, tmp_path) == "its process was ended by signal 11 (SIGSEGV)"


def test_an_exit_code_comes_with_the_last_line_that_was_written(tmp_path: Path) -> None:
    reason = "its process ended with exit code 7 and gave no reason"
    assert why_it_ended(7, None, tmp_path) == reason
    assert why_it_ended(7, None, tmp_path, "one\n  the   last\n\n") == f"{reason}; its last line: the last"
