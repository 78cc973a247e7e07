"""An incident in a lane that ends on the side of fast traffic, played: the lane has columns, truth and a place of its own."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from scenarios.incident import Incident
from scenarios.scenario import OwnNetwork, Scenario
from simulator.frame import LoopFrame
from simulator.run import Simulation
from simulator.sumo.sumo_programs import binary
from simulator.truth import Truth

pytestmark = pytest.mark.sumo

CORRIDOR = ("m0", "m1", "m2")


def three_lanes_then_two(folder: Path) -> OwnNetwork:
    """A road of 400, 1000 and 600 m whose left lane ends at 1400 m, with stations at 600, 1200 and 1700 m."""
    nodes = "".join(f'<node id="n{k}" x="{x}" y="0"/>' for k, x in enumerate((0, 400, 1400, 2000)))
    edges = "".join(
        f'<edge id="{edge}" from="n{k}" to="n{k + 1}" numLanes="{lanes}" speed="29"/>'
        for k, (edge, lanes) in enumerate(zip(CORRIDOR, (3, 3, 2), strict=True))
    )
    links = "".join(
        f'<connection from="{a}" fromLane="{lane}" to="{b}" toLane="{lane}"/>'
        for a, b, lanes in (("m0", "m1", 3), ("m1", "m2", 2))
        for lane in range(lanes)
    )
    loops = "".join(
        f'<inductionLoop id="{name}_{lane}" lane="{edge}_{lane}" pos="{pos}" period="30" file="x"/>'
        for name, edge, pos, lanes in (("up", "m1", 200, 3), ("mid", "m1", 800, 3), ("down", "m2", 300, 2))
        for lane in range(lanes)
    )
    drivers = 'begin="0" end="420" vehsPerHour="2400" departLane="random" departSpeed="max"'
    flow = f'<flow id="f" {drivers}><route edges="m0 m1 m2"/></flow>'
    for name, text in (
        ("road.nod.xml", f"<nodes>{nodes}</nodes>"),
        ("road.edg.xml", f"<edges>{edges}</edges>"),
        ("road.con.xml", f"<connections>{links}</connections>"),
        ("loops.add.xml", f"<additional>{loops}</additional>"),
        ("cars.rou.xml", f"<routes>{flow}</routes>"),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    files = ["-n", "road.nod.xml", "-e", "road.edg.xml", "-x", "road.con.xml", "-o", "road.net.xml"]
    command = [binary("netconvert"), *files, "--no-turnarounds", "true", "--no-internal-links", "true"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    names = [str(folder / name) for name in ("road.net.xml", "cars.rou.xml", "loops.add.xml")]
    return OwnNetwork(net_file=names[0], route_files=(names[1],), additional_files=(names[2],), corridor=CORRIDOR)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sequence[LoopFrame], Truth]:
    """Frames and truth of a run whose lane 2 is blocked at 1000 m."""
    folder, work = tmp_path_factory.mktemp("road"), tmp_path_factory.mktemp("work")
    incident = Incident(onset_s=122, duration_s=150, position_m=1000.0, lanes=(2,))
    network = three_lanes_then_two(folder)
    scenario = Scenario(name="own", seed=1, warm_up_s=60, end_s=360, network=network, incidents=(incident,))
    with Simulation(scenario, work) as simulation:
        frames = list(simulation.frames())
        return frames, simulation.finish().truth


def test_the_lane_is_blocked_where_it_was_asked_for(played: tuple[Sequence[LoopFrame], Truth]) -> None:
    (incident,) = played[1].incidents
    assert (incident.section, incident.lanes, incident.position_m) == (0, (2,), 1000.0)
    assert 122 <= incident.onset_s <= 152
    assert played[1].collisions == 0


def test_a_station_past_its_end_has_no_reading_of_it(played: tuple[Sequence[LoopFrame], Truth]) -> None:
    counts = np.array([frame.count for frame in played[0]])
    assert np.isnan(counts[:, 2, 2]).all()
    assert not np.isnan(counts[:, :2]).any()
    assert not np.isnan(counts[:, 2, :2]).any()


def test_its_truth_is_of_its_own_vehicles(played: tuple[Sequence[LoopFrame], Truth]) -> None:
    frames, truth = played
    counted = {frame.time_s: frame.count for frame in frames}
    rows = [row for row in truth.lanes if row.lane == 2]
    assert {row.lane for row in truth.lanes} == {0, 1, 2}
    assert [row.arrived for row in rows] == [counted[row.time_s][0, 2] for row in rows]
    assert sum(row.arrived for row in rows) > 10
    assert sum(row.left for row in rows) > 10  # drivers leave it before the place
    (incident,) = truth.incidents
    during = [counted[t][1, 2] for t in counted if incident.onset_s + 60 < t - 30 and t <= incident.clearance_s]
    assert sum(during) < 0.3 * sum(row.arrived for row in rows)  # little comes past the place in it
