"""The command `laneblock store report`: what happened, how soon people were there, and what to learn."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from harness.commands.store_choice import SinceOption, StoreArgument, UntilOption, opened_store, read_span
from scenarios.errors import UserError, printable


def report(
    store: StoreArgument,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where to write; an earlier report there is replaced.")],
    since: SinceOption = None,
    until: UntilOption = None,
    incident: Annotated[str | None, typer.Option(metavar="ID", help="Report this incident alone.")] = None,
    policy: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Escalation policy with the targets. [default: the one that ships]"),
    ] = None,
    units: Annotated[
        Literal["metric", "imperial"], typer.Option(help="Units of places in an incident's report.")
    ] = "metric",
    truth: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="A recording or run with known incidents, to tell how soon they were found."),
    ] = None,
) -> None:
    """Report a period, or one incident, as a page that opens offline, as JSON and as CSV.

    A period: times to find, take and close incidents, against the targets of the policy, false alarms by section and hour, and
    lessons by named rules. An incident: its steps, its timeline, what the loops showed.

    \b
    Examples:
      laneblock store report results/live-drill/laneblock.db --out results/drill-report
      laneblock store report site.toml --out results/monday --since 2026-03-02T00:00:00Z --until 2026-03-03T00:00:00Z
      laneblock store report site.toml --out results/one --incident sr91-5430-0
    """
    if incident is not None and (since is not None or until is not None or truth is not None):
        raise UserError("--incident: wanted without --since, --until and --truth, which are of a period")
    span_s = read_span(since, until)
    with opened_store(store, "store report") as opened:
        from harness.service.reports.gather_reports import period_report
        from harness.service.reports.report_words import incidents
        from harness.service.reports.response_targets import targets_of
        from harness.service.reports.write_reports import write_incident, write_period
        from harness.service.response.escalation_policy import SHIPPED, read_policy
        from harness.service.store.export_store import Span

        targets = targets_of(read_policy(SHIPPED if policy is None else policy))
        if incident is not None:
            write_incident(out, opened, incident, targets, units)
            print(f"{printable(incident)}: {out / 'incident.html'}")
            return
        period = period_report(opened, Path(store).name, Span(*span_s), targets, truth)
        write_period(out, period)
    for lesson in period.learned:
        print(f"{lesson.rule}: {printable(lesson.text)}")
    print(f"{incidents(len(period.found))}: {out / 'report.html'}")
