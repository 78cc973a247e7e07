"""The tables of a period's page."""

from collections import Counter
from collections.abc import Mapping, Sequence

from harness.reporting.report_document import DASH, Table
from harness.service.incidents.incident import Severity
from harness.service.reports.incident_times import IncidentTimes
from harness.service.reports.period_figures import Spread, false_by_hour, false_by_section
from harness.service.reports.report_words import duration, moment

MOST_LISTED = 500
"""Incidents in the page's list. Chosen: a longer one is not read; JSON and CSV hold all of them."""


def times_table(spreads: Mapping[str, Spread]) -> Table:
    """Return how long each step took."""
    rows = tuple(
        (name, str(each.count), duration(each.median_s), duration(each.p90_s)) for name, each in spreads.items()
    )
    return Table("Times", ("step", "incidents", "median", "90 % within"), rows)


def targets_table(found: Sequence[IncidentTimes]) -> Table:
    """Return how many were taken in time, by the highest severity that they had."""
    rows = []
    for severity in reversed(Severity):
        own = [each for each in found if each.top_severity is severity]
        judged = [each for each in own if each.in_time is not None]
        late = [each.late_s for each in judged if not each.in_time]
        worst = duration(max(late)) if late else DASH
        rows.append(
            (severity.value, str(len(own)), str(len(judged)), str(len(judged) - len(late)), str(len(late)), worst)
        )
    columns = ("highest severity", "incidents", "with a target", "in time", "late", "latest by")
    return Table("Response against targets", columns, tuple(rows))


def section_table(found: Sequence[IncidentTimes]) -> Table:
    """Return where alarms were false."""
    rows = tuple(
        (f"{corridor}, section {section}", str(false), str(judged))
        for (corridor, section), (false, judged) in false_by_section(found).items()
    )
    return Table("False alarms by section", ("section", "false", "judged"), rows or (("none", "0", DASH),))


def hour_table(found: Sequence[IncidentTimes]) -> Table:
    """Return at which hour false alarms were opened."""
    rows = tuple((f"{hour:02d}:00", str(count)) for hour, count in false_by_hour(found).items())
    return Table("False alarms by hour of the day", ("opened from", "false"), rows or (("none", "0"),))


def state_table(found: Sequence[IncidentTimes]) -> Table:
    """Return how many stand where."""
    states = Counter(each.incident.state.value.replace("_", " ") for each in found)
    rows = tuple((state, str(count)) for state, count in states.most_common())
    return Table("How they stand", ("state", "incidents"), rows or (("none", "0"),))


def what_is_cut(found: Sequence[IncidentTimes]) -> str:
    """Return in words what the list leaves out; "" where it has all."""
    return f"The last {MOST_LISTED} of {len(found)}; all are in incidents.csv." if len(found) > MOST_LISTED else ""


def incident_table(found: Sequence[IncidentTimes]) -> Table:
    """Return each incident."""
    rows = tuple(
        (
            each.incident.id,
            moment(each.incident.opened_s),
            each.incident.kind.value,
            each.top_severity.value,
            each.incident.state.value.replace("_", " "),
            duration(each.taken_s),
            duration(each.closed_s),
        )
        for each in found[-MOST_LISTED:]
    )
    columns = ("incident", "opened", "type", "highest severity", "state", "taken after", "closed after")
    return Table("Incidents, in the order in which they were opened", columns, rows, text_columns=5)
