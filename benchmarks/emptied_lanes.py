"""From which distance on does a blockage no longer empty its lane at the station upstream, and what becomes of alarms there?

    python -m benchmarks.emptied_lanes [--seeds 3] [--demands 600 1000 1400 1800] [--jobs 2]

Three lanes, lane 0 or lane 1 blocked for 480 s, drivers of the shipped traffic. One run has loops at stations 10 to 300 m upstream
of the place, each with others 800 and 1600 m up- and downstream of it; loops do not act on traffic, so each of these five makes a
corridor of its own, on which detectors are replayed. Prints by demand and distance

- in how many incidents the lane empties at the station (`simulator.emptied_lane`), from when on, in which share of the frames, and
  the vehicles in the blocked lane, against the twin's;
- by detector, incidents found in their section, in the one upstream, missed, and false alarms; the section upstream counts
  only while its station carries the incident (`harness.scoring.matching`);

then what it flags where no lane empties. Wanted: next to nothing at stations 810 m and more upstream of an incident, and between
runs without any incident and other seeds, `ERROR` of the stations at most.
"""

import argparse
import multiprocessing
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import permutations, product
from pathlib import Path

import numpy as np

from detectors.catalogue import build
from harness.running.feed_detector import step_all
from harness.scoring.detection_score import Score
from harness.scoring.score_runs import ScoredRun, score_runs
from harness.studies.placement.placement import EquippedStation, Placement, sorted_placement, truth_for_placement
from scenarios.corridor import Corridor
from scenarios.files.site_file import write_site
from scenarios.incident import Incident
from scenarios.scenario import Scenario
from scenarios.site import Site, SiteStation
from simulator.emptied_lane import ERROR, emptied_stations
from simulator.evidence_and_impact import evidence_of_loops, impact_on_loops
from simulator.frame import Flags, LoopFrame
from simulator.run import Simulation
from simulator.truth import SeenBlockage, Truth

PLACE_M, LANES = 2000.0, 3
DISTANCES_M = (10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 100.0, 120.0, 150.0, 200.0, 250.0, 300.0)
OTHERS_M = (-1600.0, -800.0, 0.0, 800.0, 1600.0)
ONSET_S, DURATION_S, END_S = 1007.0, 480.0, 1680.0
"""Onset asked for, ten minutes after the first frame: `sequential` has learned the road by then."""
DETECTORS = ("sequential", "sheu2004", "california8")
SEED = 51000


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """One incident: frames of the run and of its twin at all stations, and the truth."""

    corridor: Corridor
    frames: list[LoopFrame]
    twin: tuple[LoopFrame, ...]
    truth: Truth

    @property
    def blockage(self) -> SeenBlockage:
        """The blockage as observed."""
        (seen,) = self.truth.incidents
        return SeenBlockage(seen.onset_s, seen.clearance_s, seen.position_m, seen.lanes)

    @property
    def during(self) -> list[int]:
        """The frames between onset and clearance."""
        seen, period_s = self.blockage, self.corridor.period_s
        return [k for k, f in enumerate(self.frames) if seen.onset_s < f.time_s < seen.clearance_s + period_s]

    def station(self, position_m: float) -> int:
        """Return the number of the station at a position."""
        return int(np.argmin([abs(at.position_m - position_m) for at in self.corridor.stations]))


def play(task: tuple[float, int, int]) -> Played:
    """Return the incident in `lane` at a demand, with a seed."""
    demand_vphpl, lane, seed = task
    places_m = sorted({PLACE_M - near_m + other_m for near_m in DISTANCES_M for other_m in OTHERS_M})
    stations = tuple(SiteStation(name=f"{at_m:g} m", position_m=at_m) for at_m in places_m)
    site = Site(name="straight", lanes=LANES, speed_limit_mps=29.06, feeder_m=900, run_out_m=400, station=stations)
    incident = Incident(onset_s=ONSET_S, duration_s=DURATION_S, position_m=PLACE_M, lanes=(lane,), rubbernecking_mps=14)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "work"
        work.mkdir()
        write_site(Path(folder) / "site", site)
        scenario = Scenario(
            name="emptied",
            seed=seed,
            site=str(Path(folder) / "site"),
            warm_up_s=300,
            end_s=END_S,
            demand_vphpl=demand_vphpl,
            incidents=(incident,),
        )
        with Simulation(scenario, work) as simulation:
            frames = list(simulation.frames())
            outcome = simulation.finish()
            assert outcome.twin_frames is not None
            return Played(simulation.corridor, frames, outcome.twin_frames, outcome.truth)


def _flags(run: Played) -> Flags:
    return emptied_stations(run.frames, run.twin, run.blockage, run.corridor)


def lane_line(runs: Sequence[Played], near_m: float) -> str:
    """Return when, and in how much of the time, the lane is empty at the station `near_m` upstream."""
    first_s, shares, vehicles = [], [], np.zeros(2)
    for run in runs:
        station, during = run.station(PLACE_M - near_m), run.during
        empty = [k for k in during if _flags(run)[k, station]]
        first_s += [run.frames[k].time_s - run.blockage.onset_s for k in empty[:1]]
        shares.append(len(empty) / len(during))
        lanes = list(run.blockage.lanes)
        vehicles += [sum(each[k].count[station, lanes].sum() for k in during) for each in (run.frames, run.twin)]
    when = f"{np.median(first_s):.0f} s" if first_s else "-"
    return f"{len(first_s)} of {len(runs)}, from {when}, {np.mean(shares):.2f} of frames, {vehicles[0]:.0f} : {vehicles[1]:.0f}"


def score(runs: Sequence[Played], near_m: float, detector: str) -> Score:
    """Return the score of a detector on the five stations around the one `near_m` upstream."""
    scored = []
    for number, run in enumerate(runs):
        at = sorted(run.station(PLACE_M - near_m + other_m) for other_m in OTHERS_M)
        placement = sorted_placement(EquippedStation(station, tuple(range(LANES))) for station in at)
        corridor = placement.corridor(run.corridor)
        cut = [LoopFrame(f.time_s, f.count[at], f.speed[at], f.occupancy[at]) for f in run.frames]
        steps = list(step_all(build(detector, corridor), cut, corridor))
        alarm = np.array([step.decision.alarm for step in steps])
        times_s = np.array([frame.time_s for frame in cut])
        scored.append(ScoredRun(str(number), corridor, times_s, alarm, _cut_truth(run, placement)))
    return score_runs(scored, 0)


def _cut_truth(run: Played, placement: Placement) -> Truth:
    seen = run.blockage
    evidence_s = evidence_of_loops(run.frames, run.twin, seen.onset_s)[np.newaxis]
    every = slice(len(run.corridor.stations))
    impact = impact_on_loops(run.frames, run.twin, seen.onset_s, seen.clearance_s, every)[np.newaxis]
    return truth_for_placement(placement, run.corridor, run.truth, evidence_s, impact)


def _told(score: Score) -> str:
    missed = score.incidents - score.detected
    false = sum(run.false_alarms for run in score.run_outcomes)
    return f"{score.located} + {score.detected - score.located} + {missed}, {false} false"


def elsewhere(runs: Sequence[Played]) -> str:
    """Return what is flagged far upstream, and between twins of other seeds."""
    far: list[bool] = []
    pairs: list[bool] = []
    frames, pair_frames = [], []
    for run in runs:
        stations = [k for k, at in enumerate(run.corridor.stations) if PLACE_M - at.position_m >= 810]
        flags = _flags(run)[run.during][:, stations]
        far += [bool(flags[:, k].any()) for k in range(flags.shape[1])]
        frames.append(flags.mean())
    for one, other in permutations(runs, 2):
        flags = emptied_stations(one.twin, other.twin, one.blockage, one.corridor)[one.during]
        upstream = flags[:, [at.position_m < PLACE_M for at in one.corridor.stations]]
        pairs += [bool(upstream[:, k].any()) for k in range(upstream.shape[1])]
        pair_frames.append(upstream.mean())
    return (
        f"810 m and more upstream: {sum(far)} of {len(far)} stations, {np.mean(frames):.4f} of frames; "
        f"runs without incident, other seeds: {sum(pairs)} of {len(pairs)} stations ({np.mean(pairs):.4f}, wanted {ERROR} at "
        f"most), {np.mean(pair_frames):.5f} of frames"
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Blockages 10 to 300 m past a station.")
    parser.add_argument("--seeds", type=int, default=3, metavar="N")
    parser.add_argument(
        "--demands", type=float, nargs="+", default=[600.0, 1000.0, 1400.0, 1800.0], metavar="VEH/H/LANE"
    )
    parser.add_argument("--jobs", type=int, default=2, metavar="N")
    options = parser.parse_args()
    # A new process for each run: a state that SUMO saves in a later simulation of a process is not exact.
    context = multiprocessing.get_context("spawn")
    for demand in options.demands:
        tasks = list(product([demand], (0, 1), range(SEED, SEED + options.seeds)))
        with ProcessPoolExecutor(options.jobs, context, max_tasks_per_child=1) as pool:
            runs = list(pool.map(play, tasks))
        print(f"{demand:g} veh/h/lane, {len(runs)} incidents; found in the section + upstream + missed, false alarms")
        for near_m in DISTANCES_M:
            found = "; ".join(f"{name} {_told(score(runs, near_m, name))}" for name in DETECTORS)
            print(f"{near_m:4.0f} m: emptied in {lane_line(runs, near_m)}; {found}", flush=True)
        print(elsewhere(runs), flush=True)


if __name__ == "__main__":
    main()
