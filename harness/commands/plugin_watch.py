"""Run a command that uses detectors of other packages, or SUMO, in a watched process of its own: they may crash or hang."""

import math
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import typer

from harness.commands.console import INTERRUPTED
from harness.running.time_limit import check_time_limit

LOADING_LIMIT_S = 60.0
"""Time that another package's detector may take where it is only loaded. Chosen: libraries of neural networks take 20 s."""


def watch_plugins(detectors: Sequence[str] | None, time_limit_s: float, option: bool = True) -> None:
    """Where one of the detectors is another package's, do this command in a watched process, and end it with its exit code.

    Return where none is (also for a name that nobody has), and in that process itself. None: all that are installed.
    `option`: the limit is that of an option. Raises UserError for an impossible time limit, and what `watch` raises.
    """
    from detectors.plugin_notes import WATCH_FOLDER
    from detectors.plugin_offers import described, offered

    if option:
        check_time_limit(time_limit_s)
    if WATCH_FOLDER in os.environ:
        return
    packages = {} if detectors == () else offered()
    names = packages if detectors is None else detectors
    foreign = [described(name, packages[name]) for name in names if name in packages]
    foreign += [described(name, "") for name in names if ":" in name]  # a place, as laneblock check takes it
    if not foreign:
        return
    from harness.running.watched_process import watch

    limit_hint = " (more: --time-limit)" if option else ""
    with _told_by_the_other():
        raise typer.Exit(watch(sys.argv[1:], time_limit_s, ", ".join(foreign), limit_hint))


def watch_sumo(context: typer.Context) -> None:
    """Do a command that simulates in its own process in a watched one: a crash of SUMO would end it without a word.

    Return in that process itself, and where the command is called from Python. Raises what `watch` raises.
    """
    from detectors.plugin_notes import WATCH_FOLDER

    if WATCH_FOLDER in os.environ or not context.obj["own_process"]:
        return
    from harness.running.watched_process import watch

    with _told_by_the_other():
        raise typer.Exit(watch(sys.argv[1:], math.inf, "", ""))


@contextmanager
def _told_by_the_other() -> Iterator[None]:
    """Turn Ctrl-C into exit code 130 alone: the watched process has said what it leaves."""
    try:
        yield
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
