"""What the JSON feeds tell of an incident: the same names in all of them."""

from typing import Any

from harness.service.feeds.feed_incident import TOLD, FeedIncident, utc, zulu
from harness.service.incidents.incident_values import as_json
from harness.service.incidents.place_words import lanes_in_words


def incident_properties(told: FeedIncident) -> dict[str, Any]:
    """Return what is told of an incident as JSON; what is not known is null, times named `..._s` are data time."""
    now, last = told.incident, told.messages[-1]
    return {
        **{name: as_json(getattr(now, name)) for name in TOLD},
        "state": now.state.value,
        "over": told.over,
        "version": last.version,
        "place": told.place,
        "lanes_words": lanes_in_words(now.lanes, told.lanes_there, told.outermost),
        "lanes_there": told.lanes_there or None,
        "opened": zulu(told.calendar(now.opened_s)),
        "onset": zulu(told.calendar(now.onset_s)),
        "ended": zulu(told.calendar(told.ended_s)),
        "created": zulu(utc(told.messages[0].sent_s)),
        "updated": zulu(utc(last.sent_s)),
        "opened_s": as_json(now.opened_s),
        "onset_s": as_json(now.onset_s),
        "ended_s": as_json(told.ended_s),
    }


def without_coordinates(all_told: list[FeedIncident]) -> list[str]:
    """Return the corridors of incidents that have a position along the road, but no point."""
    return sorted({each.incident.corridor for each in all_told if each.point is None})
