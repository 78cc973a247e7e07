"""Truth of a run: incidents as observed, queues, lane changes, and differences from the twin.

Definitions: the twin is the same scenario and seed without its incidents. Onset is when the first blocking vehicle
stands still, clearance when the last one moves off. Earliest evidence is the end of the first frame in which a loop
of the two stations that bound the incident section reads differently from the twin.
"""

from dataclasses import dataclass, replace

AUXILIARY_LANE = -1
"""Number of any lane right of the through lanes (of an on- or off-ramp)."""


@dataclass(frozen=True, slots=True)
class SeenBlockage:
    """Lanes that were blocked, as observed; `clearance_s` is NaN where they were not cleared."""

    onset_s: float
    clearance_s: float
    position_m: float
    lanes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ObservedIncident:
    """An incident as observed, and its differences from the twin; times in s, position in m.

    `earliest_evidence_s` is NaN and `impact` true where no twin was run. `delay_veh_h` is the vehicle-hours lost
    against the twin (NaN where unknown), `queue_max_veh` the longest queue in one blocked lane (NaN where unknown). `no_lane`:
    a log says that it stood on the shoulder; without lanes and without that, they are not known.
    """

    onset_s: float
    clearance_s: float
    position_m: float
    lanes: tuple[int, ...]
    section: int
    earliest_evidence_s: float
    impact: bool
    delay_veh_h: float
    queue_max_veh: float
    no_lane: bool = False

    @property
    def floor_s(self) -> float:
        """Seconds from onset to the earliest evidence: no loop-based detector can be earlier."""
        return self.earliest_evidence_s - self.onset_s


@dataclass(frozen=True, slots=True)
class Carrying:
    """Frames (ends in `from_s` < t <= `to_s`) in which station `station`'s loops carry an incident's queue or its clearing wave.

    So do those of a station upstream whose blocked lane has emptied (`simulator.emptied_lane`).
    """

    station: int
    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True)
class OwnEffect:
    """What a user's own SUMO files did in the sections `first_section` to `last_section`, from `from_s` to `to_s`.

    `kind` is one of `scenarios.own_event.OwnKind`, `what` says it in words. `incident` is the number of the incident that it is (a
    stop that blocked lanes); None where alarms at it are neutral.
    """

    kind: str
    what: str
    first_section: int
    last_section: int
    from_s: float
    to_s: float
    incident: int | None


@dataclass(frozen=True, slots=True)
class LaneTruth:
    """One lane at one incident's place over one frame.

    `queue` [veh] chained back from the blockage (0 in a lane not blocked), `upstream`, `downstream` [veh] between
    the section's stations and the blockage, all at the frame's end; `arrived` [veh] passed the upstream station (NaN where the
    lane does not pass it);
    `left` [veh] changed from this lane to another upstream of the blockage during the frame; `lane_changing` the
    share of Sheu (2004), Eq. 1: left / (arrived + upstream at the frame's start), where vehicles that came from other lanes
    count as arrived (else the share could exceed 1); NaN where there was no vehicle.
    """

    time_s: float
    incident: int
    lane: int
    queue: float
    upstream: float
    downstream: float
    arrived: float
    left: float
    lane_changing: float


@dataclass(frozen=True, slots=True)
class LaneChanges:
    """Vehicles that changed from one lane to another in one frame, in the incident section, up- or downstream of the blockage."""

    time_s: float
    incident: int
    side: str
    from_lane: int
    to_lane: int
    vehicles: int


@dataclass(frozen=True, slots=True)
class Truth:
    """The truth of one run. A run with `collisions` or `teleports` cannot be trusted.

    `incidents` are those of the scenario in its order, then those of a user's own files, which `own_effects` names.
    """

    incidents: tuple[ObservedIncident, ...]
    carrying: tuple[Carrying, ...]
    lanes: tuple[LaneTruth, ...]
    lane_changes: tuple[LaneChanges, ...]
    collisions: int
    teleports: int
    own_effects: tuple[OwnEffect, ...] = ()


def without_own_incidents(truth: Truth) -> Truth:
    """Return a truth of the scenario's incidents alone: alarms at stops of a user's own vehicles are neutral."""
    own = [effect.incident for effect in truth.own_effects if effect.incident is not None]
    if not own:
        return truth
    first = min(own)
    return replace(
        truth,
        incidents=truth.incidents[:first],
        lanes=tuple(row for row in truth.lanes if row.incident < first),
        lane_changes=tuple(row for row in truth.lane_changes if row.incident < first),
        own_effects=tuple(replace(effect, incident=None) for effect in truth.own_effects),
    )
