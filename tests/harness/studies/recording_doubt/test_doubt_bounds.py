"""What is just not doubted and what just is, on readings made by hand: four stations of three lanes, periods of 30 s."""

from dataclasses import replace

import numpy as np
import pytest

from harness.studies.recording_doubt.code_doubt import code_doubts
from harness.studies.recording_doubt.lane_side_doubt import lane_differences, lane_side_doubts
from harness.studies.recording_doubt.place_doubt import place_doubts
from harness.studies.recording_doubt.readings import Doubt, Readings
from harness.studies.recording_doubt.repeat_doubt import repeat_doubts
from harness.studies.recording_doubt.unit_doubt import unit_doubts
from scenarios.corridor import Corridor, Station
from tests.harness.studies.recording_doubt.made_traffic import PERIOD_S, corridor

LENGTH_M = 6.5


def steady(frames: int = 100, count: float = 5.0, speed_mps: float = 25.0, length_m: float = LENGTH_M) -> Readings:
    """The same in every loop and frame: occupancy is count x length / (speed x period)."""
    occupancy = count * length_m / (speed_mps * PERIOD_S)
    values = (np.full((frames, 4, 3), value, dtype=np.float32) for value in (count, speed_mps, occupancy))
    return Readings(corridor(), np.linspace(PERIOD_S, PERIOD_S * frames, frames, dtype=np.float64), *values)


def put(values: np.ndarray, number: int, value: float) -> np.ndarray:
    """A copy whose first values, so many, are another one."""
    changed = values.copy()
    changed.reshape(-1)[:number] = value
    return changed


def texts(doubts: tuple[Doubt, ...]) -> str:
    return "\n".join(doubt.text for doubt in doubts)


@pytest.mark.parametrize(
    ("count", "evidence"), [(0.0, "13 of them with count 0"), (5.0, "13 of them while vehicles pass")]
)
def test_more_than_a_hundredth_of_zero_speeds_is_told(count: float, evidence: str) -> None:
    for number in (12, 13):  # of 1200 readings
        made = steady()
        made = replace(made, speed=put(made.speed, number, 0.0), count=put(made.count, number, count))
        assert texts(code_doubts(made)).startswith(f"zero speeds: {evidence}") == (number == 13)
        assert len(code_doubts(made)) == (number == 13)


def test_more_than_a_hundredth_of_speeds_above_60_mps_is_told_with_the_commonest() -> None:
    made = steady()
    assert code_doubts(replace(made, speed=put(made.speed, 100, 60.0))) == ()
    assert code_doubts(replace(made, speed=put(made.speed, 12, 70.0))) == ()
    mixed = put(put(made.speed, 13, 70.0), 5, 61.0)
    assert "13 above 60 m/s, 70 m/s 8 times" in texts(code_doubts(replace(made, speed=mixed)))


def test_more_than_a_hundredth_of_counts_in_parts_is_told() -> None:
    made = steady()
    assert code_doubts(replace(made, count=put(made.count, 12, 2.25))) == ()
    assert "25 % are no whole numbers" in texts(code_doubts(replace(made, count=put(made.count, 300, 2.25))))


@pytest.mark.parametrize(
    ("positions_m", "doubted"),
    [
        ((0, 61, 122, 183), ""),
        ((0, 59, 118, 177), "stations stand 59 m apart"),
        ((0, 12_000, 24_000, 36_000), ""),
        ((0, 12_001, 24_002, 36_003), "stations stand 12 km apart"),
        ((0, 10, 1000, 2000), ""),  # one pair is near: the median counts
        ((0, 800, 1600, 30_000), ""),
    ],
)
def test_stations_stand_60_m_to_12_km_apart(positions_m: tuple[float, ...], doubted: str) -> None:
    there = Corridor("made", PERIOD_S, tuple(Station(f"S{k}", float(x), 3) for k, x in enumerate(positions_m)))
    found = texts(place_doubts(replace(steady(), corridor=there)))
    assert doubted in found
    assert bool(doubted) == bool(found)


@pytest.mark.parametrize(("length_m", "doubted"), [(3.9, True), (4.1, False), (12.9, False), (13.1, True)])
def test_a_vehicle_is_4_to_13_m_long(length_m: float, doubted: bool) -> None:
    assert bool(unit_doubts(steady(length_m=length_m))) == doubted


def test_fifty_readings_of_two_vehicles_or_more_are_needed() -> None:
    made = steady(count=1.0, length_m=60.0)
    assert unit_doubts(made) == ()
    for number in (49, 50):
        few = replace(made, count=put(made.count, number, 2.0), occupancy=2 * made.occupancy)
        assert bool(unit_doubts(few)) == (number == 50)


@pytest.mark.parametrize("lanes", [2, 3, 4, 5])
def test_counts_of_several_lanes_make_vehicles_short(lanes: int) -> None:
    made = steady(length_m=4.5)
    assert "those of several lanes?" in texts(unit_doubts(replace(made, count=made.count * np.float32(lanes))))


@pytest.mark.parametrize("period_s", [20.0, 30.0, 60.0, 300.0, 900.0])
def test_a_rate_in_place_of_a_count_is_told_by_the_period(period_s: float) -> None:
    def told(factor: float) -> str:
        made = steady(count=8.0, length_m=6.0)
        count = made.count * np.float32(factor * period_s / PERIOD_S)
        return texts(unit_doubts(replace(made, corridor=replace(made.corridor, period_s=period_s), count=count)))

    assert told(1.0) == ""
    assert "are counts vehicles per hour?" in told(3600 / period_s)
    assert ("are counts vehicles per minute?" in told(60 / period_s)) == (period_s != 60)
    in_minutes = told(60.0)
    assert "is period_s in minutes?" in in_minutes
    per_hour_too = (30.0, 60.0)  # 3600 / 30 is twice 60: of a vehicle of 6 m one slip makes 12 m of the other
    assert ("are counts vehicles per hour?" in in_minutes) == (period_s in per_hour_too)


@pytest.mark.parametrize(
    ("factor", "slip"),
    [
        ({"occupancy": 100.0, "speed": 3.6}, "is occupancy in per cent, and are speeds in km/h?"),
        ({"occupancy": 100.0, "speed": 1 / 0.44704}, "is occupancy in per cent, and are speeds in mph?"),
    ],
)
def test_two_slips_together_are_found(factor: dict[str, float], slip: str) -> None:
    made = steady()
    scaled = {name: getattr(made, name) * np.float32(by) for name, by in factor.items()}
    assert slip in texts(unit_doubts(replace(made, **scaled)))


@pytest.mark.parametrize(("speed_mps", "doubted"), [(44.0, False), (46.0, True)])
def test_half_of_the_speeds_of_a_road_are_below_45_mps(speed_mps: float, doubted: bool) -> None:
    found = texts(unit_doubts(steady(speed_mps=speed_mps)))
    assert ("half of them are above 46 m/s (166 km/h)" in found) == doubted


def test_a_lane_passes_2800_vehicles_per_hour_at_most_over_five_minutes() -> None:
    blank = np.full((100, 4, 3), np.nan, dtype=np.float32)
    for count, doubted in ((23.0, False), (24.0, True)):  # 2760 and 2880 vehicles per hour
        assert bool(unit_doubts(replace(steady(count=count), speed=blank, occupancy=blank))) == doubted
    bursts = steady(count=10.0)
    bursts.count[::10] = 60.0  # 1800 vehicles per hour over five minutes
    assert unit_doubts(replace(bursts, speed=blank, occupancy=blank)) == ()
    odd = steady(frames=1000, count=10.0)
    odd.count[:10, 0, 0] = 60.0  # one loop of twelve, five minutes of 500
    assert (
        unit_doubts(replace(odd, speed=np.full_like(odd.speed, np.nan), occupancy=np.full_like(odd.speed, np.nan)))
        == ()
    )


def sided(frames: int = 30, stations: int = 4, faster_mps: float = 2.0, longer_m: float = 0.0) -> Readings:
    """Lane 0 is faster than the last lane at the first stations, slower at the others; its vehicles are so much longer."""
    made = steady(frames)
    made.speed[:, :stations, 0] += faster_mps
    made.speed[:, stations:, 0] -= faster_mps
    length_m = np.full(3, LENGTH_M)
    length_m[0] += longer_m
    occupancy = made.count * length_m / (made.speed * PERIOD_S)
    return replace(made, occupancy=occupancy.astype(np.float32))


@pytest.mark.parametrize(("faster_mps", "doubted"), [(0.6, False), (0.8, True)])
def test_a_first_lane_that_is_faster_by_more_than_0_7_mps_is_doubted(faster_mps: float, doubted: bool) -> None:
    assert bool(lane_side_doubts(sided(faster_mps=faster_mps))) == doubted


def test_most_stations_must_agree() -> None:
    assert lane_side_doubts(sided(stations=2)) == ()
    assert "at 3 of 4 stations" in texts(lane_side_doubts(sided(stations=3)))


def test_trucks_in_the_first_lane_speak_against_it() -> None:
    assert lane_side_doubts(sided(longer_m=1.1)) == ()
    assert len(lane_side_doubts(sided(longer_m=0.9))) == 1


def test_congested_frames_say_nothing_of_the_side() -> None:
    made = sided(frames=60, stations=0)
    made.speed[20:, :, 0], made.speed[20:, :, 1:] = 8.0, 4.0
    assert lane_side_doubts(made) == ()


def test_twenty_frames_with_the_speeds_of_both_lanes_are_needed() -> None:
    assert lane_side_doubts(sided(frames=19)) == ()
    assert len(lane_side_doubts(sided(frames=20))) == 1


def test_a_station_of_one_lane_tells_nothing() -> None:
    single = Corridor("made", PERIOD_S, tuple(Station(f"S{k}", 900.0 * k, 1) for k in range(4)))
    assert lane_differences(replace(steady(), corridor=single)) == ()


def drawn(frames: int = 300, seed: int = 1) -> Readings:
    """Counts from 1 to 9 and speeds from 20 to 30 m/s, drawn; no reading repeats another."""
    draw = np.random.default_rng(seed)
    made = steady(frames)
    count = draw.integers(1, 10, made.count.shape).astype(np.float32)
    return replace(made, count=count, speed=draw.uniform(20, 30, made.speed.shape).astype(np.float32))


def test_readings_that_are_all_drawn_raise_no_doubt() -> None:
    assert repeat_doubts(drawn()) == ()


def test_more_than_a_thousandth_of_repeated_frames_is_told() -> None:
    made = drawn(1000)
    for number in (1, 2):
        for k in range(10, 10 + 10 * number, 10):
            made.count[k], made.speed[k] = made.count[k - 1], made.speed[k - 1]
        assert ("repeat the one before in every loop" in texts(repeat_doubts(made))) == (number == 2)


def test_frames_with_less_than_ten_vehicles_may_repeat_each_other() -> None:
    made = steady(20, count=0.0)
    made.count[:, 0, 0] = 9.0
    made.speed[:] = np.nan
    made.count[:, 0, 0] += np.arange(20) % 2 * np.float32(0.5)
    made.count[1::4] = made.count[::4]
    assert "repeat the one before" not in texts(repeat_doubts(made))


def test_two_loops_must_agree_in_a_hundred_frames_with_vehicles() -> None:
    for busy in (99, 100):
        made = drawn()
        made.count[busy:, :, :] = 0.0
        made.count[:, 2, 1] = made.count[:, 0, 1]
        assert ("S2 lane 1 = S0 lane 1" in texts(repeat_doubts(made))) == (busy == 100)


@pytest.mark.parametrize(("frames", "stuck"), [(30, False), (31, True)])
def test_a_loop_that_says_the_same_for_a_quarter_of_an_hour_is_stuck(frames: int, stuck: bool) -> None:
    made = drawn()
    made.count[50 : 50 + frames, 1, 0], made.speed[50 : 50 + frames, 1, 0] = 7.0, 20.0
    made.count[49, 1, 0] = made.count[50 + frames, 1, 0] = 3.0
    assert ("1 say the same for 15 min (S1 lane 0)" in texts(repeat_doubts(made))) == stuck


@pytest.mark.parametrize(
    ("count", "speed_mps", "stuck"), [(0.0, 20.0, False), (2.0, np.nan, False), (3.0, np.nan, True)]
)
def test_a_quiet_loop_is_not_stuck_and_one_without_speeds_may_be(count: float, speed_mps: float, stuck: bool) -> None:
    made = drawn()
    made.count[50:90, 1, 0], made.speed[50:90, 1, 0] = count, speed_mps
    assert ("S1 lane 0" in texts(repeat_doubts(made))) == stuck
