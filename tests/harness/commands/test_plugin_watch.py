"""Which commands are done in a watched process: those that name a detector of another package."""

from collections.abc import Sequence
from math import inf
from pathlib import Path

import pytest
import typer

from detectors.plugin_notes import WATCH_FOLDER
from harness.commands.plugin_watch import watch_plugins, watch_sumo

Watched = list[tuple[object, ...]]


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    """Every command that would be watched, where two detectors of other packages are installed."""
    found: Watched = []

    def watch(*arguments: object) -> int:
        found.append(arguments)
        return 7

    monkeypatch.delenv(WATCH_FOLDER, raising=False)
    monkeypatch.setattr("sys.argv", ["laneblock", "the", "command"])
    monkeypatch.setattr("harness.running.watched_process.watch", watch)
    monkeypatch.setattr("detectors.plugin_offers.offered", lambda: {"quick": "theirs", "slow": "theirs"})
    return found


@pytest.mark.parametrize("names", [(), ("sequential",), ("nobody_s",)])
def test_a_command_without_detectors_of_other_packages_is_done_here(names: Sequence[str], watched: Watched) -> None:
    watch_plugins(names, 60.0)
    assert watched == []


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("silent", "quick"), "detector 'quick' of the package theirs"),
        (None, "detector 'quick' of the package theirs, detector 'slow' of the package theirs"),
        (("mine:Mine",), "detector 'mine:Mine'"),
    ],
)
def test_others_are_watched_and_end_with_the_exit_code(
    names: Sequence[str] | None, words: str, watched: Watched
) -> None:
    with pytest.raises(typer.Exit) as ended:
        watch_plugins(names, 60.0)
    assert ended.value.exit_code == 7
    assert watched == [(["the", "command"], 60.0, words, " (more: --time-limit)")]


def test_the_watched_process_starts_no_other(watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(WATCH_FOLDER, str(tmp_path))
    watch_plugins(("quick",), 60.0)
    assert watched == []


@pytest.mark.parametrize("limit_s", [0.0, -1.0, float("nan")])
def test_an_impossible_time_limit_is_refused(limit_s: float) -> None:
    with pytest.raises(ValueError, match="--time-limit takes a positive number of seconds, a week"):
        watch_plugins((), limit_s)


def context(own_process: bool) -> typer.Context:
    return typer.Context(typer.main.get_command(typer.Typer(callback=lambda: None)), obj={"own_process": own_process})


def test_a_simulation_is_watched(watched: Watched) -> None:
    with pytest.raises(typer.Exit) as ended:
        watch_sumo(context(own_process=True))
    assert (ended.value.exit_code, watched) == (7, [(["the", "command"], inf, "", "")])


def test_a_simulation_that_python_calls_for_is_not(watched: Watched) -> None:
    watch_sumo(context(own_process=False))
    assert watched == []
