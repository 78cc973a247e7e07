"""The report of one incident: summary, response times against targets, timeline, what the loops showed, what to learn."""

from math import isfinite

from harness.reporting.number_text import number
from harness.reporting.page_sections import Section, StudyPage
from harness.reporting.provenance_facts import provenance_facts
from harness.reporting.report_document import DASH, Headline, KeyFigure, KeyFigures, Picture, Table
from harness.service.incidents.incident_event import SERVICE, Event, EventKind
from harness.service.incidents.place_words import lanes_at, lanes_in_words, outermost_of, place_in_words
from harness.service.reports.change_words import changes_in_words, percent, position, vehicles
from harness.service.reports.incident_times import IncidentTimes
from harness.service.reports.lessons import Lesson
from harness.service.reports.report_origin import report_origin
from harness.service.reports.report_words import duration, moment
from harness.service.response.notice_texts import METRES, Units
from scenarios.corridor import Corridor

MOST_EVENTS = 500
"""Events in the page's timeline. Chosen: a longer one is not read; JSON and CSV hold all of them."""


def incident_page(
    found: IncidentTimes,
    corridor: Corridor | None,
    picture: Picture | None,
    learned: tuple[Lesson, ...],
    units: Units = "metric",
) -> StudyPage:
    """Return the page of an incident, in the operator's units; without stored frames there is no picture."""
    now = found.incident
    place = place_in_words(corridor, now.section, now.position_m, METRES[units])
    lanes = lanes_in_words(now.lanes, lanes_at(corridor, now.section), outermost_of(corridor))
    state = now.state.value.replace("_", " ")
    sentence = (
        f"{now.kind.value.capitalize()} on {now.corridor}, {place}{f', {lanes}' if lanes else ''}. Opened {moment(now.opened_s)} "
        f"by {now.detector}; now {state}."
    )
    notices = ["Exercise: simulated or replayed traffic."] if now.exercise else []
    notices += [f"Silenced by planned work: {now.silenced_by}."] if now.silenced_by else []
    loops = Section(
        "What the loops showed",
        now.evidence or "The detector gives no reason.",
        tables=(_known(found, units),),
        pictures=() if picture is None else (picture,),
        sentences=()
        if picture is not None
        else ("The frames of that time are not stored any more, so there is no picture.",),
    )
    sections = (
        Section("Response", "Times count from when it was opened.", tables=(response_table(found),)),
        _learned(learned),
        loops,
        Section("Timeline", _cut(found), tables=(_timeline(found, units, outermost_of(corridor)),)),
        Section("Recommended", "", sentences=now.actions or ("Nothing was recommended.",)),
    )
    return StudyPage(f"Incident {now.id}", _headline(found, sentence), tuple(notices), (), sections, _facts(found))


def response_table(found: IncidentTimes) -> Table:
    """Return the steps of the response, and how they stand against the target."""
    target = duration(found.due_s)
    verdict = {True: "in time", False: f"{duration(found.late_s)} late", None: DASH}[found.in_time]
    rows = (
        ("taken by a person", duration(found.taken_s), target, verdict),
        ("investigated", duration(found.investigated_s), DASH, DASH),
        ("team sent", duration(found.sent_s), DASH, DASH),
        ("team there", duration(found.arrived_s), DASH, _arrival(found)),
        ("cleared, as the detectors say", duration(found.cleared_s), DASH, DASH),
        ("closed by a person", duration(found.closed_s), DASH, DASH),
    )
    return Table("Response", ("step", "after", "target", "against the target"), rows)


def _arrival(found: IncidentTimes) -> str:
    late_s = found.arrived_late_s
    if late_s != late_s:
        return DASH
    return f"{duration(abs(late_s))} {'later' if late_s > 0 else 'sooner'} than expected"


def _headline(found: IncidentTimes, sentence: str) -> Headline:
    taken = "not taken" if found.taken_s != found.taken_s else duration(found.taken_s)
    target = f"target {duration(found.due_s)}" if isfinite(found.due_s) else "no target"
    figures = (
        KeyFigure(
            "severity, highest",
            found.top_severity.value,
            "",
            f"score {number(found.at_height.severity_score, 2)} at its height",
        ),
        KeyFigure("onset to opened", duration(found.onset_to_opened_s), "", "onset as estimated"),
        KeyFigure("taken after", taken, "", target),
        KeyFigure("closed after", duration(found.closed_s), "", found.incident.state.value.replace("_", " ")),
    )
    return Headline((KeyFigures("", figures),), sentence, "")


def _learned(learned: tuple[Lesson, ...]) -> Section:
    sentences = tuple(f"{each.rule.capitalize()}: {each.text}." for each in learned)
    return Section("Lessons", "By named rules.", sentences=sentences or ("No rule applies.",))


def _known(found: IncidentTimes, units: Units) -> Table:
    """Return what was known when it was most severe: what is told after it cleared says nothing of it."""
    then = found.at_height
    parts = ", ".join(f"{name.replace('_', ' ')} {percent(value)}" for name, value in then.severity_parts.items())
    rows = (
        ("told at", moment(then.changed_s)),
        ("severity", f"{then.severity.value}, score {number(then.severity_score, 2)}"),
        ("parts of the score", parts or DASH),
        ("confidence", percent(then.confidence) if isfinite(then.confidence) else DASH),
        ("queue", vehicles(then.queue_veh) if isfinite(then.queue_veh) else DASH),
        ("its tail", f"at {position(then.tail_m, units)}" if isfinite(then.tail_m) else DASH),
        ("type", f"{then.kind.value}, by the rule: {then.kind_rule}"),
    )
    return Table("What was known at its height", ("what", "as told"), rows, text_columns=2)


def _cut(found: IncidentTimes) -> str:
    left_out = len(found.timeline) - MOST_EVENTS
    return f"The last {MOST_EVENTS} events; {left_out} earlier ones are in the JSON." if left_out > 0 else ""


def _timeline(found: IncidentTimes, units: Units, outermost: str) -> Table:
    rows = tuple(
        (moment(each.event.time_s), _what(each.event), _said(each.event, units, outermost))
        for each in found.timeline[-MOST_EVENTS:]
    )
    return Table("Timeline", ("time", "what", "said or changed"), rows, text_columns=3)


def _what(event: Event) -> str:
    what = event.kind.value.replace("_", " ")
    return what if event.actor == SERVICE else f"{what} by {event.actor}"


def _said(event: Event, units: Units, outermost: str) -> str:
    """Return what an event says: the note of a person, and the values that changed."""
    told = event.kind in (EventKind.OPENED, EventKind.CHANGED, EventKind.RETURNED)
    original = event.data.get("duplicate_of") if event.kind is EventKind.DUPLICATE else None
    changed = changes_in_words(event.data, units, outermost) if told else ""
    parts = (event.note, f"of {original}" if original else "", changed)
    return "; ".join(part for part in parts if part)


def _facts(found: IncidentTimes) -> tuple[tuple[str, str], ...]:
    events = f"{found.timeline[0].number} to {found.timeline[-1].number}, {len(found.timeline)} of this incident"
    return (("Events", events), *provenance_facts(report_origin()))
