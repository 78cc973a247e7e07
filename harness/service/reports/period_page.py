"""The report of a period: how soon incidents were found, taken and closed, where alarms were false, what to learn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from harness.reporting.page_sections import Section, StudyPage
from harness.reporting.provenance_facts import provenance_facts
from harness.reporting.report_document import DASH, Headline, KeyFigure, KeyFigures
from harness.service.incidents.incident_values import as_json
from harness.service.reports.incident_rows import incident_row
from harness.service.reports.incident_times import IncidentTimes
from harness.service.reports.lessons import Lesson
from harness.service.reports.period_figures import Detected, Spread, false_by_hour, false_by_section, spread
from harness.service.reports.period_tables import (
    hour_table,
    incident_table,
    section_table,
    state_table,
    targets_table,
    times_table,
    what_is_cut,
)
from harness.service.reports.report_origin import report_origin
from harness.service.reports.report_words import duration, incidents, moment


@dataclass(frozen=True, slots=True)
class Period:
    """What is reported: incidents in the order in which they were opened, from and until data time, s (infinite where open)."""

    name: str
    since_s: float
    until_s: float
    found: Sequence[IncidentTimes]
    learned: tuple[Lesson, ...]
    detected: tuple[Detected, ...] = ()


def period_page(period: Period) -> StudyPage:
    """Return the page of a period."""
    found = period.found
    exercise = any(each.incident.exercise for each in found)
    sentences = tuple(f"{each.rule.capitalize()}: {each.text}." for each in period.learned) or ("No rule applies.",)
    sections = (
        Section("Lessons", "By named rules, each with the figures that it rests on.", sentences=sentences),
        Section(
            "Times", "Times of people count from when an incident was opened.", tables=(times_table(_spreads(period)),)
        ),
        Section("Response against targets", _TARGET_NOTE, tables=(targets_table(found),)),
        Section(
            "False alarms",
            "Of the incidents that persons closed as resolved or as false alarms.",
            tables=(section_table(found), hour_table(found)),
        ),
        Section("Incidents", what_is_cut(found), tables=(state_table(found), incident_table(found))),
    )
    notices = ("Exercise: at least some of the traffic is simulated or replayed.",) if exercise else ()
    return StudyPage(
        f"Incidents of {period.name}", _headline(period), notices, (), sections, provenance_facts(report_origin())
    )


def period_document(period: Period) -> dict[str, Any]:
    """Return the report as JSON; what is not known is null."""
    found = period.found
    sections = false_by_section(found)
    return {
        "name": period.name,
        "since_s": as_json(period.since_s),
        "until_s": as_json(period.until_s),
        "incidents": [incident_row(each) for each in found],
        "times": {name: _spread_json(values) for name, values in _spreads(period).items()},
        "detected": [
            {
                "corridor": each.corridor,
                "there": each.there,
                "found": len(each.latency_s),
                "latency_s": list(each.latency_s),
            }
            for each in period.detected
        ],
        "false_by_section": [
            {"corridor": corridor, "section": section, "false": false, "judged": judged}
            for (corridor, section), (false, judged) in sections.items()
        ],
        "false_by_hour": {str(hour): count for hour, count in false_by_hour(found).items()},
        "lessons": [
            {"rule": each.rule, "text": each.text, "figures": as_json(each.figures)} for each in period.learned
        ],
        **report_origin(),
    }


_TARGET_NOTE = "A target is that of each severity that an incident had while it waited; the earliest counts."


def _spreads(period: Period) -> dict[str, Spread]:
    found = period.found
    spreads = {
        "onset, as estimated, to opened": spread(each.onset_to_opened_s for each in found),
        "taken by a person": spread(each.taken_s for each in found),
        "investigated": spread(each.investigated_s for each in found),
        "team sent": spread(each.sent_s for each in found),
        "team there": spread(each.arrived_s for each in found),
        "cleared, as the detectors say": spread(each.cleared_s for each in found),
        "closed by a person": spread(each.closed_s for each in found),
    }
    true = {f"true onset to opened, {each.corridor}": spread(each.latency_s) for each in period.detected}
    return {**true, **spreads}


def _spread_json(values: Spread) -> dict[str, Any]:
    return {"count": values.count, "median_s": as_json(values.median_s), "p90_s": as_json(values.p90_s)}


def _headline(period: Period) -> Headline:
    found = period.found
    taken = spread(each.taken_s for each in found)
    judged = [each for each in found if each.in_time is not None]
    in_time = sum(bool(each.in_time) for each in judged)
    sections = false_by_section(found)
    false, all_judged = (
        sum(part for part, _ in sections.values()),
        sum(1 for each in found if each.incident.state.value in _JUDGED),
    )
    figures = [
        KeyFigure("incidents", str(len(found)), "", f"{_span(period)}"),
        KeyFigure("taken after, median", duration(taken.median_s), "", f"{taken.count} taken"),
        KeyFigure("taken in time", f"{in_time} of {len(judged)}" if judged else DASH, "", "those with a target"),
        KeyFigure("false alarms", f"{false} of {all_judged}" if all_judged else DASH, "", "those that persons judged"),
    ]
    for each in period.detected:
        latency = spread(each.latency_s)
        note = f"{latency.count} of {each.there} found on {each.corridor}"
        figures.append(KeyFigure("true onset to opened, median", duration(latency.median_s), "", note))
    sentence = (
        f"{incidents(len(found))} opened, {taken.count} taken by a person." if found else "No incident was opened."
    )
    return Headline((KeyFigures("", tuple(figures)),), sentence, "")


_JUDGED = ("resolved", "false_alarm")


def _span(period: Period) -> str:
    ends = [moment(each) for each in (period.since_s, period.until_s)]
    return "all that are stored" if ends == [DASH, DASH] else f"{ends[0]} to {ends[1]}"
