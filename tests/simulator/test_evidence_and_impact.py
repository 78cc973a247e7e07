"""The verdicts on a run and its twin, on frames made by hand: earliest evidence, impact, and which stations carry a wave.

The road has three stations of one lane, read every 30 s; frame k (from 0) ends at 30 (k + 1) s. Unless a test says otherwise,
run and twin read 10 vehicles, 25 m/s and an occupancy of 0.1 everywhere, and the incident is in section 0, between the
stations 0 and 1, from 300 s (end of frame 9) to its clearance.
"""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from simulator.evidence_and_impact import carrying, earliest_evidence_s, has_impact
from simulator.frame import Array, LoopFrame
from simulator.truth import Carrying

PERIOD_S = 30.0
FRAMES = 40
ONSET_S = 300.0
FIRST = 10
"""The first frame after onset."""
NAN = float("nan")


@dataclass
class Readings:
    """What the loops read: arrays (T, S, L) to write into."""

    count: Array = field(default_factory=lambda: np.full((FRAMES, 3, 1), 10.0))
    speed: Array = field(default_factory=lambda: np.full((FRAMES, 3, 1), 25.0))
    occupancy: Array = field(default_factory=lambda: np.full((FRAMES, 3, 1), 0.1))

    @property
    def frames(self) -> list[LoopFrame]:
        return [
            LoopFrame(PERIOD_S * (k + 1), self.count[k], self.speed[k], self.occupancy[k])
            for k in range(len(self.count))
        ]


def change(name: str, frames: int | slice, by: float, station: int = 0) -> Readings:
    """The usual readings, but for one value at one station in some frames."""
    run = Readings()
    getattr(run, name)[frames, station, 0] += by
    return run


# Earliest evidence: the first frame after onset in which anything differs at either end of the section.


def evidence(run: Readings, twin: Readings | None = None) -> float:
    return earliest_evidence_s(run.frames, (twin or Readings()).frames, ONSET_S, 0)


@pytest.mark.parametrize("name", ["count", "speed", "occupancy"])
def test_any_difference_however_small_is_evidence_at_the_end_of_its_frame(name: str) -> None:
    assert evidence(change(name, 12, 1e-9)) == 390  # frame 12 ends at 30 x 13 s


def test_the_frame_that_ends_at_onset_holds_no_evidence_and_the_next_one_may(  # 300 < t, strictly
) -> None:
    assert evidence(change("speed", slice(FIRST - 1, FIRST + 1), -1.0)) == ONSET_S + PERIOD_S
    assert np.isnan(evidence(change("speed", FIRST - 1, -1.0)))


@pytest.mark.parametrize(("station", "counts"), [(0, True), (1, True), (2, False)])
def test_evidence_counts_at_the_two_stations_of_the_section_alone(station: int, counts: bool) -> None:
    assert np.isfinite(evidence(change("speed", 12, -1.0, station))) == counts


def test_two_equal_runs_give_no_evidence() -> None:
    assert np.isnan(evidence(Readings()))


def test_unknown_in_both_runs_is_no_evidence_and_unknown_in_one_is() -> None:
    blind = change("speed", 12, NAN)
    assert np.isnan(evidence(blind, blind))
    assert evidence(blind) == 390


# Impact: a difference of means over a window of w frames exceeds F x noise x sqrt(2 / w), F = 3 over the whole incident and
# 4 over windows of 4, 8, ... frames within it. The usual twin never varies, so its noise is the floor: 0.5 veh, 1 m/s, 0.01.


def impact(run: Readings, frames: int, twin: Readings | None = None) -> bool:
    """Whether an incident that lasts `frames` whole frames has an impact."""
    clearance_s = ONSET_S + frames * PERIOD_S
    return has_impact(run.frames, (twin or Readings()).frames, ONSET_S, clearance_s, 0)


DURING_2 = slice(FIRST, FIRST + 2)


@pytest.mark.parametrize(
    ("name", "below", "above"), [("count", 1.5, 1.51), ("speed", 3.0, 3.01), ("occupancy", 0.0299, 0.0301)]
)
def test_over_a_whole_incident_of_two_frames_more_than_three_times_the_noise_is_impact(
    name: str, below: float, above: float
) -> None:
    # w = 2: limit = 3 x floor x sqrt(2 / 2) = 1.5 veh, 3 m/s, 0.03; exactly the limit is none.
    assert not impact(change(name, DURING_2, below), 2)
    assert impact(change(name, DURING_2, above), 2)


def test_over_an_incident_of_one_frame_the_limit_is_larger_by_root_two() -> None:
    # w = 1: limit = 3 x 1 m/s x sqrt(2) = 4.24 m/s.
    assert not impact(change("speed", FIRST, -4.2), 1)
    assert impact(change("speed", FIRST, -4.3), 1)


def test_faster_traffic_than_the_twins_is_impact_as_slower_is() -> None:
    assert impact(change("speed", DURING_2, 3.01), 2)
    assert impact(change("speed", DURING_2, -3.01), 2)


def test_a_longer_incident_shows_smaller_differences() -> None:
    # w = 8: limit = 3 x 1 m/s x sqrt(2 / 8) = 1.5 m/s over the whole, while windows of 4 need 4 x sqrt(2 / 4) = 2.83.
    assert not impact(change("speed", slice(FIRST, FIRST + 8), 1.5), 8)
    assert impact(change("speed", slice(FIRST, FIRST + 8), 1.51), 8)


def test_a_window_within_the_incident_needs_four_times_the_noise() -> None:
    # w = 8 in 16 frames: limit = 4 x sqrt(2 / 8) = 2 m/s. Over all 16, half of that is 1.005 < 3 x sqrt(2 / 16) = 1.06;
    # over 4 frames 2.01 < 2.83. So only the window of 8 can tell the two apart.
    assert not impact(change("speed", slice(FIRST + 4, FIRST + 12), 2.0), 16)
    assert impact(change("speed", slice(FIRST + 4, FIRST + 12), 2.01), 16)


def test_the_shortest_window_is_of_four_frames() -> None:
    # w = 4 in 16 frames: limit = 4 x sqrt(2 / 4) = 2.828 m/s; over 8 frames 2.83 / 2 < 2, over all 2.83 / 4 < 1.06. Three frames
    # of 3.7 make means of 2.775 over 4, 1.39 over 8 and 0.69 over 16: none, though they exceed 4 x sqrt(2 / 3) = 3.27.
    assert not impact(change("speed", slice(FIRST + 4, FIRST + 8), 2.82), 16)
    assert impact(change("speed", slice(FIRST + 4, FIRST + 8), 2.83), 16)
    assert not impact(change("speed", slice(FIRST + 4, FIRST + 7), 3.7), 16)


def test_the_limit_grows_with_the_twins_own_deviation() -> None:
    # The twin alternates between 25 and 29 m/s: steps of 4, so its deviation is sqrt(4^2 / 2) = 2.83 and the limit over two
    # frames 3 x 2.83 = 8.49 m/s.
    # Frames in which the twin reads nothing leave it as it is.
    for known in (FRAMES, FRAMES // 2):
        for by, found in ((-8.4, False), (-8.6, True)):
            run, twin = (change("speed", slice(0, FRAMES, 2), 4.0) for _ in range(2))
            run.speed[DURING_2, 0] += by
            twin.speed[known:] = NAN
            assert impact(run, 2, twin) == found


@pytest.mark.parametrize(("frame", "found"), [(FIRST - 1, False), (FIRST, True), (FIRST + 1, True), (FIRST + 2, False)])
def test_impact_counts_after_onset_and_up_to_clearance(frame: int, found: bool) -> None:
    # Two frames during: one of them 6.1 m/s off makes a mean of 3.05 > 3. The frames that end at onset and after clearance
    # are outside.
    assert impact(change("speed", frame, -6.1), 2) == found


@pytest.mark.parametrize(("station", "found"), [(0, True), (1, True), (2, False)])
def test_impact_counts_at_the_two_stations_of_the_section_alone(station: int, found: bool) -> None:
    assert impact(change("speed", DURING_2, -10.0, station), 2) == found


def test_a_window_with_an_unknown_value_decides_nothing() -> None:
    run = change("speed", DURING_2, -10.0)
    run.speed[FIRST, 0] = NAN
    assert not impact(run, 2)


def test_a_loop_that_the_twin_never_read_shows_no_impact() -> None:
    twin = change("speed", slice(None), NAN)
    assert not impact(change("speed", DURING_2, -10.0), 2, twin)


def test_an_incident_within_one_frame_has_no_impact() -> None:
    assert not has_impact(change("speed", DURING_2, -20.0).frames, Readings().frames, 301.0, 329.0, 0)


# Carrying: from onset on a station carries the queue where it stands on it (`queued`) or where the mean speed over 2 frames is
# below 0.8 of the twin's; after clearance also where it passes more than 1.15 times the twin's vehicles over 4 frames, and
# more by 3 x sqrt(2 n / 4), with n the twin's vehicles per frame.

CLEARANCE_S = 600.0
AFTER = 20
"""The first frame after clearance."""


def waves(run: Readings, twin: Readings | None = None, queued: list[tuple[int, int]] | None = None) -> list[Carrying]:
    """Waves of a run in which the queue stands on station s at the end of frame k, for each (k, s) of `queued`."""
    flags = np.zeros((FRAMES, 3), dtype=np.bool_)
    for frame, station in queued or []:
        flags[frame, station] = True
    return list(carrying(run.frames, (twin or Readings()).frames, ONSET_S, CLEARANCE_S, flags))


def test_a_station_that_the_queue_reaches_carries_it_while_it_stands_there_and_no_other_does() -> None:
    # Frames 12 to 14 end at 390 to 450 s; the first of them starts at 360 s.
    assert waves(Readings(), queued=[(12, 1), (13, 1), (14, 1)]) == [Carrying(1, 360.0, 450.0)]


def test_a_wave_starts_one_period_before_the_end_of_its_first_frame_whatever_the_period() -> None:
    frames = [replace(frame, time_s=frame.time_s * 2) for frame in Readings().frames]
    queued = np.zeros((FRAMES, 3), dtype=np.bool_)
    queued[12, 1] = True  # ends at 60 x 13 = 780 s
    assert carrying(frames, frames, ONSET_S, CLEARANCE_S, queued) == (Carrying(1, 720.0, 780.0),)


def test_a_queue_up_to_onset_is_not_the_incidents() -> None:
    # Frame 9 ends at onset, 300 s: out; frame 10: in.
    assert waves(Readings(), queued=[(9, 1)]) == []
    assert waves(Readings(), queued=[(9, 1), (10, 1)]) == [Carrying(1, 300.0, 330.0)]


def test_without_queue_or_difference_nothing_is_carried() -> None:
    assert waves(Readings()) == []


def test_a_station_carries_where_it_is_slower_than_four_fifths_of_the_twin() -> None:
    # 0.8 x 25 = 20 m/s exactly is not below. At 19.9 from frame 12 to 15 the mean over two frames is below in 13 (of 12 and
    # 13) to 15; frame 12, with (25 + 19.9) / 2 = 22.5, and frame 16, with the same, are not.
    assert waves(change("speed", slice(12, 16), -5.0)) == []
    assert waves(change("speed", slice(12, 16), -5.1)) == [Carrying(0, 390.0, 480.0)]


def test_slow_traffic_up_to_onset_is_not_the_incidents() -> None:
    # Slow from frame 7 to 9; frame 10, the first after onset, still holds (10 + 25) / 2 = 17.5 < 20.
    assert waves(change("speed", slice(7, 10), -15.0)) == [Carrying(0, 300.0, 330.0)]


def test_faster_traffic_than_the_twins_is_no_wave() -> None:
    assert waves(change("speed", slice(12, 20), 20.0)) == []


def two_lanes(counts: tuple[float, float], speeds: tuple[float, float]) -> Readings:
    """The same readings of two lanes at every station and in every frame."""
    shape = (FRAMES, 3, 2)
    return Readings(
        np.broadcast_to(counts, shape).copy(), np.broadcast_to(speeds, shape).copy(), np.full((FRAMES, 3, 2), 0.1)
    )


@pytest.mark.parametrize(
    ("counts", "speeds", "carried"),
    [
        # (30 x 15 + 10 x 35) / 40 = 20 = 0.8 x 25, no wave; with 31 and 9 it is 19.5. The mean over lanes is always 25.
        ((30.0, 10.0), (15.0, 35.0), False),
        ((31.0, 9.0), (15.0, 35.0), True),
        # A lane without vehicles has no speed, and one of which nothing is known counts for nothing: the other lane decides.
        ((10.0, 0.0), (19.0, NAN), True),
        ((10.0, 0.0), (21.0, NAN), False),
        ((10.0, NAN), (19.0, NAN), True),
        ((10.0, NAN), (21.0, NAN), False),
    ],
)
def test_a_stations_speed_is_the_mean_over_its_vehicles(
    counts: tuple[float, float], speeds: tuple[float, float], carried: bool
) -> None:
    found = waves(two_lanes(counts, speeds), two_lanes((20.0, 20.0), (25.0, 25.0)))
    assert {wave.station for wave in found} == ({0, 1, 2} if carried else set())


@pytest.mark.parametrize(
    ("twins", "more", "carried"),
    [
        (32.0, 12.0, False),  # 3 x sqrt(2 x 32 / 4) = 12 exactly is no excess; 1.15 x 32 = 36.8 is far below 44
        (32.0, 12.1, True),
        (
            1000.0,
            150.0,
            False,
        ),  # 1.15 x 1000 = 1150 exactly is not more; the excess of 3 x sqrt(500) = 67 alone would do
        (1000.0, 150.1, True),
        (0.0, 2.0, False),  # no less than 1 vehicle is taken: 3 x sqrt(2 / 4) = 2.12
        (0.0, 3.0, True),
    ],
)
def test_after_clearance_a_station_carries_the_discharge_where_it_is_fuller(
    twins: float, more: float, carried: bool
) -> None:
    # Fuller from before onset to the end: carried from the first frame after clearance, which starts at 600 s.
    twin = Readings()
    twin.count[:] = twins
    run = replace(Readings(), count=twin.count.copy())
    run.count[:, 1] += more
    assert waves(run, twin) == ([Carrying(1, CLEARANCE_S, FRAMES * PERIOD_S)] if carried else [])


def test_a_clearing_wave_lasts_as_long_as_its_window_of_four_frames_is_fuller() -> None:
    # The twin passes 32; the run 60 in the frames 22 to 25, so the mean over four frames is 39, 46, 53, 60, 53, 46, 39 from
    # frame 22 to 28: above 44 in 23 to 27, which start at 690 s and end at 840 s.
    twin = Readings()
    twin.count[:] = 32.0
    run = replace(Readings(), count=twin.count.copy())
    run.count[22:26, 2] = 60.0
    assert waves(run, twin) == [Carrying(2, 690.0, 840.0)]


def test_an_emptier_station_after_clearance_carries_nothing() -> None:
    assert waves(change("count", slice(AFTER, FRAMES), -10.0)) == []


def test_gaps_of_two_frames_belong_to_a_wave_and_gaps_of_three_part_two() -> None:
    assert waves(Readings(), queued=[(12, 0), (15, 0)]) == [Carrying(0, 360.0, 480.0)]
    assert waves(Readings(), queued=[(12, 0), (16, 0)]) == [Carrying(0, 360.0, 390.0), Carrying(0, 480.0, 510.0)]


def test_a_station_of_which_nothing_is_known_carries_nothing() -> None:
    blind = Readings()
    for values in (blind.count, blind.speed, blind.occupancy):
        values[FIRST:, 0] = NAN
    assert waves(blind) == []


def test_a_frame_without_speed_leaves_the_mean_to_the_one_beside_it() -> None:
    # Frame 12 holds no vehicle, so no speed: the mean over 12 and 13 is frame 13's 15 m/s, below 20. Frame 14 with 25 m/s makes
    # (15 + 25) / 2 = 20, not below.
    run = change("speed", 13, -10.0)
    run.count[12, 0], run.speed[12, 0] = 0.0, NAN
    assert waves(run) == [Carrying(0, 390.0, 420.0)]
