"""Truth from the observations around an incident: the stations that the queue covers, and the balance of each lane."""

import numpy as np
import pytest

from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame
from simulator.observed_truth import lane_truth, queue_over_stations
from simulator.run_log import RunLog
from simulator.sumo.queue_observation import LaneView
from simulator.truth import LaneChanges, LaneTruth, ObservedIncident

CORRIDOR = Corridor("hand-made", 30.0, tuple(Station(f"S{k}", 500.0 * k, 2) for k in range(4)))
PLACE_M = 1200.0
"""Between S2 at 1000 m and S3 at 1500 m."""


def frame(time_s: float, count: float = 8.0) -> LoopFrame:
    return LoopFrame(time_s, np.full((4, 2), count), np.full((4, 2), 25.0), np.full((4, 2), 0.1))


def view(tail_m: float, lane: int = 0, queue: int = 5, upstream: int = 0) -> LaneView:
    return LaneView(lane, queue, tail_m, upstream, 0)


@pytest.mark.parametrize(
    ("tail_m", "covered"),
    [
        (1100.0, [False, False, False, False]),  # 100 m of queue: S2 is 200 m upstream
        (1000.1, [False, False, False, False]),
        (1000.0, [False, False, True, False]),  # its last vehicle's front is on the loops
        (400.0, [False, True, True, False]),  # S1 at 500 m too; S3 is downstream of the blockage
    ],
)
def test_a_queue_covers_the_stations_from_its_tail_to_the_blockage(tail_m: float, covered: list[bool]) -> None:
    log = RunLog(views={(0, 330.0): [view(tail_m)]})
    assert queue_over_stations(0, PLACE_M, [frame(330.0)], log, CORRIDOR).tolist() == [covered]


def test_the_longest_lane_decides_how_far_a_queue_reaches() -> None:
    log = RunLog(views={(0, 330.0): [view(1150.0, lane=0), view(900.0, lane=1)]})
    assert queue_over_stations(0, PLACE_M, [frame(330.0)], log, CORRIDOR)[0, 2]


def test_a_blockage_at_a_station_does_not_stand_on_it() -> None:
    log = RunLog(views={(0, 330.0): [view(900.0)]})
    assert queue_over_stations(0, 1000.0, [frame(330.0)], log, CORRIDOR).tolist() == [[False, False, False, False]]


def test_a_frame_without_a_view_of_this_incident_has_no_queue() -> None:
    log = RunLog(views={(1, 330.0): [view(400.0)], (0, 360.0): [view(400.0)]})
    assert not queue_over_stations(0, PLACE_M, [frame(330.0)], log, CORRIDOR).any()


INCIDENT = ObservedIncident(310.0, 600.0, PLACE_M, (0,), 2, 330.0, True, 1.0, 5.0)


def lanes(changes: list[LaneChanges], arrived: float, upstream: int) -> tuple[LaneTruth, ...]:
    """Lane 0 over the frame that ends at 330 s: `upstream` vehicles at its start, `arrived` more at S2."""
    log = RunLog(
        frames=[frame(300.0), frame(330.0, arrived)],
        views={(0, 300.0): [view(PLACE_M, upstream=upstream)], (0, 330.0): [view(1100.0, upstream=9)]},
    )
    return lane_truth([INCIDENT], changes, log, 30.0)


def test_the_lane_changing_share_is_those_who_left_of_those_who_were_there() -> None:
    # 6 were there, 8 arrived, 2 came from lane 1: 4 of 16 left. The change downstream and that of another frame do not count.
    changes = [
        LaneChanges(330.0, 0, "up", 0, 1, 4),
        LaneChanges(330.0, 0, "up", 1, 0, 2),
        LaneChanges(330.0, 0, "down", 0, 1, 50),
        LaneChanges(300.0, 0, "up", 0, 1, 50),
    ]
    (row,) = lanes(changes, 8.0, 6)
    assert (row.time_s, row.lane, row.arrived, row.left, row.upstream) == (330.0, 0, 8.0, 4.0, 9)
    assert row.lane_changing == 4 / 16


def test_the_share_is_at_most_one_and_unknown_where_nobody_was() -> None:
    assert lanes([LaneChanges(330.0, 0, "up", 0, 1, 3)], 2.0, 0)[0].lane_changing == 1.0
    assert np.isnan(lanes([], 0.0, 0)[0].lane_changing)


def test_a_lane_has_a_row_from_the_first_frame_after_onset_that_follows_a_view() -> None:
    # Views at the ends of the frames 270, 300, 330 and 390 s; onset at 310 s. 300 s ends before onset; 390 s has no view of
    # 360 s, at its start, before it.
    times_s = (270.0, 300.0, 330.0, 390.0)
    log = RunLog(
        frames=[frame(time_s) for time_s in times_s], views={(0, time_s): [view(PLACE_M)] for time_s in times_s}
    )
    assert [row.time_s for row in lane_truth([INCIDENT], [], log, 30.0)] == [330.0]
