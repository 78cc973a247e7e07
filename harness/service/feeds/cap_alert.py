"""An incident as an alert of the Common Alerting Protocol 1.2 (OASIS, 1 July 2010).

- `msgType`: Alert, then Update, and Cancel where the incident is over. An Update or a Cancel references all messages since the
  Alert; an incident told again after a Cancel begins with an Alert. `incidents` holds the incident's id in all of them.
- `status`: Exercise where traffic is simulated or replayed. `scope`: Restricted, since no person need have confirmed the incident.
- `certainty` by confidence, as 3.2.2 defines it: Likely over 50 %, Possible below; Observed where a person closed it as real.
- No `expires`: it ends with its Cancel.
- What CAP has no element for are parameters `laneblock.NAME`; positions along the road are a geocode.
"""

import re
from datetime import datetime
from math import isfinite

from harness.service.feeds.feed_incident import FeedIncident, Message, utc, zulu
from harness.service.feeds.feed_settings import FeedSettings
from harness.service.feeds.xml_text import DECLARATION, element, leaf
from harness.service.incidents.incident import IncidentKind, Severity, State
from harness.service.incidents.place_words import lanes_in_words

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
MEDIA_TYPE = "application/cap+xml"
SEVERITIES = {
    Severity.CRITICAL: "Severe",  # Extreme is an extraordinary threat to life: it rings telephones
    Severity.HIGH: "Severe",
    Severity.MEDIUM: "Moderate",
    Severity.LOW: "Minor",
}
RESTRICTION = "For traffic management: found by detectors, not confirmed unless certainty is Observed"
MOST_REFERENCES = 100
"""Messages that one references: the first, and the last ones. Chosen: 8 kB; a reader that missed 99 knows the first."""
_NOT_IN_A_NAME = re.compile(r"[\s,<&]+")


def cap_alert(told: FeedIncident, settings: FeedSettings) -> str:
    """Return the last message about an incident as a CAP document."""
    return DECLARATION + alert_element(told, settings) + "\n"


def cap_identifier(told: FeedIncident, message: Message) -> str:
    """Return the identifier of a message."""
    return f"{cap_name(told.incident.id)}.{message.version}"


def alert_element(told: FeedIncident, settings: FeedSettings) -> str:
    """Return the last message about an incident as an element."""
    last, now = told.messages[-1], told.incident
    earlier = _earlier(told)
    kind = ("Cancel" if last.over else "Update") if earlier else "Alert"
    references = " ".join(
        f"{settings.sender},{cap_identifier(told, each)},{_time(utc(each.sent_s))}" for each in earlier
    )
    return element(
        "alert",
        leaf("identifier", cap_identifier(told, last)),
        leaf("sender", settings.sender),
        leaf("sent", _time(utc(last.sent_s))),
        leaf("status", "Exercise" if now.exercise else "Actual"),
        leaf("msgType", kind),
        leaf("source", "laneblock"),
        leaf("scope", "Restricted"),
        leaf("restriction", RESTRICTION),
        leaf("note", _why_over(told) if last.over else None),
        leaf("references", references),
        leaf("incidents", cap_name(now.id)),
        _info(told),
        attributes={"xmlns": NAMESPACE},
    )


def _earlier(told: FeedIncident) -> list[Message]:
    """Return the messages that the last one updates or cancels: those since the Alert; none where it is an Alert itself."""
    since: list[Message] = []
    was_over = True
    for each in told.messages:
        if was_over and not each.over:
            since = [each]
        elif since:
            since.append(each)
        was_over = each.over
    earlier = since[:-1]
    return earlier if len(earlier) <= MOST_REFERENCES else [earlier[0], *earlier[1 - MOST_REFERENCES :]]


def _info(told: FeedIncident) -> str:
    now = told.incident
    ended = told.over or now.cleared_s is not None
    if ended:
        response, urgency = "AllClear", "Past"
    else:
        response, urgency = "Avoid" if now.kind is IncidentKind.ROAD_CLOSED else "Monitor", "Immediate"
    return element(
        "info",
        leaf("language", "en-US"),
        leaf("category", "Transport"),
        leaf("event", now.kind.value),
        leaf("responseType", response),
        leaf("urgency", urgency),
        leaf("severity", SEVERITIES[now.severity]),
        leaf("certainty", _certainty(told)),
        leaf("onset", _time(told.calendar(now.onset_s))),
        leaf("senderName", "laneblock"),
        leaf("headline", headline(told)),
        leaf("description", now.evidence),
        *(
            element("parameter", leaf("valueName", f"laneblock.{name}"), leaf("value", value))
            for name, value in _parameters(told).items()
            if value is not None and value != ""
        ),
        _area(told),
    )


def _certainty(told: FeedIncident) -> str:
    confidence = told.incident.confidence
    if told.incident.state is State.RESOLVED:
        return "Observed"
    if told.incident.state is State.FALSE_ALARM:
        return "Unlikely"
    if not isfinite(confidence):
        return "Unknown"
    return "Likely" if confidence > 0.5 else "Possible"


def _parameters(told: FeedIncident) -> dict[str, object]:
    now = told.incident
    numbers = {
        "severity_score": now.severity_score,
        "confidence": now.confidence,
        "position_m": now.position_m,
        "queue_veh": now.queue_veh,
        "tail_m": now.tail_m,
    }
    return {
        "id": now.id,
        "corridor": now.corridor,
        "state": now.state.value,
        "version": told.messages[-1].version,
        "severity": now.severity.value,
        "section": now.section,
        "lanes": " ".join(str(lane) for lane in now.lanes),
        "lanes_there": told.lanes_there or None,
        "opened": zulu(told.calendar(now.opened_s)),
        "ended": zulu(told.calendar(told.ended_s)),
        **{name: repr(float(value)) if isfinite(value) else None for name, value in numbers.items()},
    }


def _area(told: FeedIncident) -> str:
    """Return where it is: a circle around half the section where coordinates are known, always the position along the road."""
    now, point = told.incident, told.point
    radius_km = told.section_m / 2000 if isfinite(told.section_m) else 0.0
    circle = None if point is None else f"{point.latitude:.6f},{point.longitude:.6f} {radius_km:.3f}"
    along = (
        f"{now.corridor}: {now.position_m:.0f} m"
        if isfinite(now.position_m)
        else f"{now.corridor}: section {now.section}"
    )
    return element(
        "area",
        leaf("areaDesc", f"{now.corridor}, {told.place}"),
        leaf("circle", circle),
        element("geocode", leaf("valueName", "laneblock.linear_reference"), leaf("value", along)),
    )


def headline(told: FeedIncident) -> str:
    """Return what an alert is about, in one line."""
    now = told.incident
    lanes = lanes_in_words(now.lanes, told.lanes_there, told.outermost)
    exercise = "EXERCISE: " if now.exercise else ""
    over = "over: " if told.over or now.cleared_s is not None else ""
    return f"{exercise}{over}{now.kind.value}{f' ({lanes})' if lanes else ''}, {now.corridor}, {told.place}"


def _why_over(told: FeedIncident) -> str:
    now = told.incident
    if now.silenced_by:
        return f"planned works: {now.silenced_by}"
    return f"closed as {now.state.value.replace('_', ' ')}" if now.closed_s is not None else f"it is a {now.kind.value}"


def _time(time: datetime | None) -> str | None:
    """Return a time as CAP wants it: UTC is -00:00, never Z (CAP 1.2, 3.3.2)."""
    return None if time is None else time.isoformat().replace("+00:00", "-00:00")


def cap_name(text: str) -> str:
    """Return an id as it stands in identifiers and addresses: without blanks, commas, < and & (CAP 1.2, 3.2.1).

    >>> cap_name("A4 east/600")
    'A4_east/600'
    """
    return _NOT_IN_A_NAME.sub("_", text)
