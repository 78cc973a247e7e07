"""The same road in one edge and cut into short ones, as OpenStreetMap writes roads: does an incident do the same to traffic?

    python -m benchmarks.cut_roads [--edges 60 100 200 350] [--seeds 3] [--demand 1700]

Three lanes, 5.4 km, Krauss drivers of the shipped traffic, lane 0 blocked for 600 s at 3000 m, a user's own network for `laneblock`
(`scenarios.blocked_place` moves the place, by 25 m at most, where an edge begins just upstream of it). Prints, for the uncut road
and for every length of edge, the mean over seeds and half their range: flow past the place while the lane is blocked, longest
queue, delay. Wanted: means of cut roads no further from the uncut road's mean than half the range of its seeds.
"""

import argparse
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scenarios.incident import Incident
from scenarios.scenario import OwnNetwork, Scenario
from simulator.run import Simulation
from simulator.sumo.sumo_programs import binary
from simulator.sumo.traffic_sets import KRAUSS_CAR, LANE_CHANGING

ENTRY_M, LENGTH_M, LANES = 400.0, 5400.0, 3
STATIONS_M = {"a": 1000.0, "b": 2000.0, "c": 4000.0}
PLACE_M = 3000.0
ONSET_S, SETTLED_S = 632.0, 120.0
"""Onset asked for, and time after it from which flow is measured: vehicles past the place have left the last station by then."""
UNCUT = 0.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: where the incident was played, flow past it while it lasted [veh/h], longest queue [veh], delay [veh h]."""

    position_m: float
    flow_vph: float
    queue_veh: float
    delay_veh_h: float


def measure(edge_m: float, seed: int, demand_vphpl: float = 1700.0, duration_s: float = 600.0) -> Measured:
    """Return what an incident does on the road with edges of `edge_m` (UNCUT: one behind the entry)."""
    with tempfile.TemporaryDirectory() as folder:
        place, work = Path(folder), Path(folder) / "work"
        work.mkdir()
        end_s = ONSET_S + 1.5 * duration_s + 360
        network = write_road(place, edge_m, seed, demand_vphpl, end_s)
        incident = Incident(onset_s=ONSET_S, duration_s=duration_s, position_m=PLACE_M, lanes=(0,))
        scenario = Scenario(
            name="cut", seed=seed, warm_up_s=300, end_s=end_s // 30 * 30, network=network, incidents=(incident,)
        )
        with Simulation(scenario, work) as simulation:
            frames = list(simulation.frames())
            (seen,) = simulation.finish().truth.incidents
    during = [f for f in frames if seen.onset_s + SETTLED_S <= f.time_s - 30 and f.time_s <= seen.clearance_s]
    passed = sum(float(np.nansum(frame.count[-1])) for frame in during)
    return Measured(seen.position_m, passed / len(during) * 120, seen.queue_max_veh, seen.delay_veh_h)


def write_road(folder: Path, edge_m: float, seed: int, demand_vphpl: float, end_s: float) -> OwnNetwork:
    """Write network, vehicles and loops into `folder`, and return their names."""
    cuts = [ENTRY_M, *(np.arange(ENTRY_M + edge_m, LENGTH_M - 1, edge_m).tolist() if edge_m else ()), LENGTH_M]
    starts = [0.0, *cuts[:-1]]
    names = [f"m{k}" for k in range(len(cuts))]
    nodes = "".join(f'<node id="n{k}" x="{x:.2f}" y="0"/>' for k, x in enumerate((0.0, *cuts)))
    edges = "".join(
        f'<edge id="{name}" from="n{k}" to="n{k + 1}" numLanes="{LANES}" speed="29.06" length="{cuts[k] - starts[k]:.2f}"/>'
        for k, name in enumerate(names)
    )
    (folder / "road.nod.xml").write_text(f"<nodes>{nodes}</nodes>", encoding="utf-8")
    (folder / "road.edg.xml").write_text(f"<edges>{edges}</edges>", encoding="utf-8")
    files = ("-n", "road.nod.xml", "-e", "road.edg.xml", "-o", "road.net.xml")
    subprocess.run(
        [binary("netconvert"), *files, "--no-internal-links", "true"], cwd=folder, check=True, capture_output=True
    )
    (folder / "cars.rou.xml").write_text(_routes(names, seed, demand_vphpl, end_s), encoding="utf-8")
    loops = []
    for station, at_m in STATIONS_M.items():
        k = int(np.searchsorted(starts, at_m, "right")) - 1
        loops += [
            f'<inductionLoop id="{station}_{lane}" lane="{names[k]}_{lane}" pos="{at_m - starts[k]:.2f}" period="30" file="x"/>'
            for lane in range(LANES)
        ]
    (folder / "loops.add.xml").write_text(f"<additional>{''.join(loops)}</additional>", encoding="utf-8")
    net, cars, additional = (str(folder / name) for name in ("road.net.xml", "cars.rou.xml", "loops.add.xml"))
    settings = (("lanechange.overtake-right", "true"),)  # as on our sites, where these drivers were measured
    return OwnNetwork(
        net_file=net, route_files=(cars,), additional_files=(additional,), corridor=tuple(names), settings=settings
    )


def _routes(edges: Sequence[str], seed: int, demand_vphpl: float, end_s: float) -> str:
    """Vehicles at random times, their speeds spread, written out one by one."""
    rng = np.random.default_rng(seed)
    times_s = np.sort(rng.uniform(0, end_s, round(demand_vphpl * LANES * end_s / 3600)))
    factors = np.clip(rng.normal(1.05, 0.08, times_s.size), 0.75, 1.3)
    driver = " ".join(f'{name}="{value}"' for name, value in (KRAUSS_CAR | LANE_CHANGING).items())
    cars = "".join(
        f'<vehicle id="{k}" type="car" route="r" depart="{time_s:.2f}" speedFactor="{factor:.3f}" departLane="best" '
        f'departPos="last" departSpeed="avg"/>\n'
        for k, (time_s, factor) in enumerate(zip(times_s.tolist(), factors.tolist(), strict=True))
    )
    kind = f'<vType id="car" length="4.6" minGap="2.5" tau="1.2" {driver}/>'
    return f'<routes>{kind}<route id="r" edges="{" ".join(edges)}"/>\n{cars}</routes>'


def _told(values: Sequence[float], digits: int) -> str:
    return f"{np.mean(values):.{digits}f} +- {np.ptp(values) / 2:.{digits}f}"


def main() -> None:
    """Print a line for every length of edge."""
    parser = argparse.ArgumentParser(description="An incident on a road cut into short edges.")
    parser.add_argument("--edges", type=float, nargs="+", default=[60.0, 100.0, 200.0, 350.0], metavar="M")
    parser.add_argument("--seeds", type=int, default=3, metavar="N")
    parser.add_argument("--demand", type=float, default=1700.0, metavar="VEH/H/LANE")
    options = parser.parse_args()
    print("edges m  played at m  flow veh/h  longest queue veh  delay veh h  outside the uncut road's spread")
    uncut: list[Measured] = []
    for edge_m in (UNCUT, *options.edges):
        runs = [measure(edge_m, seed, options.demand) for seed in range(1, options.seeds + 1)]
        uncut = uncut or runs
        outside = []
        for name in ("flow_vph", "queue_veh", "delay_veh_h"):
            of = [getattr(run, name) for run in uncut]
            if abs(np.mean([getattr(run, name) for run in runs]) - np.mean(of)) > np.ptp(of) / 2:
                outside.append(name)
        told = [_told([getattr(run, name) for run in runs], 1) for name in ("flow_vph", "queue_veh", "delay_veh_h")]
        print(edge_m or "uncut", runs[0].position_m, *told, ", ".join(outside) or "none", sep="  ", flush=True)


if __name__ == "__main__":
    main()
