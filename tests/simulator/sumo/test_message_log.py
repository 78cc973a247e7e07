"""SUMO's log becomes kinds with counts, however long it is."""

from pathlib import Path

import pytest

from simulator.sumo import message_log
from simulator.sumo.message_log import MOST_KINDS, read_messages
from simulator.traffic_account import SumoMessages


def log(folder: Path, text: str) -> Path:
    path = folder / "run.errors.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_messages_that_differ_in_names_and_numbers_are_one_kind(tmp_path: Path) -> None:
    found = read_messages(log(tmp_path, "Warning: Vehicle 'a' waits 1.5 s\nWarning: Vehicle 'b 2' waits 20 s\n"))
    assert found == (SumoMessages("warning", "Vehicle '%' waits % s", 2, "Vehicle 'a' waits 1.5 s"),)


def test_sumos_own_total_replaces_the_count(tmp_path: Path) -> None:
    text = (
        "Warning: Vehicle 'a'; collision with vehicle 'b', gap=-1.0, stage=move.\n"
        "Warning: Route file should be sorted by departure time, ignoring 'd0'!\n"
        "Warning: 149 total messages of type: Route file should be sorted by departure time, ignoring '%'!\n"
        "Warning: 7 total messages of type: Vehicle '%'; collision with vehicle '%', gap=%, stage=%.\n"
    )
    collision, unsorted = read_messages(log(tmp_path, text))
    assert (collision.count, collision.kind) == (7, "Vehicle '%'; collision with vehicle '%', gap=%, stage=%.")
    assert (unsorted.count, unsorted.example) == (
        149,
        "Route file should be sorted by departure time, ignoring 'd0'!",
    )


def test_errors_are_kept_apart_from_warnings_and_other_lines_are_left_out(tmp_path: Path) -> None:
    found = read_messages(log(tmp_path, "Error: no edge 'x'\n At line 3\nQuitting (on error).\nWarning: old\n"))
    assert [(one.level, one.count) for one in found] == [("error", 1), ("warning", 1)]


def test_kinds_beyond_the_bound_are_counted_together(tmp_path: Path) -> None:
    lines = "".join(f"Warning: {'abcdefghijklmnopqrstuvwxyz'[k]} is odd\n" for k in range(26))
    found = read_messages(log(tmp_path, lines))
    assert len(found) == MOST_KINDS + 1
    assert (found[-1].kind, found[-1].count) == ("messages of further kinds", 26 - MOST_KINDS)


def test_of_an_endless_log_only_the_beginning_is_read_and_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_log, "LARGEST_LOG_BYTES", 1 << 20)
    first, told = read_messages(log(tmp_path, "Warning: again 1\n" * 100_000 + "x" * (1 << 20)))
    assert 50_000 < first.count < 100_000
    assert told.example == "SUMO wrote a log of more than 1 MB; the rest of it was not read"


def test_examples_are_short_lines_of_printable_characters(tmp_path: Path) -> None:
    (one,) = read_messages(log(tmp_path, f"Warning: \x1b[31mred{'x' * 5000}\n"))
    assert one.example.isprintable()
    assert len(one.example) == 300


def test_without_a_log_there_are_no_messages(tmp_path: Path) -> None:
    assert read_messages(tmp_path / "none.txt") == ()
