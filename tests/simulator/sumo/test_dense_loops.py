"""Loops do not act on traffic: a scenario recorded with dense loops is, at its own stations, the same run to the last bit."""

from pathlib import Path

import numpy as np
import pytest

from detectors.catalogue import build
from detectors.threshold_detector import alarms
from harness.records.run_folder import RunFolder
from harness.records.run_order import Job
from harness.running.simulate_run import simulate_run
from harness.scoring.score_runs import ScoredRun, score_runs
from harness.studies.placement.candidate_stations import own_placement
from harness.studies.placement.dense_runs import DenseRecordings, DenseRun, read_dense_run
from harness.studies.placement.judge_placement import Judge
from harness.studies.placement.placement import EquippedStation, sorted_placement, truth_for_placement
from harness.studies.placement.placement_replays import placement_frames
from harness.studies.placement.placement_sumo_files import write_sumo
from scenarios.files.dense_site_file import grid_m, with_loops_at
from scenarios.files.scenario_loading import load_scenario
from scenarios.files.site_file import write_site
from scenarios.incident import Incident
from scenarios.scenario import Scenario
from scenarios.site import Site
from simulator.recording.recording_folder import Recording, read_recording
from simulator.recording.truth_files import read_truth
from simulator.run import Simulation
from simulator.truth import Truth

pytestmark = pytest.mark.sumo

# The ramp's auxiliary lane and the place that drivers look at cut the road where dense loops would stand.
SITE = Site.model_validate(
    {
        "name": "short",
        "lanes": 2,
        "speed_limit_mps": 29.06,
        "feeder_m": 900.0,
        "run_out_m": 300.0,
        "station": [{"name": name, "position_m": at_m} for name, at_m in (("a", 0.0), ("b", 610.0), ("c", 1200.0))],
        "ramp": [{"name": "on", "kind": "on", "start_m": 41.0, "end_m": 161.0, "share": 0.1}],
    }
)
SCENARIO = Scenario(
    name="blocked",
    seed=5,
    period_s=30,
    warm_up_s=120,
    end_s=570,
    demand_vphpl=1500,
    incidents=(Incident(onset_s=217, duration_s=180, position_m=794.0, lanes=(0,), rubbernecking_mps=14),),
)
RecordedBattery = tuple[Recording, Truth, DenseRun, DenseRecordings, Scenario]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> RecordedBattery:
    """The scenario on its site, and on the same with loops every 40 m: some within a loop's length of an edge's end."""
    folder = tmp_path_factory.mktemp("dense")
    dense = with_loops_at(SITE, [*grid_m(SITE, 40.0), 40.0, 797.9])
    runs = {}
    for name, site in (("own", SITE), ("dense", dense)):
        write_site(folder / f"site-{name}", site)
        scenario = SCENARIO.model_copy(update={"site": str(folder / f"site-{name}")})
        for part in ("run", "work"):
            (folder / part / name).mkdir(parents=True)
        simulate_run(Job(scenario=scenario, detectors={"silent": None}), folder / "run" / name, folder / "work" / name)
        runs[name] = folder / "run" / name
    corridor = dense.corridor(30.0)
    run = read_dense_run(RunFolder(runs["dense"]), corridor, folder / "dense.npz")
    again = read_dense_run(RunFolder(runs["dense"]), corridor, folder / "dense.npz")
    assert np.array_equal(run.impact, again.impact)  # from its file
    on_dense = SCENARIO.model_copy(update={"site": str(folder / "site-dense")})
    return read_recording(runs["own"]), read_truth(runs["own"]), run, DenseRecordings(corridor, (run,)), on_dense


def test_cut_frames_are_the_sites_own_to_the_last_bit(recorded: RecordedBattery) -> None:
    own, _, run, dense, _ = recorded
    cut = placement_frames(run, own_placement(dense.corridor, SITE))
    assert len(cut) == len(own.frames) == 15
    for one, other in zip(cut, own.frames, strict=True):
        assert one.time_s == other.time_s
        for name in ("count", "speed", "occupancy"):
            assert np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)


def test_cut_truth_is_the_sites_own(recorded: RecordedBattery) -> None:
    _, truth, run, dense, _ = recorded
    cut = truth_for_placement(
        own_placement(dense.corridor, SITE), dense.corridor, run.truth, run.evidence_s, run.impact
    )
    assert cut.incidents == truth.incidents
    assert cut.incidents[0].impact
    assert cut.carrying == truth.carrying
    assert cut.carrying


def test_the_sites_own_stations_score_exactly_as_the_battery_does(recorded: RecordedBattery) -> None:
    own, truth, run, dense, _ = recorded
    threshold = 0.2  # low enough to be alarmed on so short a road
    detector = build("mcmaster", own.corridor)
    scores = np.array([detector.step(frame).score for frame in own.frames])
    alarm = alarms(scores, threshold, own.corridor.period_s)
    assert alarm.any()
    known = Truth(truth.incidents, truth.carrying, (), (), truth.collisions, truth.teleports)
    battery = score_runs([ScoredRun(run.name, own.corridor, run.times_s, alarm, known)], 0)
    placement = own_placement(dense.corridor, SITE)
    assert str(Judge(dense, "mcmaster").judge(placement, threshold).score) == str(battery)


def test_laneblock_run_takes_the_chosen_loops_and_sees_what_the_placement_saw(
    recorded: RecordedBattery, tmp_path: Path
) -> None:
    _, _, run, dense, scenario = recorded
    chosen = sorted_placement(EquippedStation(index, (0, 1)) for index in (0, 7, 12, len(dense.corridor.stations) - 1))
    write_sumo(tmp_path / "sumo", chosen, dense.corridor, SITE, scenario)
    assert "<additional>" in (tmp_path / "sumo" / "loops.add.xml").read_text(encoding="utf-8")
    taken = load_scenario(str(tmp_path / "sumo" / "scenario.toml")).scenario
    (tmp_path / "work").mkdir()
    with Simulation(taken, tmp_path / "work") as simulation:
        stations = simulation.corridor.stations
        frames = list(simulation.frames())
    wanted = [at_m + SITE.feeder_m for at_m in chosen.positions_m(dense.corridor)]
    assert [at.position_m for at in stations] == pytest.approx(wanted, abs=0.01)
    for one, other in zip(frames, placement_frames(run, chosen), strict=True):
        for name in ("count", "speed", "occupancy"):
            assert np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
