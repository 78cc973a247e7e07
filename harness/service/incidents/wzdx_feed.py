"""Work zones of one road from a WZDx feed (Work Zone Data Exchange 4, GeoJSON), as stretches of a corridor. Which, a table says:

[[wzdx]]
file = "zones.geojson"                 # beside the TOML file
road = "I-24"                          # one of the feed's road_names
direction = "westbound"
corridor = "i24"
milepost = 67.3                        # at the corridor's 0 m
falling = true                         # mileposts fall downstream

A zone is placed by its mileposts. One without them, or that is cancelled or completed, is left out: nothing is silenced by it.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import Field

from scenarios.errors import MissingFileError, UserError
from scenarios.strict_model import StrictModel

MILE_M = 1609.344
MOST_BYTES = 64 << 20
"""Largest feed, bytes. Chosen: that of a whole state takes a tenth of it."""
_OVER = ("cancelled", "completed")


class WzdxRoad(StrictModel):
    """One road of a feed, and the corridor that it is."""

    file: str = Field(min_length=1)
    road: str = Field(min_length=1)
    direction: str = Field(min_length=1)
    corridor: str = Field(min_length=1, max_length=200)
    milepost: float = Field(ge=0, le=5000)
    falling: bool = False

    def position_m(self, milepost: float) -> float:
        """Return the place of a milepost along the corridor, m."""
        return (self.milepost - milepost if self.falling else milepost - self.milepost) * MILE_M


class WorkZone(NamedTuple):
    """One zone on the road: what it is called, where and when."""

    name: str
    from_m: float
    to_m: float
    starts: datetime
    ends: datetime


def work_zones(path: Path, road: WzdxRoad) -> tuple[WorkZone, ...]:
    """Return the zones of a feed on one road, in the feed's order. Raises MissingFileError, UserError naming file and feature."""
    if not path.is_file():
        raise MissingFileError(f"no such file: {path}")
    if path.stat().st_size > MOST_BYTES:
        raise UserError(
            f"{path}: wanted {MOST_BYTES >> 20} MiB of WZDx at most, got a larger file (is it another one?)"
        )
    try:
        features = json.loads(path.read_bytes())["features"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UserError(f"{path}: wanted a WZDx feed, a GeoJSON FeatureCollection ({type(error).__name__})") from None
    if not isinstance(features, list):
        raise UserError(f"{path}: features: wanted a list, got {type(features).__name__}")
    return tuple(_zones(path, features, road))


def _zones(path: Path, features: list[Any], road: WzdxRoad) -> Iterator[WorkZone]:
    for number, feature in enumerate(features):
        try:
            zone = _zone(feature, road)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UserError(
                f"{path}: features[{number}]: no work zone of WZDx 4: {type(error).__name__}: {error}"
            ) from None
        if zone is not None:
            yield zone


def _zone(feature: Mapping[str, Any], road: WzdxRoad) -> WorkZone | None:
    """Return the zone of a feature; None where it is another road's, over, or not placed by mileposts."""
    own = feature["properties"]
    core = own["core_details"]
    mileposts = own.get("beginning_milepost"), own.get("ending_milepost")
    elsewhere = road.road not in core["road_names"] or core["direction"] != road.direction
    if elsewhere or None in mileposts or own.get("event_status") in _OVER:
        return None
    ends_m = sorted(road.position_m(float(each)) for each in mileposts if each is not None)
    starts, ends = (datetime.fromisoformat(own[name]) for name in ("start_date", "end_date"))
    called = core.get("name") or core.get("description") or "work zone"
    return WorkZone(f"{called} ({feature['id']})"[:200], ends_m[0], ends_m[1], starts, ends)
