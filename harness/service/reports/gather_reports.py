"""Reports from a store: what they need is asked of it here."""

from collections.abc import Mapping, Sequence
from itertools import islice
from math import nan
from pathlib import Path

import numpy as np
from sqlalchemy import func, select

from harness.records.known_truth import known_truth
from harness.reporting.page_sections import StudyPage
from harness.service.incidents.incident_event import StoredEvent
from harness.service.reports.incident_page import incident_page
from harness.service.reports.incident_times import IncidentTimes, incident_times
from harness.service.reports.lessons import ChannelCount, Lesson, lessons
from harness.service.reports.period_figures import Detected, blind_s, detected
from harness.service.reports.period_page import Period
from harness.service.reports.response_targets import Targets
from harness.service.response.notice_texts import Units
from harness.service.store.check_store import all_events
from harness.service.store.event_store import EventStore
from harness.service.store.export_store import Span
from harness.service.store.sql_store import SqlStore
from harness.service.store.tables import outbox
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.recording.recording_folder import open_recording

MOST_FRAMES = 1000
"""Frames in the picture of an incident. Chosen: two hours of a frame every 10 s fit."""


def incident_report(
    store: EventStore,
    timeline: Sequence[StoredEvent],
    corridor: Corridor | None,
    targets: Targets | None,
    units: Units = "metric",
) -> tuple[IncidentTimes, StudyPage, tuple[Lesson, ...]]:
    """Return an incident's times, its page, and what is to learn from it. Raises MachineError where the store does not answer."""
    found = incident_times(timeline, targets, now_s(store, timeline))
    picture = None
    if corridor is not None:
        # Matplotlib is a third of a service's start, and most services never draw.
        from harness.service.reports.incident_picture import incident_picture, shown_span_s

        from_s, to_s = shown_span_s(found)
        frames = list(islice(store.frames(corridor.name, from_s, to_s), MOST_FRAMES))
        picture = incident_picture(found, corridor, frames)
    learned = lessons([found])
    return found, incident_page(found, corridor, picture, learned, units), learned


def period_report(store: SqlStore, name: str, span: Span, targets: Targets | None, truth: Path | None = None) -> Period:
    """Return the report of the incidents that were opened in a span of data time.

    `truth`: the folder of a recording or run with known incidents; what was found of them is told for its corridor. Raises
    UserError for one that is none, or of another corridor; MachineError.
    """
    found, events = [], []
    for each in all_events(store):
        if not each.event.incident and span.holds(each.event.time_s):
            events.append(each)
    for incident in store.incident_ids():
        now = store.incident(incident)
        if now is not None and span.holds(now.opened_s):
            timeline = store.timeline(incident)
            found.append(incident_times(timeline, targets, now_s(store, timeline)))
    found.sort(key=lambda each: (each.incident.opened_s, each.incident.id))
    last_s = {corridor: store.last_frame_s(corridor) for corridor in store.corridors_with_frames()}
    until_s = {corridor: min(time_s, span.until_s) for corridor, time_s in last_s.items() if time_s is not None}
    named = {each.incident.id for each in found}
    learned = lessons(found, channel_counts(store, named), blind_s(events, until_s))
    true = () if truth is None else (_detected(store, found, truth, span),)
    return Period(name, span.since_s, span.until_s, found, learned, true)


def now_s(store: EventStore, timeline: Sequence[StoredEvent]) -> float:
    """Return the latest time that a store knows, on an incident's clock: the corridor's last frame, or the last event."""
    opened = timeline[0].event
    if opened.data.get("exercise", False):
        last_s = store.last_frame_s(opened.corridor)
        return nan if last_s is None else last_s
    return max((each.wall_s for each in store.events_after(store.last_number() - 1, 1)), default=nan)


def channel_counts(store: SqlStore, incidents: set[str]) -> Mapping[str, ChannelCount]:
    """Return how many notifications about incidents each channel sent, and gave up."""
    columns = (outbox.c.channel, outbox.c.incident, outbox.c.state, func.count().label("rows"))
    wanted = select(*columns).group_by(outbox.c.channel, outbox.c.incident, outbox.c.state).order_by(outbox.c.channel)
    sent: dict[str, int] = {}
    failed: dict[str, int] = {}
    with store.database.reading() as connection:
        rows = connection.execute(wanted).all()
    for row in rows:
        if row.incident in incidents:
            counts = {"sent": sent, "failed": failed}.get(row.state)
            if counts is not None:
                counts[row.channel] = counts.get(row.channel, 0) + row.rows
    return {name: ChannelCount(sent.get(name, 0), failed.get(name, 0)) for name in sorted({*sent, *failed})}


def _detected(store: SqlStore, found: Sequence[IncidentTimes], folder: Path, span: Span) -> Detected:
    recording = open_recording(folder)
    truth = known_truth(folder, recording)
    if truth is None:
        raise UserError(f"{folder}: its incidents are not known (is incidents.csv missing?)")
    known = store.corridors()
    corridor = known.get(recording.corridor.name)
    if corridor is None or corridor.stations != recording.corridor.stations:
        there = ", ".join(known) or "none"
        raise UserError(f"{folder}: the store holds no corridor like its {recording.corridor.name!r}, but {there}")
    times_s = [frame.time_s for frame in store.frames(corridor.name) if span.holds(frame.time_s)]
    return detected(found, truth, corridor, np.array(times_s))
