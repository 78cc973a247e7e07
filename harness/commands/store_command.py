"""The commands `laneblock store`: the live service's database, looked at and written out."""

import typer

from harness.commands.single_value_command import SingleValueCommand
from harness.commands.store_check_command import check
from harness.commands.store_export_command import export
from harness.commands.store_report_command import report

store = typer.Typer(no_args_is_help=True)


@store.callback()
def stored() -> None:
    """What the live service stores: events, incidents, frames. The service may be running.

    \b
    Which one?
      export   Write events, incidents and frames as CSV or parquet.
      check    Is everything there, and does every incident agree with its events?
      report   How soon incidents were found, taken and closed, and what to learn.

    \b
    Examples:
      laneblock store export results/live-drill/laneblock.db --out results/drill-export
      laneblock store check site.toml
      laneblock store report site.toml --out results/monday
    """


store.command(cls=SingleValueCommand, short_help="Events, incidents and frames as CSV or parquet.")(export)
store.command(cls=SingleValueCommand, short_help="Check that a store is complete and consistent.")(check)
store.command(cls=SingleValueCommand, short_help="Reports of a period, or of one incident.")(report)
