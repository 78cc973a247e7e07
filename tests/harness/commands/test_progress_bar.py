"""Progress for people: a bar on a terminal, lines elsewhere (`test_cli.py` has those of a battery)."""

import pytest

from harness.commands import progress_bar
from harness.commands.progress_bar import bar, line, lines, replay_bar, replay_lines, replay_text
from harness.running.progress import Progress


def kept(finished: int) -> Progress:
    return Progress(f"k{finished}", "kept", "", 0.0, finished, 0, 4, float("nan"))


DONE = Progress("third", "done", "", 65.0, 3, 0, 4, 30.0)
FAILED = Progress("[red]fourth", "failed", "SUMO said [no]", 2.0, 3, 1, 4, 0.0)


def test_runs_finished_before_are_one_line() -> None:
    written: list[str] = []
    with lines(written.append) as show:
        for progress in (kept(1), kept(2), DONE):
            show(progress)
    assert written == ["2 of 4 runs were finished before", line(DONE)]


def test_the_bar_ends_with_how_many_failed_and_keeps_their_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with bar(4) as show:
        for progress in (kept(1), kept(2), DONE, FAILED):
            show(progress)
    out, err = capsys.readouterr()
    assert out == ""
    assert line(FAILED) in err
    assert "4/4" in err
    assert err.rstrip().endswith("1 failed")


def test_the_bar_ends_with_all_done(capsys: pytest.CaptureFixture[str]) -> None:
    with bar(3) as show:
        show(Progress("last", "done", "", 1.0, 3, 0, 3, 0.0))
    assert capsys.readouterr().err.rstrip().endswith("all done")


@pytest.mark.parametrize(
    ("progress", "text"),
    [(DONE, "about 30 s left, last: third"), (kept(2), "2/4"), (Progress("[b]x", "done", "", 1, 1, 0, 4, 60), "[b]x")],
)
def test_the_bar_shows_the_time_left_and_the_last_run(
    progress: Progress, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with bar(4) as show:
        show(progress)
    assert text in capsys.readouterr().err


def test_a_replay_under_way_tells_its_share_and_the_time_left() -> None:
    assert replay_text("monday", "sequential", 0.25, 60.0) == "monday, sequential: 25 %, about 3 min 00 s left"
    assert replay_text("monday", "sequential", 0.0, 0.0) == "monday, sequential: 0 %"


def test_the_bar_of_replays_writes_to_standard_error_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with replay_bar(2) as show:
        for share in (0.0, 0.5, 1.0):
            show("[red]monday", "silent", share)
    assert capsys.readouterr().out == ""


def test_replays_tell_a_line_now_and_then_and_kept_ones_cost_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock_s, told = [0.0], list[str]()
    monkeypatch.setattr(progress_bar, "perf_counter", lambda: clock_s[0])
    show = replay_lines(4, told.append)
    clock_s[0] = 100.0  # kept replays are read
    show("monday", "snd", 1.0)
    assert told == []
    for clock_s[0], share in ((110.0, 0.5), (111.0, 0.6), (120.0, 1.0)):
        show("tuesday", "snd", share)
    clock_s[0] = 150.0
    show("wednesday", "snd", 0.5)
    assert told == [
        "[2/4] tuesday, snd: 50 %, about 50 s left",
        "[3/4] wednesday, snd: 50 %, about 50 s left",
    ]
