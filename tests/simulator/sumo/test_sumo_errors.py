"""What is quoted when SUMO fails: libsumo's words, the errors of its log, or the last lines; and whose fault it is."""

from pathlib import Path

import pytest

from simulator.sumo.sumo_errors import SumoComplaintError, SumoError, aside, quoted

Libsumo = type("TraCIException", (Exception,), {"__module__": "libsumo.libsumo"})


def log(folder: Path, text: str, beside: str | None = None) -> Path:
    path = folder / "run.errors.txt"
    path.write_text(text)
    if beside is not None:
        aside(path).write_text(beside)
    return path


def test_what_libsumo_says_comes_first_in_one_line(tmp_path: Path) -> None:
    error = quoted("SUMO", log(tmp_path, "Error: afterwards"), Libsumo("edge 'x'\n  is not known"))
    assert isinstance(error, SumoComplaintError)
    assert "SUMO: edge 'x' is not known" in str(error)
    assert "afterwards" not in str(error)


@pytest.mark.parametrize("said", ["", "Process Error"])
def test_where_libsumo_says_nothing_the_errors_of_the_log_are_quoted_without_warnings(
    tmp_path: Path, said: str
) -> None:
    path = log(tmp_path, "Warning: Edge slow\nError: edge 'x' is not known\nQuitting (on error).\nError: no network")
    error = quoted("SUMO", path, Libsumo(said))
    assert isinstance(error, SumoComplaintError)
    assert "SUMO: Error: edge 'x' is not known Error: no network" in str(error)
    assert "slow" not in str(error)


def test_what_stands_in_both_files_is_quoted_once(tmp_path: Path) -> None:
    error = quoted("SUMO", log(tmp_path, "Error: one", "Error: one\nError: two"), OSError("pipe"))
    assert "SUMO: Error: one Error: two" in str(error)


def test_without_an_error_the_last_three_lines_are_quoted_and_nobody_is_blamed(tmp_path: Path) -> None:
    error = quoted("SUMO", log(tmp_path, "one\ntwo\nthree\nfour"), OSError("pipe"))
    assert type(error) is SumoError
    assert "SUMO: two three four" in str(error)


def test_without_a_word_of_sumos_the_interfaces_is_quoted(tmp_path: Path) -> None:
    assert "SUMO: connection closed" in str(quoted("SUMO", tmp_path / "none.txt", OSError("connection closed")))


def test_of_a_long_message_the_end_is_quoted(tmp_path: Path) -> None:
    text = str(quoted("SUMO", log(tmp_path, f"Error: {'x' * 700}the end"), OSError("pipe")))
    assert "the end" in text
    assert text.count("x") < 600


def test_of_a_long_log_the_end_is_looked_at(tmp_path: Path) -> None:
    path = log(tmp_path, f"Error: first\n{'Warning: w' * 120_000}\nError: last")
    text = str(quoted("SUMO", path, OSError("pipe")))
    assert "Error: last" in text
    assert "first" not in text


def test_the_log_that_is_named_is_one_that_says_something(tmp_path: Path) -> None:
    path = log(tmp_path, "", "Error: one")
    assert quoted("SUMO", path, OSError("pipe")).log == aside(path)
    path = log(tmp_path, "Error: two", "Error: one")
    assert quoted("SUMO", path, OSError("pipe")).log == path
