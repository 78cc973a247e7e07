import math

import pytest

from harness.service.assembling.assembler import Assembler
from harness.service.assembling.assembler_settings import AssemblerSettings
from harness.service.assembling.facts import Fact, FactKind
from harness.service.sources.reading import Reading
from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError

CORRIDOR = Corridor("a4", 30.0, (Station("S1", 0.0, 2), Station("S2", 500.0, 1), Station("S3", 900.0, 1)))
LOOPS = [("S1", 0), ("S1", 1), ("S2", 0), ("S3", 0)]


def reading(station: str, time_s: float, lane: int = 0, count: float = 5.0) -> Reading:
    return Reading(station, lane, time_s, count, 28.0, 0.1)


def all_at(*times_s: float, but: tuple[str, ...] = ()) -> list[Reading]:
    return [reading(name, time_s, lane) for time_s in times_s for name, lane in LOOPS if name not in but]


def begun(after_s: float = 0.0, **options: object) -> Assembler:
    assembler = Assembler(CORRIDOR, AssemblerSettings(**options))  # type: ignore[arg-type]
    assembler.begin_after(after_s)
    return assembler


def test_a_frame_closes_when_all_loops_have_reported() -> None:
    assembler = begun()
    assert assembler.add(all_at(30.0)[:3]).frames == []
    assert assembler.open_frames == 1
    (frame,) = assembler.add(all_at(30.0)[3:]).frames
    assert (frame.time_s, frame.count[0].tolist(), frame.speed[1, 0], frame.occupancy[2, 0]) == (30.0, [5, 5], 28, 0.1)
    assert math.isnan(frame.count[1, 1])
    assert assembler.open_frames == 0


def test_a_frame_with_a_missing_loop_closes_after_the_allowed_lateness() -> None:
    assembler = begun(allowed_lateness_s=60.0)
    assert assembler.add(all_at(30.0, 60.0, 90.0, but=("S3",))).frames == []
    frames = assembler.add(all_at(120.0, but=("S3",))).frames
    assert [frame.time_s for frame in frames] == [30.0]
    assert math.isnan(frames[0].count[2, 0])


def test_without_a_beginning_the_first_frame_waits_for_earlier_ones() -> None:
    assembler = Assembler(CORRIDOR, AssemblerSettings(allowed_lateness_s=30.0))
    assert assembler.add(all_at(60.0)).frames == []
    assert assembler.add(all_at(30.0)).frames == []
    assert [frame.time_s for frame in assembler.add(all_at(90.0)).frames] == [30.0, 60.0, 90.0]


def test_a_reading_of_a_closed_frame_is_late() -> None:
    assembler = begun()
    assembler.add(all_at(30.0))
    assert assembler.add([reading("S1", 30.0, count=9.0)]).frames == []
    assert assembler.counts.late == 1


def test_a_duplicate_changes_nothing() -> None:
    assembler = begun()
    (frame,) = assembler.add([reading("S1", 30.0)] * 3 + all_at(30.0)).frames
    assert frame.count[0, 0] == 5
    assert (assembler.counts.accepted, assembler.counts.duplicate) == (4, 3)


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_readings_that_differ_the_fuller_one_is_used(order: int) -> None:
    assembler = begun()
    cut_short = [reading("S1", 30.0, count=2.0), reading("S1", 30.0, count=7.0)]
    unknown = [Reading("S2", 0, 30.0, math.nan, math.nan, math.nan), reading("S2", 33.0)]
    off = [reading("S3", 33.0, count=9.0), reading("S3", 30.0)]
    sent = [*cut_short[::order], *unknown[::order], *off[::order]]
    (frame,) = assembler.add([*sent, reading("S1", 30.0, 1)]).frames
    assert (frame.count[0, 0], frame.count[1, 0], frame.count[2, 0]) == (7, 5, 5)
    assert assembler.counts.conflicting == 3


def test_stamps_may_be_the_start_of_the_interval() -> None:
    (frame,) = begun(stamp="start").add(all_at(0.0)).frames
    assert frame.time_s == 30.0


def test_stamps_near_the_grid_are_rounded_and_others_refused() -> None:
    assembler = begun(off_grid_share=0.2)
    sent = [reading("S1", 24.0), reading("S1", 36.0, 1), reading("S2", 30.0), reading("S3", 37.0)]
    assert assembler.add(sent).frames == []
    assert (assembler.counts.accepted, assembler.counts.off_grid) == (3, 1)
    assert "'S3': stamps are whole periods of 30 s" in assembler.counts.examples["off_grid"]


def test_a_grid_may_have_an_offset() -> None:
    (frame,) = begun(after_s=10.0, grid_offset_s=10.0).add(all_at(40.0)).frames
    assert frame.time_s == 40.0


def test_missing_frames_of_a_short_gap_are_unknown() -> None:
    assembler = begun(longest_gap_s=90.0, allowed_lateness_s=0.0)
    frames = assembler.add(all_at(30.0, 150.0)).frames
    assert [frame.time_s for frame in frames] == [30.0, 60.0, 90.0, 120.0, 150.0]
    assert all(math.isnan(value) for frame in frames[1:4] for value in frame.count.flat)


def test_a_longer_gap_is_told_and_left_out() -> None:
    done = begun(longest_gap_s=60.0, allowed_lateness_s=0.0).add(all_at(30.0, 150.0))
    assert [frame.time_s for frame in done.frames] == [30.0, 150.0]
    assert done.facts == [Fact(FactKind.GAP, 150.0, from_s=30.0, to_s=120.0)]


def test_a_station_whose_clock_runs_ahead_closes_no_frame_for_others() -> None:
    assembler = begun()
    frames = []
    for k in range(1, 40):
        frames += assembler.add([reading("S1", 30.0 * k + 3600, lane) for lane in (0, 1)]).frames
        frames += assembler.add([reading("S2", 30.0 * k), reading("S3", 30.0 * k)]).frames
    assert [frame.time_s for frame in frames] == [30.0 * k for k in range(1, 37)]
    assert assembler.watermark_s == 39 * 30.0
    assert not any(math.isnan(frame.count[1, 0]) for frame in frames)
    assert assembler.counts.ahead > 40


def test_a_jump_forward_of_most_stations_is_believed_and_none_of_its_readings_lost() -> None:
    assembler = begun()
    assembler.add(all_at(30.0))
    done = assembler.add(all_at(7200.0))
    assert done.frames == []  # the frames before might still come
    done = assembler.add(all_at(7230.0, 7260.0, 7290.0))
    assert [frame.time_s for frame in done.frames] == [7200.0, 7230.0, 7260.0, 7290.0]
    assert [fact.kind for fact in done.facts] == [FactKind.GAP]
    assert assembler.counts.accepted == 20


def test_what_a_station_sent_ahead_is_dropped_when_it_comes_back() -> None:
    assembler = begun()
    assembler.add([*all_at(30.0), *all_at(7200.0, but=("S2", "S3"))])
    assert assembler.counts.ahead == 0
    assembler.add([reading("S1", 60.0)])
    assert assembler.counts.ahead == 2


def test_a_reading_of_long_ago_begins_no_frame() -> None:
    assembler = Assembler(CORRIDOR)
    assembler.add([*all_at(7200.0), reading("S1", 30.0)])
    assert [frame.time_s for frame in assembler.finish().frames] == [7200.0]
    assert assembler.counts.late == 1


def test_clocks_that_go_back_before_there_is_a_frame_are_no_fact() -> None:
    assembler = Assembler(CORRIDOR)
    assert assembler.add(all_at(7200.0, 30.0)).facts == []


def test_a_backward_jump_of_most_stations_is_told_once() -> None:
    assembler = begun(after_s=7200.0)
    assembler.add(all_at(7230.0))
    facts = [fact for k in range(1, 9) for fact in assembler.add(all_at(3600.0 + 30 * k)).facts]
    assert facts == [Fact(FactKind.CLOCK_WENT_BACK, 7230.0, from_s=7230.0, to_s=3630.0)]
    assert assembler.counts.late == 32


def test_readings_up_to_the_beginning_are_dropped_silently() -> None:
    assembler = begun(after_s=60.0)
    assert [frame.time_s for frame in assembler.add(all_at(30.0, 60.0, 90.0)).frames] == [90.0]
    assert (assembler.counts.accepted, assembler.counts.late) == (4, 0)


def test_frames_need_not_wait_for_silent_loops() -> None:
    assembler = begun(skip_silent_loops=True, silent_after_s=90.0, allowed_lateness_s=60.0)
    times_s = [30.0 * k for k in range(1, 8)]
    frames = [len(assembler.add(all_at(time_s, but=("S3",))).frames) for time_s in times_s]
    assert frames == [0, 0, 0, 1, 1, 4, 1]
    (frame,) = assembler.add(all_at(240.0)).frames
    assert math.isnan(frame.count[2, 0])  # its first reading finds the frame closed
    assert [frame.count[2, 0] for frame in assembler.add(all_at(270.0)[::-1]).frames] == [5]


def test_the_end_closes_what_is_open() -> None:
    assembler = begun()
    assembler.add([reading("S1", 60.0)])
    assert [frame.time_s for frame in assembler.finish().frames] == [30.0, 60.0]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"stamp": "middle"}, "stamp is 'start' or 'end'"),
        ({"off_grid_share": 20}, "is it a percentage"),
        ({"clock_share": 0}, "clock_share is over 0"),
        ({"allowed_lateness_s": -1}, "allowed_lateness_s is a number of seconds"),
        ({"grid_offset_s": math.nan}, "grid_offset_s is a number of seconds"),
    ],
)
def test_impossible_settings_are_refused(options: dict[str, object], told: str) -> None:
    with pytest.raises(UserError, match=told):
        AssemblerSettings(**options)  # type: ignore[arg-type]


def test_no_reading_is_waited_for_of_a_lane_that_begins_further_downstream() -> None:
    corridor = Corridor("a4", 30.0, (Station("S1", 0.0, 1, 1), Station("S2", 500.0, 2)))
    assembler = Assembler(corridor, AssemblerSettings())
    assembler.begin_after(0.0)
    found = assembler.add([reading("S1", 30.0, 1), reading("S2", 30.0, 0), reading("S2", 30.0, 1)]).frames
    assert [frame.time_s for frame in found] == [30.0]
