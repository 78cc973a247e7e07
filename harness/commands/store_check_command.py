"""The command `laneblock store check`: a store is complete and consistent, or what is wrong with it."""

import typer

from harness.commands.store_choice import StoreArgument, opened_store
from scenarios.errors import printable

MOST_TOLD = 20
"""Problems told. Chosen: more do not help to find the cause."""


def check(store: StoreArgument) -> None:
    """Check a store: events are numbered without gaps, every incident agrees with its events, nothing is damaged.

    The exit code is 0 where all is well, 1 where something is wrong. All events and frames are read.

    \b
    Examples:
      laneblock store check results/live-drill/laneblock.db
      laneblock store check site.toml
      laneblock store check postgresql+psycopg://laneblock@localhost/laneblock
    """
    with opened_store(store, "store check") as opened:
        from harness.service.store.check_store import check_store

        report = check_store(opened)
    for problem in report.problems[:MOST_TOLD]:
        print(printable(problem))
    if len(report.problems) > MOST_TOLD:
        print(f"... and {len(report.problems) - MOST_TOLD} more")
    wrong = f"{len(report.problems)} problems" if report.problems else "nothing is wrong"
    print(f"{report.events} events, {report.incidents} incidents, {report.frames} frames: {wrong}")
    if report.problems:
        raise typer.Exit(1)
