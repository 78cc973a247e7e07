"""A truth against its corridor: what is not on it, and what cannot be, is refused."""

from dataclasses import replace
from math import inf, nan
from typing import Any

import pytest

from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from simulator.recording.truth_checks import check_truth
from simulator.truth import (
    AUXILIARY_LANE,
    Carrying,
    LaneChanges,
    LaneTruth,
    ObservedIncident,
    OwnEffect,
    Truth,
    without_own_incidents,
)

CORRIDOR = Corridor("two sections", 30.0, tuple(Station(f"S{k}", 500.0 * k, 3) for k in range(3)))
INCIDENT = ObservedIncident(100.0, nan, 700.0, (0, 1), 1, nan, True, -0.5, nan)
CARRYING = Carrying(2, 120.0, 150.0)
LANE = LaneTruth(120.0, 0, 2, 3.0, 1.0, 0.0, 4.0, 1.0, nan)
CHANGES = LaneChanges(120.0, 0, "up", AUXILIARY_LANE, 1, 2)
EFFECT = OwnEffect("stop", "a stop", 0, 1, 120.0, 150.0, 0)
TRUTH = Truth((INCIDENT,), (CARRYING,), (LANE,), (CHANGES,), 0, 0, (EFFECT,))


def test_a_truth_of_the_corridor_passes() -> None:
    check_truth(TRUTH, CORRIDOR)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"section": 2}, r"incidents\[0\]\.section: wanted 0 to 1, got 2"),
        ({"section": -1}, r"incidents\[0\]\.section: wanted 0 to 1, got -1"),
        ({"section": 0}, r"position_m: wanted a place in section 0, 0 to 500 m, got 700"),
        ({"position_m": nan}, r"position_m: wanted a place in section 1"),
        ({"lanes": (3,)}, r"lanes: wanted 0 to 2, got 3"),
        ({"lanes": ()}, r"lanes: wanted at least one lane, got none"),
        ({"onset_s": nan}, r"onset_s: wanted a time in seconds, got nan"),
        ({"onset_s": 1e300}, r"onset_s: wanted a time in seconds, got 1e\+300"),
        ({"clearance_s": 99.0}, r"clearance_s: wanted after onset_s 100, got 99"),
        ({"earliest_evidence_s": -1e300}, r"earliest_evidence_s: wanted a time"),
        ({"delay_veh_h": 1e300}, r"delay_veh_h: wanted 0 to 1e\+06, got 1e\+300"),
        ({"queue_max_veh": -1.0}, r"queue_max_veh: wanted 0 to 1e\+06, got -1"),
    ],
)
def test_an_impossible_incident_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_truth(replace(TRUTH, incidents=(replace(INCIDENT, **changes),)), CORRIDOR)


@pytest.mark.parametrize(
    ("part", "entry", "message"),
    [
        ("carrying", replace(CARRYING, station=3), r"carrying\[0\]\.station: wanted 0 to 2, got 3"),
        ("carrying", replace(CARRYING, to_s=100.0), r"carrying\[0\]\.to_s: wanted from_s 120 or later, got 100"),
        ("lanes", replace(LANE, incident=1), "truth_lanes, row 1: incident: wanted 0 to 0, got 1"),
        ("lanes", replace(LANE, lane=-1), "truth_lanes, row 1: lane: wanted 0 to 99, got -1"),
        ("lanes", replace(LANE, queue=inf), "truth_lanes, row 1: queue: wanted 0 to 1e"),
        ("lanes", replace(LANE, lane_changing=1.5), "lane_changing: wanted a share, 0 to 1, got 1.5"),
        ("lane_changes", replace(CHANGES, side="left"), "truth_changes, row 1: side: wanted up or down, got 'left'"),
        ("lane_changes", replace(CHANGES, vehicles=-1), "vehicles: wanted 0 to 1e"),
        ("lane_changes", replace(CHANGES, to_lane=100), "from_lane, to_lane: wanted lanes, got 100"),
    ],
)
def test_an_impossible_entry_is_refused(part: str, entry: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_truth(replace(TRUTH, **{part: (entry,)}), CORRIDOR)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["collisions", "teleports"])
def test_fewer_than_no_collisions_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="collisions, teleports: wanted 0 or more"):
        check_truth(replace(TRUTH, **{name: -1}), CORRIDOR)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "roadworks"}, r"own_effects\[0\]\.kind: wanted one of stop, closed lane, .*, got roadworks"),
        ({"last_section": 2}, r"own_effects\[0\]\.last_section: wanted 0 to 1, got 2"),
        ({"to_s": nan}, r"own_effects\[0\]\.to_s: wanted a time"),
        ({"incident": 1}, r"own_effects\[0\]\.incident: wanted 0 to 0, got 1"),
    ],
)
def test_impossible_own_effects_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        check_truth(replace(TRUTH, own_effects=(replace(EFFECT, **changes),)), CORRIDOR)


def test_without_own_incidents_their_stops_are_neutral() -> None:
    own = replace(TRUTH, incidents=(INCIDENT, INCIDENT), own_effects=(replace(EFFECT, incident=1),))
    left = without_own_incidents(replace(own, lanes=(LANE, replace(LANE, incident=1))))
    assert left == replace(TRUTH, own_effects=(replace(EFFECT, incident=None),))
    check_truth(left, CORRIDOR)
