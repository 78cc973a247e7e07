"""Progress on standard error. On a terminal there is a bar; elsewhere, a battery shows a line per run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING

from harness.running.progress import Progress, duration_text

if TYPE_CHECKING:
    from harness.reporting.replay_results import Show as ShowReplay

Show = Callable[[Progress], None]


def line(progress: Progress) -> str:
    """Return a line on the result of one run, and the time left.

    >>> line(Progress("night", "done", "", 21.3, 3, 0, 48, 500.0))
    '[ 3/48] done    night in 21 s; about 8 min 20 s left'
    """
    width = len(str(progress.total))
    head = f"[{progress.finished + progress.failed:{width}}/{progress.total}]"
    if progress.outcome == "kept":
        return f"{head} kept    {progress.name}"
    took = duration_text(progress.wall_s)
    left = f"; about {duration_text(progress.left_s)} left" if progress.left_s > 0 else ""
    if progress.outcome == "failed":
        return f"{head} FAILED  {progress.name} after {took}: {progress.reason}"
    return f"{head} done    {progress.name} in {took}{left}"


@contextmanager
def lines(write: Callable[[str], None]) -> Iterator[Show]:
    """Yield a function that writes a line per run, and one line for all runs that were finished before."""
    kept = 0

    def show(progress: Progress) -> None:
        nonlocal kept
        if progress.outcome == "kept":
            kept += 1
            return
        if kept:
            write(f"{kept} of {progress.total} runs were finished before")
            kept = 0
        write(line(progress))

    yield show


@contextmanager
def bar(total: int) -> Iterator[Show]:
    """Yield a function that updates a bar on standard error, with the time left; failures stay above it."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Bar(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task("first runs under way", total=total)

        def show(progress: Progress) -> None:
            done = progress.finished + progress.failed
            if done == total:
                text = "all done" if not progress.failed else f"{progress.failed} failed"
            elif progress.outcome == "kept":
                text = "running the others"
            else:
                text = f"about {duration_text(progress.left_s)} left, last: {escape(progress.name)}"
            shown.update(task, completed=done, description=text)
            if progress.outcome == "failed":
                shown.console.print(line(progress), style="red", markup=False, highlight=False)

        yield show


def replay_text(name: str, detector: str, share: float, took_s: float) -> str:
    """Return a line on a replay under way, with the time that is left if the rest takes as long as what is done.

    >>> replay_text("monday", "sequential", 0.25, 60.0)
    'monday, sequential: 25 %, about 3 min 00 s left'
    """
    left = f", about {duration_text(took_s * (1 - share) / share)} left" if share else ""
    return f"{name}, {detector}: {100 * share:.0f} %{left}"


@contextmanager
def replay_bar(replays: int) -> "Iterator[ShowReplay]":
    """Yield a function that updates a bar on standard error, of so many replays one after the other; it leaves no trace."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar
    from rich.table import Column

    in_one_line = Column(no_wrap=True, overflow="ellipsis")
    columns = (BarColumn(20), TextColumn("{task.description}", markup=False, table_column=in_one_line))
    with Bar(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("first frames under way", total=replays)
        started_s: dict[tuple[str, str], float] = {}

        def show(name: str, detector: str, share: float) -> None:
            took_s = perf_counter() - started_s.setdefault((name, detector), perf_counter())
            text = replay_text(name, detector, share, took_s)
            shown.update(task, completed=len(started_s) - 1 + share, description=text)

        yield show


FIRST_TOLD_S, TOLD_EVERY_S = 5.0, 30.0
"""From the start of reading to its first line, and from one line to the next."""


def now_and_then(write: Callable[[str], None]) -> Callable[[Callable[[], str]], None]:
    """Return a function that writes the line it is offered `FIRST_TOLD_S` from now on, and then every `TOLD_EVERY_S`."""
    next_s = perf_counter() + FIRST_TOLD_S

    def offer(line: Callable[[], str]) -> None:
        nonlocal next_s
        if (now_s := perf_counter()) >= next_s:
            next_s = now_s + TOLD_EVERY_S
            write(line())

    return offer


def reading_lines(name: str, write: Callable[[str], None]) -> Callable[[float], None]:
    """Return a function that is told the share of `name` read, and writes a line now and then where reading is long.

    >>> show = reading_lines("monday", print)
    >>> show(0.5)
    """
    started_s, offer = perf_counter(), now_and_then(write)
    return lambda share: offer(lambda: replay_text(name, "reading", share, perf_counter() - started_s))


def replay_lines(replays: int, write: Callable[[str], None]) -> "ShowReplay":
    """Return a function that is told the share done of each of so many replays, and writes a line now and then.

    A replay that is told to be finished at once was kept: it says nothing of the time that is left.

    >>> show = replay_lines(2, print)
    >>> show("monday", "sequential", 0.5)
    """
    offer, started_s = now_and_then(write), perf_counter()
    kept, made = set[tuple[str, str]](), set[tuple[str, str]]()

    def show(name: str, detector: str, share: float) -> None:
        nonlocal started_s
        each = (name, detector)
        if each not in made and share >= 1.0:
            kept.add(each)
            started_s = started_s if made else perf_counter()
            return
        made.add(each)
        done, took_s = (len(made) - 1 + share) / (replays - len(kept)), perf_counter() - started_s
        left = f", about {duration_text(took_s * (1 - done) / done)} left" if done else ""
        offer(lambda: f"[{len(kept) + len(made)}/{replays}] {name}, {detector}: {100 * share:.0f} %{left}")

    return show


@contextmanager
def conversion_bar() -> Iterator[Callable[[int, int, str], None]]:
    """Yield a function that updates a bar on standard error: how much is done, of how much, and a text; it leaves no trace."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar
    from rich.table import Column

    in_one_line = Column(no_wrap=True, overflow="ellipsis")
    columns = (
        BarColumn(20),
        MofNCompleteColumn(),
        TextColumn("{task.description}", markup=False, table_column=in_one_line),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("looking at the files", total=None)
        started_s, first, last = perf_counter(), 0, (0, 0)

        def show(done: int, total: int, text: str) -> None:
            nonlocal started_s, first, last
            if done < last[0] or total != last[1]:  # something else is counted now; what was done before took no time
                started_s, first = perf_counter(), done
            last, took_s, new = (done, total), perf_counter() - started_s, done - first
            left = f", about {duration_text(took_s * (total - done) / new)} left" if new and done < total else ""
            shown.update(task, completed=done, total=total, description=text + left)

        yield show
