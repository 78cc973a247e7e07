import math
from dataclasses import replace

import pytest

from harness.service.assembling.assembler_settings import AssemblerSettings
from harness.service.assembling.assembling_counts import AssemblingCounts
from harness.service.assembling.reading_checks import ReadingChecks
from harness.service.sources.reading import Reading
from scenarios.corridor import Corridor, Station

CORRIDOR = Corridor("a4", 30.0, (Station("S1", 0.0, 2), Station("S2", 500.0, 1)))
CHECKS = ReadingChecks(CORRIDOR, AssemblerSettings())
GOOD = Reading("S2", 0, 60.0, 5.0, 28.0, 0.1)


def test_station_cell_and_interval_are_found() -> None:
    assert CHECKS.place(GOOD, AssemblingCounts()) == (1, 2, 2)


def test_unknown_values_are_allowed() -> None:
    assert CHECKS.place(Reading("S2", 0, 60.0, *[math.nan] * 3), AssemblingCounts()) is not None


def test_two_vehicles_may_come_in_the_shortest_interval() -> None:
    checks = ReadingChecks(replace(CORRIDOR, period_s=0.5), AssemblerSettings())
    assert checks.place(GOOD._replace(count_veh=2.0), AssemblingCounts()) is not None


@pytest.mark.parametrize(
    ("change", "kind", "told"),
    [
        ({"station": "S22"}, "unknown_loop", "unknown station 'S22'; did you mean 'S2'?"),
        ({"station": "\x1b[2J"}, "unknown_loop", r"unknown station '\x1b[2J'"),
        (
            {"lane": 1},
            "unknown_loop",
            "'S2': lane is 0 to 0, got 1 (are lanes counted from 1? lane 0 is the rightmost)",
        ),
        (
            {"count_veh": -1.0},
            "impossible",
            "'S2', lane 0: count is 0 to 60 vehicles in 30 s, got -1.0 (unknown is NaN)",
        ),
        ({"count_veh": 900.0}, "impossible", "got 900.0 (is it a flow per hour?)"),
        ({"speed_mps": 110.0}, "impossible", "speed is 0 to 70 m/s, got 110.0 (is it in km/h or mph?)"),
        ({"speed_mps": math.inf}, "impossible", "speed is 0 to 70 m/s, got inf"),
        ({"occupancy": 12.0}, "impossible", "occupancy is a share, 0 to 1, got 12.0 (is it a percentage?)"),
        ({"time_s": 1.7e12}, "off_grid", "time is in seconds, got 1700000000000.0 (is it in milliseconds?)"),
        ({"time_s": math.nan}, "off_grid", "time is in seconds, got nan"),
        ({"time_s": 75.0}, "off_grid", "(15 s after one: is the offset or the period another?)"),
    ],
)
def test_what_cannot_be_is_counted_with_an_example(change: dict[str, object], kind: str, told: str) -> None:
    counts = AssemblingCounts()
    assert CHECKS.place(GOOD._replace(**change), counts) is None  # type: ignore[arg-type]
    assert replace(counts, examples={}) == AssemblingCounts(**{kind: 1})  # type: ignore[arg-type]
    assert told in counts.examples[kind]


def test_where_lane_0_begins_further_downstream_lanes_are_counted_from_1() -> None:
    corridor = Corridor("a4", 30.0, (Station("S1", 0.0, 2, 1), Station("S2", 500.0, 3)), keeps_left=True)
    checks, counts = ReadingChecks(corridor, AssemblerSettings()), AssemblingCounts()
    assert checks.place(GOOD._replace(station="S1", lane=2), counts) == (0, 2, 2)
    assert checks.place(GOOD._replace(station="S1", lane=0), counts) is None
    assert counts.examples["unknown_loop"] == (
        "'S1': lane is 1 to 2, got 0 (are lanes counted from 1? lane 0 is the leftmost)"
    )
