"""One incident for programs: as JSON, as a row of figures, and its events as rows."""

from typing import Any

from harness.service.incidents.incident_event import StoredEvent
from harness.service.incidents.incident_values import as_json
from harness.service.reports.incident_times import IncidentTimes
from harness.service.reports.lessons import Lesson
from harness.service.reports.report_origin import report_origin


def incident_document(found: IncidentTimes, learned: tuple[Lesson, ...]) -> dict[str, Any]:
    """Return the report as JSON; what is not known is null."""
    return {
        "incident": found.incident.id,
        **incident_row(found),
        "events": [event_row(each) for each in found.timeline],
        "lessons": [{"rule": each.rule, "text": each.text, "figures": as_json(each.figures)} for each in learned],
        **report_origin(),
    }


def incident_row(found: IncidentTimes) -> dict[str, Any]:
    """Return an incident as a row of figures; times since it was opened, s."""
    now = found.incident
    row = {
        "id": now.id,
        "corridor": now.corridor,
        "section": now.section,
        "position_m": now.position_m,
        "kind": now.kind.value,
        "top_severity": found.top_severity.value,
        "state": now.state.value,
        "exercise": now.exercise,
        "opened_s": now.opened_s,
        "onset_to_opened_s": found.onset_to_opened_s,
        "taken_after_s": found.taken_s,
        "target_s": found.due_s,
        "in_time": found.in_time,
        "late_s": found.late_s,
        "investigated_after_s": found.investigated_s,
        "team_sent_after_s": found.sent_s,
        "team_arrived_after_s": found.arrived_s,
        "team_late_s": found.arrived_late_s,
        "teams_lacking": " ".join(found.lacking),
        "cleared_after_s": found.cleared_s,
        "closed_after_s": found.closed_s,
        "returns": found.returns,
        "reopened": found.reopened,
        "undone": found.undone,
        "escalations": found.escalations,
    }
    return {name: as_json(value) for name, value in row.items()}


def event_row(stored: StoredEvent) -> dict[str, Any]:
    """Return an event as a row; its data as JSON."""
    event = stored.event
    return {
        "number": stored.number,
        "time_s": event.time_s,
        "wall_s": stored.wall_s,
        "kind": event.kind.value,
        "actor": event.actor,
        "note": event.note,
        "data": as_json(event.data),
    }
