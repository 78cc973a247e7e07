"""Loops of a user's files: which are read, in which lane, and what is said of the others."""

import re
from pathlib import Path

import pytest

from scenarios.files.sumo_loops import MOST_NAMED, named
from tests.scenarios.files.freeway_by_hand import LOOPS, NET, own


def test_of_two_loops_in_one_lane_of_a_station_the_first_is_read_and_the_other_named(tmp_path: Path) -> None:
    second = "".join(f'<e1Detector id="trap_{k}" lane="a_{k}" pos="410" period="30" file="x.xml"/>' for k in (0, 1))
    found = own(tmp_path, loops=LOOPS.replace("</additional>", second + "</additional>"))
    assert [loop.detector_id for loop in found.loops if loop.station == 0] == ["up_0", "up_1"]
    assert any(
        "'trap_0'" in note and "the loop before it in its lane is read for the same station" in note
        for note in found.notes
    )


def test_loops_of_one_lane_that_count_different_vehicles_are_read_together(tmp_path: Path) -> None:
    cars = LOOPS.replace('id="up_0"', 'id="up_0" vTypes="car"')
    trucks = '<e1Detector id="up_t" lane="a_0" pos="400" period="30" file="x.xml" vTypes="truck"/>'
    found = own(tmp_path, loops=cars.replace("</additional>", trucks + "</additional>"))
    both = [(loop.detector_id, loop.counts_only) for loop in found.loops if (loop.station, loop.lane) == (0, 0)]
    assert both == [("up_0", (("vTypes", "car"),)), ("up_t", (("vTypes", "truck"),))]
    assert any("'up_0' (loops.add.xml, line 2) counts only vehicles of vTypes=\"car\"" in note for note in found.notes)


@pytest.mark.parametrize("period", ["", ' period="-1"', ' period="00:00:30"', ' freq="30.0"'])
def test_a_loop_without_a_period_or_with_one_as_sumo_writes_times_is_read(tmp_path: Path, period: str) -> None:
    changed = LOOPS.replace('pos="405" period="30"', f'pos="405"{period}')
    assert own(tmp_path, loops=changed).loops == own(tmp_path).loops


def test_a_period_that_is_no_time_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"loop 'up_1': period: wanted a number of seconds, or H:M:S, got 'often'"):
        own(tmp_path, loops=LOOPS.replace('pos="405" period="30"', 'pos="405" period="often"'))


def test_where_all_periods_are_others_the_message_names_one(tmp_path: Path) -> None:
    loops = re.sub(r'(period|freq)="30(\.00)?"', 'period="60"', LOOPS)
    with pytest.raises(ValueError, match=r"loop 'up_0': wanted a period of 30 s .*got 60 \(period\)"):
        own(tmp_path, loops=loops)


def test_loops_of_a_station_may_stand_in_a_slanted_row(tmp_path: Path) -> None:
    loops = LOOPS.replace('pos="405"', 'pos="414"').replace('lane="a_1" pos="414"', 'lane="a_1" pos="414"')
    assert [station.name for station in own(tmp_path, loops=loops).corridor.stations] == ["up", "mid", "down"]


def test_a_lane_that_begins_on_the_slow_side_is_lane_0_and_those_upstream_keep_their_numbers(tmp_path: Path) -> None:
    net = NET.replace(
        '<connection from="b" to="c" fromLane="1" toLane="0" dir="s" state="M"/>',
        '<connection from="b" to="c" fromLane="0" toLane="0"/><connection from="b" to="c" fromLane="1" toLane="1"/>',
    ).replace('from="b" to="c" fromLane="2" toLane="1"', 'from="b" to="c" fromLane="2" toLane="2"')
    net = net.replace('<lane id="c_1"', '<lane id="c_2" index="2" speed="30" length="800"/><lane id="c_1"')
    loops = LOOPS.replace(
        "<vType", '<e1Detector id="down_2" lane="c_2" pos="600" period="30" file="x.xml"/><vType'
    ).replace('id="aux"', 'id="mid_2"')
    found = own(tmp_path, net=net, loops=loops)
    assert [(at.lanes, at.first_lane) for at in found.corridor.stations] == [(2, 1), (3, 0), (3, 0)]
    assert [(loop.lane, loop.sumo_lane) for loop in found.loops if loop.station < 2] == [
        *((1, "a_0"), (2, "a_1")),
        *((0, "b_0"), (1, "b_1"), (2, "b_2")),
    ]
    assert found.edge_at(500.0).lane_numbers == (1, 2)


def test_loops_of_included_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "more.add.xml").write_text(LOOPS)
    assert (
        own(tmp_path, loops='<additional><include href="parts/more.add.xml"/></additional>').loops
        == own(tmp_path).loops
    )


def test_files_that_include_each_other_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"it includes 'loops.add.xml', which includes it again"):
        own(tmp_path, loops='<additional><include href="loops.add.xml"/></additional>')


def test_a_network_that_keeps_left_says_so(tmp_path: Path) -> None:
    corridor = own(tmp_path, net=NET.replace('version="1.20"', 'version="1.20" lefthand="true"')).corridor
    assert (corridor.keeps_left, corridor.outermost) == (True, "leftmost")


def test_a_lane_for_some_vehicles_alone_is_a_through_lane_with_a_note(tmp_path: Path) -> None:
    found = own(tmp_path, net=NET.replace('<lane id="c_1"', '<lane id="c_1" allow="hov bus"'))
    assert found.corridor.stations[2].lanes == 2
    assert "lane 1 is for hov bus alone on edge c (town.net.xml, line 16)" in found.notes


def test_a_loop_inside_a_junction_is_left_out_by_name(tmp_path: Path) -> None:
    inside = '<e1Detector id="junction" lane=":n1_0_0" pos="0" period="30" file="x.xml"/>'
    notes = own(tmp_path, loops=LOOPS.replace("<vType", inside + "<vType")).notes
    assert any("loop 'junction' (loops.add.xml, line 10): inside a junction" in note for note in notes)


def test_detectors_of_other_kinds_are_named_where_no_loop_is_found(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="got 0 \\(seen: 6 instantInductionLoop"):
        own(
            tmp_path,
            loops=re.sub("e1Detector|inductionLoop", "instantInductionLoop", LOOPS)
            .replace('instantInductionLoop id="aux"', 'x id="aux"')
            .replace('instantInductionLoop id="onramp"', 'x id="o"'),
        )


def test_edges_past_the_corridor_are_beyond_it_and_those_of_a_ring_are_not(tmp_path: Path) -> None:
    onward = '<edge id="exit" from="n3" to="n4"><lane id="exit_0" index="0" speed="30" length="9000"/></edge>'
    onward += '<connection from="c" to="exit" fromLane="0" toLane="0"/>'
    found = own(tmp_path, net=NET.replace("<junction", onward + "<junction"))
    assert (found.around.beyond, found.around.ring) == (("exit",), False)
    ring = onward + '<connection from="exit" to="a" fromLane="0" toLane="0"/>'
    found = own(tmp_path, net=NET.replace("<junction", ring + "<junction"))
    assert (found.around.beyond, found.around.ring) == ((), True)


def test_lanes_with_other_numbers_than_sumos_indices_are_told(tmp_path: Path) -> None:
    assert (
        "lanes are numbered along the whole road, so SUMO's 'b_1' is lane 0 (town.net.xml, line 11)"
        in own(tmp_path).notes
    )


def test_of_more_than_twelve_loops_the_number_of_the_others_is_told() -> None:
    names = [str(number) for number in range(MOST_NAMED + 2)]
    assert named(names[:12]).endswith("'10', '11'")
    assert named(names).endswith("'10', '11' and 2 others")


@pytest.mark.parametrize("pos", ["0", "-1000", "1000"])
def test_a_loop_may_stand_at_the_ends_of_its_lane(tmp_path: Path, pos: str) -> None:
    loops = LOOPS.replace('lane="a_0" pos="400"', f'lane="a_0" pos="{pos}"').replace('pos="405"', f'pos="{pos}"')
    assert own(tmp_path, loops=loops).corridor.stations[0].position_m == (1000.0 if pos == "1000" else 0.0)


def test_a_loop_may_be_as_long_as_its_lane_and_have_a_name_of_200_characters(tmp_path: Path) -> None:
    loops = LOOPS.replace('id="up_1"', f'id="{"u" * 200}" length="1000"')
    assert [(len(each.detector_id), each.length_m) for each in own(tmp_path, loops=loops).loops[:2]] == [
        *((4, 0.0), (200, 1000.0))
    ]


def test_a_loop_without_a_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="loop '': wanted an id of its own"):
        own(tmp_path, loops=LOOPS.replace('id="up_1"', 'id=""'))


def test_the_period_of_today_comes_before_the_freq_of_former_versions(tmp_path: Path) -> None:
    loops = LOOPS.replace('pos="405" period="30"', 'pos="405" period="30" freq="60"')
    assert own(tmp_path, loops=loops).loops == own(tmp_path).loops


def test_a_loop_with_a_shorter_period_is_left_out_too(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no loop on a_1 .*loop 'up_1' \(loops.add.xml, line 3\): the period is 10 s"):
        own(tmp_path, loops=LOOPS.replace('pos="405" period="30"', 'pos="405" period="10"'))


@pytest.mark.parametrize("key", ["vTypes", "nextEdges", "detectPersons"])
def test_what_a_loop_counts_is_kept_and_told(tmp_path: Path, key: str) -> None:
    found = own(tmp_path, loops=LOOPS.replace('id="up_0"', f'id="up_0" {key}="x y"'))
    assert found.loops[0].counts_only == ((key, "x y"),)
    assert f"loop 'up_0' (loops.add.xml, line 2) counts only vehicles of {key}=\"x y\"" in found.notes


@pytest.mark.parametrize("tag", ["e2Detector", "entryExitDetector", "detectorDefinition", "routeProbe", "vTypeProbe"])
def test_every_other_kind_of_detector_is_named_where_no_loop_is_found(tmp_path: Path, tag: str) -> None:
    with pytest.raises(ValueError, match=rf"got 0 \(seen: 1 {tag}, which are no E1 loops\)"):
        own(tmp_path, loops=f'<additional><{tag} id="x"/></additional>')


def test_a_loop_that_was_left_out_explains_more_than_a_detector_of_another_kind(tmp_path: Path) -> None:
    elsewhere = '<e1Detector id="onramp" lane="ramp_0" pos="10"/><e2Detector id="x"/>'
    with pytest.raises(
        ValueError,
        match=r"got 0 \(left out: loop 'onramp' \(loops.add.xml, line 1\): edge 'ramp' is not in the corridor\)",
    ):
        own(tmp_path, loops=f"<additional>{elsewhere}</additional>")
