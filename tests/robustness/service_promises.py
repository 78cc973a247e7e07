"""What a service must show and hold in the end, whatever was sent to it: which promises are broken, a line each."""

from collections.abc import Sequence

from harness.service.incidents.incident import Incident
from harness.service.incidents.incident_event import Event
from simulator.frame import LoopFrame
from tests.robustness.served_road import GOOD, TORN, ServedRoad, as_text, stored_events
from tests.robustness.service_trial import RAW


def wrong_pages(road: ServedRoad, incident: Incident) -> list[str]:
    """Return what is wrong with the page and the API at the end."""
    found = []
    page = road.ask("/").text
    (row, *others) = [part for part in page.split("<li ")[1:] if f'href="#{incident.id}"' in part] or [""]
    for wanted in (f'class="incident {incident.severity}"', f">{incident.kind}<", "exercise"):
        if wanted not in row or others:
            found.append(f"the page does not show {wanted} of {incident.id}")
    if RAW.decode() in page:
        found.append("a note stands in the page as it is")
    shown = road.ask(f"/api/incidents/{incident.id}").json()
    for name in ("kind", "severity", "position_m", "evidence", "confidence"):
        if shown[name] != getattr(incident, name):
            found.append(f"the API shows {name} {shown[name]!r}, {getattr(incident, name)!r} is right")
    for path in (
        "/healthz",
        "/api/incidents.csv",
        "/api/incidents.jsonl",
        "/metrics",
        f"/api/incidents/{incident.id}/timeline",
    ):
        if road.ask(path).status_code != 200:
            found.append(f"{path} answers {road.ask(path).status_code}")
    return found


def wrong_store(road: ServedRoad, frames: Sequence[LoopFrame], events: Sequence[Event]) -> list[str]:
    """Return what is wrong with the stored frames and events."""
    store, found = road.stored, []
    try:
        if [_bits(each) for each in store.frames(GOOD)] != [_bits(each) for each in frames]:
            found.append("the stored frames of the good stream are not those of the recording")
        if stored_events(store, GOOD) != [as_text(each) for each in events]:
            found.append("the stored events are not those of the recording")
        for frame in store.frames(TORN):
            for values, most in ((frame.count, 60.0), (frame.speed, 70.0), (frame.occupancy, 1.0)):
                if not ((values >= 0) & (values <= most) | (values != values)).all():
                    found.append(f"an impossible value is in the frame at {frame.time_s} s")
    finally:
        store.close()
    return found


def _bits(frame: LoopFrame) -> tuple[float, bytes, bytes, bytes]:
    return frame.time_s, frame.count.tobytes(), frame.speed.tobytes(), frame.occupancy.tobytes()
