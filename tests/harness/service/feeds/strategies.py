"""Incidents of all kinds and states, for laws that hold for each of them."""

from typing import Any

from hypothesis import strategies as st

from harness.service.feeds.feed_incident import FeedIncident
from harness.service.incidents.incident import IncidentKind, Severity
from harness.service.incidents.incident_event import EventKind
from tests.harness.service.feeds.made_feeds import POINTS, told

SAID = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60).map(str.strip)
ENDS = (
    (),
    (EventKind.NOTE,),
    *((each,) for each in EventKind if each.value in ("acknowledged", "investigating", "cleared")),
)
CLOSINGS = ("resolved", "false_alarm", "duplicate", "planned", "test")
NUMBER = st.one_of(st.none(), st.floats(0.0, 500.0))


@st.composite
def told_incidents(draw: st.DrawFn) -> FeedIncident:
    """An incident on the road, told at least once."""
    on_the_road = [each for each in IncidentKind if each.value not in ("sensor fault", "unusually free")]
    position_m = draw(st.floats(3000.0, 4000.0))
    data: dict[str, Any] = {
        "kind": str(draw(st.sampled_from(on_the_road))),
        "severity": str(draw(st.sampled_from(Severity))),
        "severity_score": draw(st.floats(0.0, 1.0)),
        "confidence": draw(st.one_of(st.none(), st.floats(0.0, 1.0))),
        "position_m": position_m,
        "lanes": sorted(draw(st.sets(st.integers(0, 2)))),
        "queue_veh": draw(NUMBER),
        "tail_m": draw(st.one_of(st.none(), st.just(position_m - 850.0))),
        "evidence": draw(SAID),
        "exercise": draw(st.booleans()),
        "onset_s": draw(st.one_of(st.none(), st.just(570.0))),
    }
    closing = draw(st.sampled_from([(), *((EventKind(each),) for each in CLOSINGS)]))
    kinds = (*draw(st.sampled_from(ENDS)), *closing)
    return told(*kinds, coordinates=draw(st.sampled_from([POINTS, ()])), **data)
