"""Truth of lanes on a user's own road, against SUMO's own lane change output and vehicle positions, which know none of our lanes.

The road: m0's right lane ends; an on-ramp brings lane 0 of m2; m3 has an exit lane, which leads to an off-ramp alone. A lane has
one number along the road, here written down by hand.
"""

import math
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import iterparse

import pytest

import simulator.sumo.session
from scenarios.incident import Incident
from scenarios.scenario import OwnNetwork, Scenario
from simulator.run import Simulation
from simulator.sumo.prepare import Prepared, sumo_options
from simulator.sumo.sumo_programs import binary
from simulator.truth import LaneTruth, Truth

pytestmark = pytest.mark.sumo

EDGES = {
    "m0": (0.0, 600.0, 3),
    "m1": (600.0, 400.0, 2),
    "m2": (1000.0, 500.0, 3),
    "m3": (1500.0, 400.0, 4),
    "m4": (1900.0, 500.0, 3),
}
"""Start [m], length [m] and lanes."""
NUMBERS = {
    **dict.fromkeys(("m2_0", "m3_1", "m4_0"), 0),
    **dict.fromkeys(("m0_1", "m1_0", "m2_1", "m3_2", "m4_1"), 1),
    **dict.fromkeys(("m0_2", "m1_1", "m2_2", "m3_3", "m4_2"), 2),
}
"""The numbers of SUMO's lanes along the road; m0_0 ends, m3_0 is the exit lane."""
UP_M, DOWN_M, PLACE_M, PERIOD_S = 800.0, 2100.0, 1750.0, 30.0
CAR_M = 5.0
BLOCKED = (1, 2)
LINKS = [
    *(("m0", lane, "m1", lane - 1) for lane in (1, 2)),
    *(("m1", lane, "m2", lane + 1) for lane in (0, 1)),
    *(("m2", lane, "m3", lane + 1) for lane in (0, 1, 2)),
    *(("m3", lane, "m4", lane - 1) for lane in (1, 2, 3)),
    *(("on", 0, "m2", 0), ("m3", 0, "off", 0)),
]


@dataclass(frozen=True)
class Seen:
    """A run: its truth, SUMO's changes (time, lane, lane, position) and positions (by time: lane, position, speed, vehicle)."""

    truth: Truth
    changes: list[tuple[float, str, str, float]]
    places: dict[float, list[tuple[str, float, float, str]]]

    @property
    def rows(self) -> Iterator[tuple[float, dict[int, LaneTruth]]]:
        """The truth of every lane by the end of the frame."""
        by_time: dict[float, dict[int, LaneTruth]] = defaultdict(dict)
        for row in self.truth.lanes:
            by_time[row.time_s][row.lane] = row
        yield from by_time.items()

    def at(self, time_s: float) -> list[tuple[int | None, float, float, str]]:
        """Number, place along the road [m], speed and name of every vehicle on the road; SUMO labels a step by its start."""
        found = []
        for lane, position_m, speed_mps, vehicle in self.places[time_s - 1]:
            edge = lane.rpartition("_")[0]
            if edge in EDGES:
                found.append((NUMBERS.get(lane), EDGES[edge][0] + position_m, speed_mps, vehicle))
        return found


def build_road(folder: Path) -> Scenario:
    nodes = [f'<node id="n{k}" x="{start}" y="0"/>' for k, (start, _, _) in enumerate(EDGES.values())]
    nodes += ['<node id="n5" x="2400" y="0"/>', '<node id="a" x="800" y="-60"/>', '<node id="z" x="2100" y="-60"/>']
    edges = [
        f'<edge id="{edge}" from="n{k}" to="n{k + 1}" numLanes="{lanes}" speed="29" length="{length}" spreadType="right"/>'
        for k, (edge, (_, length, lanes)) in enumerate(EDGES.items())
    ]
    edges += [
        '<edge id="on" from="a" to="n2" numLanes="1" speed="22" length="200" priority="0"/>',
        '<edge id="off" from="n4" to="z" numLanes="1" speed="22" length="200" priority="0"/>',
    ]
    links = [f'<connection from="{a}" fromLane="{i}" to="{b}" toLane="{j}"/>' for a, i, b, j in LINKS]
    for name, rows in (("nod", nodes), ("edg", edges), ("con", links)):
        tag = {"nod": "nodes", "edg": "edges", "con": "connections"}[name]
        (folder / f"road.{name}.xml").write_text(f"<{tag}>{''.join(rows)}</{tag}>", encoding="utf-8")
    files = ["-n", "road.nod.xml", "-e", "road.edg.xml", "-x", "road.con.xml", "-o", "road.net.xml"]
    command = [binary("netconvert"), *files, "--no-turnarounds", "true", "--no-internal-links", "true"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    flows = [
        ("m", "m0 m1 m2 m3 m4", 2200, "best"),
        ("x", "m0 m1 m2 m3 off", 500, "best"),
        ("r", "on m2 m3 m4", 500, "best"),
    ]
    routes = [
        f'<flow id="{name}" type="car" begin="0" end="600" vehsPerHour="{flow}" departLane="{lane}" departSpeed="max">'
        f'<route edges="{edges_}"/></flow>'
        for name, edges_, flow, lane in flows
    ]
    car = f'<vType id="car" length="{CAR_M}"/>'
    (folder / "cars.rou.xml").write_text(f"<routes>{car}{''.join(routes)}</routes>", encoding="utf-8")
    loops = [
        f'<inductionLoop id="{s}_{k}" lane="{edge}_{k}" pos="200" period="30" file="x"/>'
        for s, edge, lanes in (("up", "m1", 2), ("down", "m4", 3))
        for k in range(lanes)
    ]
    (folder / "loops.add.xml").write_text(f"<additional>{''.join(loops)}</additional>", encoding="utf-8")
    names = [str(folder / name) for name in ("road.net.xml", "cars.rou.xml", "loops.add.xml")]
    network = OwnNetwork(
        net_file=names[0], route_files=(names[1],), additional_files=(names[2],), corridor=tuple(EDGES)
    )
    incident = Incident(onset_s=180, duration_s=240, position_m=PLACE_M, lanes=BLOCKED)
    return Scenario(name="own", seed=3, warm_up_s=120, end_s=510, network=network, incidents=(incident,))


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """A run, with all that SUMO itself says of it."""
    folder, work = tmp_path_factory.mktemp("road"), tmp_path_factory.mktemp("work")
    scenario = build_road(folder)

    def with_positions(prepared: Prepared, loops_file: Path) -> list[str]:
        name = loops_file.name.partition(".")[0]
        return [*sumo_options(prepared, loops_file), "--fcd-output", str(work / f"{name}.fcd.xml")]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simulator.sumo.session, "sumo_options", with_positions)
        with Simulation(scenario, work) as simulation:
            for _ in simulation.frames():
                pass
            truth = simulation.finish().truth
    changes = [
        (float(at["time"]), at["from"], at["to"], float(at["pos"]))
        for at in (each.attrib for _, each in iterparse(work / "run.lanechanges.xml") if each.tag == "change")
    ]
    places: dict[float, list[tuple[str, float, float, str]]] = {}
    for _, step in iterparse(work / "run.fcd.xml"):
        if step.tag == "timestep":
            places[float(step.attrib["time"])] = [
                (at["lane"], float(at["pos"]), float(at["speed"]), at["id"]) for at in (each.attrib for each in step)
            ]
    return Seen(truth, changes, places)


def test_all_lanes_at_the_place_have_rows_and_the_blocked_ones_are_those_of_the_place(seen: Seen) -> None:
    assert {tuple(sorted(lanes)) for _, lanes in seen.rows} == {(0, 1, 2)}
    (incident,) = seen.truth.incidents
    for lane in ("m3_2", "m3_3"):
        standing = [each for each in seen.places[incident.clearance_s - 10] if each[0] == lane and each[2] < 0.1]
        assert max(position for _, position, _, _ in standing) == pytest.approx(PLACE_M - 1500, abs=0.2)


def test_vehicles_up_and_downstream_of_the_place_are_those_that_sumo_has_there(seen: Seen) -> None:
    for time_s, lanes in seen.rows:
        there = seen.at(time_s)
        for number, row in lanes.items():
            own = [x for lane, x, _, _ in there if lane == number and UP_M <= x <= DOWN_M]
            assert row.upstream == sum(x < PLACE_M - 1 for x in own), (time_s, number)
            assert row.downstream == sum(x > PLACE_M + 1 for x in own), (time_s, number)


def test_what_arrives_passed_the_station_and_is_not_known_of_a_lane_that_begins_behind_it(
    seen: Seen,
) -> None:
    for time_s, lanes in seen.rows:
        passed: Counter[int | None] = Counter()
        for second in range(int(time_s - PERIOD_S), int(time_s)):
            before = {vehicle: x for _, x, _, vehicle in seen.at(second)}
            passed.update(
                lane
                for lane, x, _, vehicle in seen.at(second + 1)
                if before.get(vehicle, x) - CAR_M < UP_M <= x - CAR_M
            )
        arrived = [lanes[number].arrived for number in (1, 2)]
        assert sum(arrived) == passed[1] + passed[2], time_s
        assert abs(arrived[0] - passed[1]) <= 1, time_s  # who changes lanes on the loops may count in either
        assert math.isnan(lanes[0].arrived)


def changed(seen: Seen, time_s: float, sides: Sequence[str]) -> Counter[tuple[str, int, int]]:
    """SUMO's changes in a frame, by side and lanes; -1 is a lane that is none of the road's."""
    found: Counter[tuple[str, int, int]] = Counter()
    for second, start, end, position_m in seen.changes:
        edge = start.rpartition("_")[0]
        x = EDGES[edge][0] + position_m if edge in EDGES else math.nan
        if time_s - PERIOD_S <= second < time_s and UP_M <= x <= DOWN_M:
            side = "up" if x <= PLACE_M else "down"
            if side in sides:
                found[side, NUMBERS.get(start, -1), NUMBERS.get(end, -1)] += 1
    return found


def test_changes_are_sumos_own_by_side_and_lanes(seen: Seen) -> None:
    for time_s, _ in seen.rows:
        own = {(c.side, c.from_lane, c.to_lane): c.vehicles for c in seen.truth.lane_changes if c.time_s == time_s}
        assert own == dict(changed(seen, time_s, ("up", "down"))), time_s


def test_vehicles_that_left_a_lane_are_its_changes_upstream_of_the_place(seen: Seen) -> None:
    for time_s, lanes in seen.rows:
        counts = changed(seen, time_s, ("up",))
        left = {number: sum(n for (_, start, _), n in counts.items() if start == number) for number in lanes}
        assert {number: row.left for number, row in lanes.items()} == left, time_s
    assert sum(row.left for row in seen.truth.lanes if row.lane == 1) > 20  # drivers leave the blocked lane


def test_the_queue_is_that_of_slow_vehicles_behind_the_place_in_the_blocked_lanes(seen: Seen) -> None:
    for time_s, lanes in seen.rows:
        for number in BLOCKED:
            own = [(x, v) for lane, x, v, _ in seen.at(time_s) if lane == number and x <= PLACE_M - 1]
            tail_m, queue = PLACE_M, 0
            for x, speed_mps in sorted(own, reverse=True):
                if tail_m - x > 150:
                    break
                if speed_mps < 8.3:
                    queue, tail_m = queue + 1, x
            assert lanes[number].queue == queue, (time_s, number)
        assert lanes[0].queue == 0
    assert max(row.queue for row in seen.truth.lanes) > 8


def test_vehicles_of_the_section_balance_between_frames(seen: Seen) -> None:
    """What is in the blocked lane upstream: what was there and came, without what left it to the sides or drove past the place."""
    frames = list(seen.rows)
    for (_, before), (time_s, lanes) in pairwise(frames):
        counts = changed(seen, time_s, ("up",))
        came = sum(n for (_, _, end), n in counts.items() if end == 1)
        stays = before[1].upstream + lanes[1].arrived + came - lanes[1].left
        if time_s < seen.truth.incidents[0].clearance_s:
            assert stays - lanes[1].upstream in (-1, 0, 1), time_s  # the loop counts rears, the section fronts
