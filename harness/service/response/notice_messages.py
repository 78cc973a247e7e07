"""Notices as messages to one receiver: words in the style of its channel, and JSON for programs."""

from collections.abc import Mapping
from typing import Any

from harness.service.incidents.incident import Severity
from harness.service.incidents.incident_event import StoredEvent
from harness.service.incidents.incident_values import as_json
from harness.service.response.channel_rule import Receiver
from harness.service.response.notice import Notice, Reason
from harness.service.response.notice_texts import NoticeTexts
from harness.service.response.outgoing import Outgoing, message_key, payload_json
from harness.service.response.sight_notice import SightNotice
from harness.service.store.incident_json import incident_fields

SCHEMA = "laneblock.notification/1"
"""Name and version of the JSON that programs get. `incident` is null where it is about a corridor, as `sight` tells."""


def incident_message(
    texts: NoticeTexts, notice: Notice, receiver: Receiver, event: str, number: int, wall_s: float
) -> Outgoing:
    """Return a notice about an incident; `event` is the key of the event that causes it, `number` its number."""
    incident, style = notice.incident, receiver.channel.style
    words = texts.text(notice, "subject"), texts.text(notice, style)
    about = {"test": notice.reason is Reason.TEST, "incident": incident_fields(incident)}
    marks = (notice.reason.value, incident.severity, incident.exercise, incident.id)
    return _outgoing(receiver, words, marks, event, number, notice.time_s, wall_s, about)


def sight_message(
    texts: NoticeTexts, notice: SightNotice, receiver: Receiver, stored: StoredEvent, wall_s: float
) -> Outgoing:
    """Return a notice about a corridor that is blind, or sees again."""
    words = texts.sight_text(notice, "subject"), texts.sight_text(notice, receiver.channel.style)
    sight = {"corridor": notice.corridor, "since_s": as_json(notice.since_s), "until_s": as_json(notice.until_s)}
    about = {"test": False, "incident": None, "sight": sight}
    marks = (notice.sight.value, notice.severity, notice.exercise, "")
    return _outgoing(receiver, words, marks, stored.event.key, stored.number, stored.event.time_s, wall_s, about)


def _outgoing(
    receiver: Receiver,
    words: tuple[str, str],
    marks: tuple[str, Severity, bool, str],
    event: str,
    number: int,
    time_s: float,
    wall_s: float,
    about: Mapping[str, Any],
) -> Outgoing:
    channel, (subject, text), (reason, severity, exercise, incident) = receiver.channel, words, marks
    key = message_key(event, channel.name, receiver.address)
    content = {
        "schema": SCHEMA,
        "key": key,
        "reason": reason,
        "exercise": exercise,
        "text": text,
        "event": number,
        "time_s": time_s,
        "wall_s": wall_s,
        **about,
    }
    return Outgoing(
        key,
        channel.name,
        receiver.name,
        receiver.address,
        incident,
        number,
        reason,
        severity.value,
        exercise,
        subject,
        text,
        payload_json(content) if channel.machine else "",
        wall_s,
    )
