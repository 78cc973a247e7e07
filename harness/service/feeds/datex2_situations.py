"""Incidents as a SituationPublication of DATEX II version 3 (CEN/TS 16157-3).

Each incident is a situation; its record says what is on the road, a second one the queue that it causes, where that is known.

- `version` of a record grows with every change; its id holds its class, which no version may change. A record that is over has an
  `overallEndTime` in its last version, which stays in the feed for a day; how it was closed is a comment.
- `informationStatus` technicalExercise where traffic is simulated or replayed; `probabilityOfOccurrence` certain only where a
  person closed it as real.
- Loops do not tell what blocks a lane: lanes blocked and roads closed are obstructions whose type is not known.
"""

from collections.abc import Sequence
from math import isfinite

from harness.service.feeds.datex2_location import LONGEST_TEXT, location_reference, multilingual
from harness.service.feeds.feed_incident import FeedIncident, utc, zulu
from harness.service.feeds.feed_settings import FeedSettings
from harness.service.feeds.xml_text import DECLARATION, element, empty, leaf
from harness.service.incidents.incident import IncidentKind, Severity, State

NAMESPACES = {
    "xmlns:d2": "http://datex2.eu/schema/3/d2Payload",
    "xmlns:sit": "http://datex2.eu/schema/3/situation",
    "xmlns:loc": "http://datex2.eu/schema/3/locationReferencing",
    "xmlns:com": "http://datex2.eu/schema/3/common",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
SEVERITIES = {
    Severity.CRITICAL: "highest",
    Severity.HIGH: "high",
    Severity.MEDIUM: "medium",
    Severity.LOW: "low",
}
RECORDS = {
    IncidentKind.LANES_BLOCKED: ("GeneralObstruction", "lanesBlocked", "obstructionType", "obstructionOnTheRoad"),
    IncidentKind.ROAD_CLOSED: ("GeneralObstruction", "carriagewayBlocked", "obstructionType", "obstructionOnTheRoad"),
    IncidentKind.SLOW_VEHICLE: ("VehicleObstruction", "", "vehicleObstructionType", "slowVehicle"),
    IncidentKind.CONGESTION: ("AbnormalTraffic", "", "abnormalTrafficType", "queuingTraffic"),
    IncidentKind.UNKNOWN: ("GeneralObstruction", "", "obstructionType", "incident"),
}
"""Kinds as the class of their record, its constriction of traffic, and the name and value of its type."""


def datex2_text(all_told: Sequence[FeedIncident], settings: FeedSettings, updated_s: float) -> str:
    """Return the incidents that were told as a publication."""
    attributes = {**NAMESPACES, "xsi:type": "sit:SituationPublication", "lang": "en", "modelBaseVersion": "3"}
    body = element(
        "d2:payload",
        leaf("com:publicationTime", zulu(utc(updated_s))),
        element(
            "com:publicationCreator",
            leaf("com:country", settings.country),
            leaf("com:nationalIdentifier", settings.sender),
        ),
        *(_situation(each) for each in all_told if each.was_told),
        attributes=attributes,
    )
    return DECLARATION + body + "\n"


def _situation(told: FeedIncident) -> str:
    now = told.incident
    status = "technicalExercise" if now.exercise else "real"
    return element(
        "sit:situation",
        leaf("sit:overallSeverity", SEVERITIES[now.severity]),
        leaf("sit:situationVersionTime", zulu(utc(told.messages[-1].sent_s))),
        element("sit:headerInformation", leaf("com:informationStatus", status)),
        _record(told),
        _queue_record(told),
        attributes={"id": now.id},
    )


def _record(told: FeedIncident) -> str:
    now = told.incident
    kind, constriction, type_name, type_value = _record_kind(told)
    own_queue = (_waiting(told), _length(told)) if kind == "AbnormalTraffic" else ()
    comments = [_comment(f"state: {now.state.value}", "dataProcessingNote"), _comment(now.evidence, "description")]
    return element(
        "sit:situationRecord",
        *_head(told),
        _impact(told),
        *comments,
        location_reference(told),
        leaf("sit:trafficConstrictionType", constriction),
        leaf(f"sit:{type_name}", type_value),
        *own_queue,
        attributes=_named(told, kind, kind),
    )


def _queue_record(told: FeedIncident) -> str:
    """Return the record of the queue that the incident causes; nothing where none is known, or the incident is the queue."""
    if _record_kind(told)[0] == "AbnormalTraffic" or not (_waiting(told) or _length(told)):
        return ""
    main = {"id": _record_id(told, _record_kind(told)[0]), "version": str(told.messages[-1].version)}
    reference = empty("sit:objectReference", {**main, "targetClass": "sit:SituationRecord"})
    return element(
        "sit:situationRecord",
        *_head(told),
        element("sit:cause", leaf("sit:causeType", "obstruction"), element("sit:managedCause", reference)),
        location_reference(told),
        leaf("sit:abnormalTrafficType", "queuingTraffic"),
        _waiting(told),
        _length(told),
        attributes=_named(told, "AbnormalTraffic", "queue"),
    )


def _record_kind(told: FeedIncident) -> tuple[str, str, str, str]:
    """Return how a record of this kind is made; one that turned out to be nothing on the road ends as an unknown incident."""
    return RECORDS.get(told.incident.kind, RECORDS[IncidentKind.UNKNOWN])


def _named(told: FeedIncident, kind: str, part: str) -> dict[str, str]:
    version = str(told.messages[-1].version)
    return {"xsi:type": f"sit:{kind}", "id": _record_id(told, part), "version": version}


def _record_id(told: FeedIncident, part: str) -> str:
    return f"{told.incident.id}/{part}"


def _head(told: FeedIncident) -> list[str]:
    """Return what every record begins with."""
    now, first, last = told.incident, told.messages[0], told.messages[-1]
    began = now.onset_s if isfinite(now.onset_s) else now.opened_s
    ended = zulu(told.calendar(told.ended_s))
    source = element("com:sourceName", multilingual("loop detectors"))
    return [
        leaf("sit:situationRecordCreationReference", now.id[:LONGEST_TEXT]),
        leaf("sit:situationRecordCreationTime", zulu(utc(first.sent_s))),
        leaf("sit:situationRecordObservationTime", zulu(told.calendar(now.opened_s))),
        leaf("sit:situationRecordVersionTime", zulu(utc(last.sent_s))),
        leaf("sit:probabilityOfOccurrence", _probability(told)),
        leaf("sit:severity", SEVERITIES[now.severity]),
        element("sit:source", source, leaf("com:sourceType", "inductionLoopMonitoringStation")),
        element(
            "sit:validity",
            leaf("com:validityStatus", "active" if ended is None else "definedByValidityTimeSpec"),
            element(
                "com:validityTimeSpecification",
                leaf("com:overallStartTime", zulu(told.calendar(began))),
                leaf("com:overallEndTime", ended),
            ),
        ),
    ]


def _impact(told: FeedIncident) -> str:
    blocked = len(told.incident.lanes)
    if not blocked:
        return ""
    left = max(told.lanes_there - blocked, 0) if told.lanes_there else None
    return element(
        "sit:impact",
        leaf("sit:numberOfLanesRestricted", blocked),
        leaf("sit:numberOfOperationalLanes", left),
    )


def _waiting(told: FeedIncident) -> str:
    vehicles = told.incident.queue_veh
    return leaf("sit:numberOfVehiclesWaiting", round(vehicles) if isfinite(vehicles) and vehicles >= 0 else None)


def _length(told: FeedIncident) -> str:
    length_m = told.queue_m
    return leaf("sit:queueLength", round(length_m) if isfinite(length_m) and length_m >= 0 else None)


def _probability(told: FeedIncident) -> str:
    if told.incident.state is State.RESOLVED:
        return "certain"
    return "probable" if told.incident.confidence > 0.5 else "riskOf"


def _comment(text: str, kind: str) -> str:
    if not text.strip():
        return ""
    return element(
        "sit:nonGeneralPublicComment", element("sit:comment", multilingual(text)), leaf("sit:commentType", kind)
    )
