"""The state of an incident watch as JSON text in bytes, and back: numbers are exact, and the bytes run nothing.

format, corridor     what it is of; another version or another corridor is refused
road                 arrays by name: shape and bytes (float64, little-endian) in base64
count, time_s, on    numbers given so far; the last frame; of each alarm that is on, detector, section and incident
standing             the incidents that are not forgotten: alarms, and what was told
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from math import isnan, nan
from typing import Any

import numpy as np

from harness.service.incidents.alarm_reasons import Reason
from harness.service.incidents.correlation import CorrelationState, Standing
from harness.service.incidents.incident import Incident, State
from harness.service.incidents.incident_values import all_values, as_json, incident_values
from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from simulator.frame import Array

FORMAT = "laneblock incident watch 2"


@dataclass(slots=True)
class Followed:
    """An incident as it was told, and what a decision about the next frame needs.

    `queues_m`: times [s] and lengths [m] of its queue of the last minutes; `differs`: for how many frames a change has stood that
    is not told yet; `most_sure`: the highest posterior so far; `reasons`: why its detectors alarm, by their names;
    `scores`: the highest so far.
    """

    told: Incident
    queues_m: list[tuple[float, float]] = field(default_factory=list)
    differs: dict[str, int] = field(default_factory=dict)
    most_sure: float = 0.0
    reasons: dict[str, Reason] = field(default_factory=dict)
    scores: dict[str, dict[int, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WatchState:
    """All that an incident watch knows after a frame."""

    road: Mapping[str, Array]
    correlation: CorrelationState
    followed: dict[int, Followed]


def pack_watch(corridor: Corridor, state: WatchState) -> bytes:
    """Return the state as bytes; equal states give equal bytes."""
    content = {
        "format": FORMAT,
        "corridor": _plain(corridor),
        "road": {name: _packed(values) for name, values in state.road.items()},
        "count": state.correlation.count,
        "time_s": None if isnan(state.correlation.time_s) else state.correlation.time_s,
        "on": [[detector, section, number] for (detector, section), number in state.correlation.on.items()],
        "standing": [_standing(each, state.followed[each.number]) for each in state.correlation.standing],
    }
    return json.dumps(content, allow_nan=False, separators=(",", ":")).encode()


def unpack_watch(corridor: Corridor, content: bytes) -> WatchState:
    """Return the state in bytes that `pack_watch` made. Raises UserError for that of another corridor or version."""
    try:
        raw = json.loads(content)
        kind, own = raw["format"], raw["corridor"]
    except (ValueError, KeyError, TypeError):
        raise UserError("wanted the state of an incident watch, got other bytes") from None
    if kind != FORMAT:
        raise UserError(f"wanted the state of an incident watch as {FORMAT!r}, got {kind!r:.60}")
    if own != json.loads(json.dumps(asdict(corridor))):
        raise UserError(f"wanted the state of {corridor.name!r} as it is, got that of {str(own.get('name'))!r:.80}")
    standing = [_read_standing(each) for each in raw["standing"]]
    correlation = CorrelationState(
        [each for each, _ in standing],
        {(detector, section): number for detector, section, number in raw["on"]},
        raw["count"],
        nan if raw["time_s"] is None else raw["time_s"],
    )
    road = {name: _read_array(each) for name, each in raw["road"].items()}
    return WatchState(road, correlation, {each.number: followed for each, followed in standing})


def _plain(corridor: Corridor) -> dict[str, Any]:
    """Return what `asdict` does, ten times as fast for hundreds of stations."""
    names = [each.name for each in fields(Station)]
    stations = [{name: getattr(station, name) for name in names} for station in corridor.stations]
    return {each.name: getattr(corridor, each.name) for each in fields(corridor)} | {"stations": stations}


def _packed(values: Array) -> dict[str, Any]:
    return {"shape": list(values.shape), "bytes": b64encode(values.astype("<f8").tobytes()).decode()}


def _read_array(packed: Mapping[str, Any]) -> Array:
    return np.frombuffer(b64decode(packed["bytes"]), dtype="<f8").reshape(packed["shape"]).astype(np.float64)


def _standing(standing: Standing, followed: Followed) -> dict[str, Any]:
    told = followed.told
    return {
        **asdict(standing),
        "alarmed_s": list(standing.alarmed_s.items()),
        "moved_s": None if isnan(standing.moved_s) else standing.moved_s,
        "told": {
            **all_values(told),
            **{name: getattr(told, name) for name in ("id", "version", "opened_s", "changed_s", "cleared_s")},
            "state": told.state.value,
        },
        "queues_m": followed.queues_m,
        "differs": followed.differs,
        "most_sure": followed.most_sure,
        "reasons": {name: as_json(asdict(each)) for name, each in followed.reasons.items()},
        "scores": as_json(followed.scores),
        "corridor": told.corridor,
    }


def _read_standing(raw: Mapping[str, Any]) -> tuple[Standing, Followed]:
    standing = Standing(
        raw["number"],
        raw["opened_s"],
        raw["opened_section"],
        raw["head"],
        dict(raw["alarmed_s"]),
        raw["detectors"],
        raw["cleared"],
        raw["moves"],
        nan if raw["moved_s"] is None else raw["moved_s"],
        raw["quiet_s"],
    )
    told = raw["told"]
    own = {name: told[name] for name in ("id", "version", "opened_s", "changed_s", "cleared_s")}
    incident = Incident(**own, corridor=raw["corridor"], state=State(told["state"]), **incident_values(told))
    queues_m = [(time_s, queue_m) for time_s, queue_m in raw["queues_m"]]
    scores = dict(incident_values({"scores": raw.get("scores", {})})["scores"])  # states of before have none
    reasons = _read_reasons(raw["reasons"])
    return standing, Followed(incident, queues_m, raw["differs"], raw["most_sure"], reasons, scores)


def _read_reasons(raw: Mapping[str, Any]) -> dict[str, Reason]:
    unknown = {"score": nan, "posterior": nan}
    known = {name: {key: each[key] for key in each if each[key] is not None} for name, each in raw.items()}
    return {name: Reason(**{**unknown, **each}) for name, each in known.items()}
