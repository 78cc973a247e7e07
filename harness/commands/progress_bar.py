"""The progress of a battery on standard error: a bar with the time left on a terminal, a line per run elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from harness.running.progress import Progress, duration_text

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
