"""A store with incidents of `sequential` that persons have closed."""

from harness.service.corridors.detector_choice import DetectorChoice
from harness.service.incidents.incident_event import Event, EventKind
from harness.service.store.sql_store import SqlStore
from scenarios.corridor import Corridor, Station
from tests.harness.service.store.made_events import OPENING, frame

ROAD = Corridor("north", 30.0, tuple(Station(name, 800.0 * place, 2) for place, name in enumerate("abcd")))
SCORED_BY = DetectorChoice("sequential").score_fingerprint()


def add_incident(
    store: SqlStore, number: int, peaks: dict[int, float], closed: EventKind | None, **data: object
) -> str:
    """Store an incident, opened in frame `number`, and what a person closed it as; its head is in the section first named."""
    name, time_s = f"north-{number}", 30.0 * number
    section = next(iter(peaks))
    scores = {"sequential": {str(each): peak for each, peak in peaks.items()}}
    values = {"scores": scores, "section": section, "sections": [section], "scored_by": {"sequential": SCORED_BY}}
    opened = {**OPENING, **values, **data}
    store.commit_frame(
        "north",
        frame(time_s, stations=4),
        [Event(f"{name}/opened", "north", time_s, EventKind.OPENED, name, data=opened)],
    )
    if closed is not None:
        extra = {"duplicate_of": "north-0"} if closed is EventKind.DUPLICATE else {}
        store.append([Event(f"{name}/closed", "north", time_s, closed, name, "ann", data=extra)])
    return name


def add_recurring(store: SqlStore) -> None:
    """Store twelve false ones in the second section, up to 11.75 nats, and true ones in all, far above; ten days apart."""
    store.keep_corridor(ROAD)
    for number in range(12):
        add_incident(store, 1 + number, {1: 9.0 + number / 4}, EventKind.FALSE_ALARM)
    for section in range(3):
        add_incident(store, 20 + section, {section: 30.0}, EventKind.RESOLVED)
