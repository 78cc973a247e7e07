"""The simulator against SUMO's own output, against itself on other backends, and against its promises."""

import importlib
import subprocess
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from scenarios.errors import UserError
from scenarios.fault import SensorFault
from scenarios.incident import Incident, ShoulderStop
from scenarios.scenario import Scenario
from simulator.frame import LoopFrame
from simulator.run import Outcome, Simulation
from simulator.sumo.connection import Backend, start_sumo
from simulator.sumo.loops import write_e1_loops
from simulator.sumo.prepare import prepare, sumo_options
from simulator.sumo.sumo_errors import SumoError
from simulator.sumo.sumo_programs import binary

pytestmark = pytest.mark.sumo

BLOCKED = Incident(onset_s=427, duration_s=180, position_m=2245, lanes=(1, 2), rubbernecking_mps=14)
SHORT = Scenario(name="short", seed=11, warm_up_s=300, end_s=780, demand_vphpl=1400, incidents=(BLOCKED,))
FREE = SHORT.model_copy(update={"incidents": ()})
# Where any traffic will do: a short road of two lanes is played in a tenth of the time.
SMALL = Scenario(name="small", seed=11, site="roads/two-lanes-close", warm_up_s=120, end_s=480, demand_vphpl=1400)
SMALL_BLOCKED = SMALL.model_copy(
    update={"incidents": (Incident(onset_s=187, duration_s=120, position_m=1500, lanes=(0,)),)}
)


def played(scenario: Scenario, work: Path, backend: Backend = "libsumo") -> tuple[list[LoopFrame], Outcome]:
    work.mkdir(exist_ok=True)
    with Simulation(scenario, work, backend) as simulation:
        frames = list(simulation.frames())
        return frames, simulation.finish()


def assert_same(left: Sequence[LoopFrame], right: Sequence[LoopFrame]) -> None:
    for one, other in zip(left, right, strict=True):
        assert one.time_s == other.time_s
        np.testing.assert_array_equal(one.count, other.count)
        np.testing.assert_array_equal(one.speed, other.speed)
        np.testing.assert_array_equal(one.occupancy, other.occupancy)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[LoopFrame], Outcome]:
    return played(SHORT, tmp_path_factory.mktemp("run"))


def test_the_same_seed_gives_the_same_frames_and_truth_through_sockets(tmp_path: Path) -> None:
    frames, outcome = played(SMALL_BLOCKED, tmp_path / "libsumo")
    through_sockets, same = played(SMALL_BLOCKED, tmp_path / "traci", "traci")
    assert_same(through_sockets, frames)
    assert outcome.truth.incidents[0].impact
    assert same.truth == outcome.truth


def test_faulty_loops_change_readings_and_nothing_that_is_true(tmp_path: Path) -> None:
    healthy, same = played(SMALL_BLOCKED, tmp_path / "healthy")
    faults = (SensorFault(station="S3", lane=1, kind="zeros", onset_s=200.0),)
    frames, outcome = played(SMALL_BLOCKED.model_copy(update={"faults": faults}), tmp_path / "faulty")
    assert outcome.truth == same.truth
    assert outcome.true_frames is not None
    assert_same(outcome.true_frames, healthy)
    assert all(frame.count[2, 1] == 0 for frame in frames if frame.time_s > 200)
    assert any(frame.count[2, 1] > 0 for frame in outcome.true_frames if frame.time_s > 200)


def test_another_seed_gives_other_frames(tmp_path: Path) -> None:
    frames, others = (played(SMALL.model_copy(update={"seed": seed}), tmp_path / f"{seed}")[0] for seed in (11, 12))
    assert not np.array_equal(others[0].count, frames[0].count)


def test_frames_equal_the_e1_output_of_the_plain_sumo_binary_occupancy_included(tmp_path: Path) -> None:
    frames, _ = played(SMALL, tmp_path / "live")
    work = tmp_path / "plain"
    work.mkdir()
    prepared = prepare(SMALL, work)
    write_e1_loops(work / "loops.add.xml", prepared.loops, SMALL.period_s, str(work / "e1.csv"))
    options = [*sumo_options(prepared, work / "loops.add.xml"), "--output.column-separator", ";"]
    subprocess.run([binary("sumo"), *options, "--end", f"{SMALL.end_s:g}"], check=True)
    header, *rows = (line.split(";") for line in (work / "e1.csv").read_text().splitlines())
    column = {name.removeprefix("interval_"): index for index, name in enumerate(header)}
    said = {(float(row[column["end"]]), row[column["id"]]): row for row in rows}
    for frame in frames:
        for loop in prepared.loops:
            row = said[frame.time_s, loop.detector_id]
            cell = loop.station, loop.lane
            assert frame.count[cell] == float(row[column["nVehContrib"]])
            assert frame.occupancy[cell] == float(row[column["occupancy"]]) / 100
            mean = float(row[column["speed"]])
            np.testing.assert_equal(frame.speed[cell], np.nan if mean == -1 else mean)


def test_sumo_stands_at_the_end_of_the_frame_that_was_handed_over(tmp_path: Path) -> None:
    libsumo = importlib.import_module("libsumo")  # it has no types
    with Simulation(SMALL, tmp_path) as simulation:
        for frame in simulation.frames():
            assert libsumo.simulation.getTime() == frame.time_s


def test_the_branched_twin_equals_one_simulated_from_the_start(
    run: tuple[list[LoopFrame], Outcome], tmp_path: Path
) -> None:
    # A stop on the shoulder asked for at the very end changes nothing, keeps the network as it is, and forbids the branch.
    never = ShoulderStop(onset_s=749.5, duration_s=1, position_m=2245, rubbernecking_mps=14)
    scratch = FREE.model_copy(update={"shoulder_stops": (never,), "end_s": 750})
    frames, _ = played(scratch, tmp_path)
    assert run[1].twin_frames is not None
    assert_same(frames, run[1].twin_frames[: len(frames)])


def test_twin_and_run_are_one_until_the_incident_is_asked_for(run: tuple[list[LoopFrame], Outcome]) -> None:
    frames, outcome = run
    assert outcome.twin_frames is not None
    before = [index for index, frame in enumerate(frames) if frame.time_s <= BLOCKED.onset_s]
    assert len(before) >= 3
    assert_same([frames[i] for i in before], [outcome.twin_frames[i] for i in before])


def test_onset_is_seen_after_it_is_asked_for_and_clearance_when_it_is_asked_for(
    run: tuple[list[LoopFrame], Outcome],
) -> None:
    (incident,) = run[1].truth.incidents
    assert 3 <= incident.onset_s - BLOCKED.onset_s <= 40
    assert 0 <= incident.clearance_s - (BLOCKED.onset_s + BLOCKED.duration_s) <= 3
    assert incident.section == 2
    assert incident.lanes == (1, 2)


def test_the_incident_has_impact_evidence_and_delay(run: tuple[list[LoopFrame], Outcome]) -> None:
    (incident,) = run[1].truth.incidents
    assert incident.impact
    assert 0 < incident.floor_s <= 60
    assert incident.delay_veh_h > 0
    assert incident.queue_max_veh > 0


def test_nothing_collides_and_no_one_is_teleported(run: tuple[list[LoopFrame], Outcome]) -> None:
    assert (run[1].truth.collisions, run[1].truth.teleports) == (0, 0)


def test_lane_truth_conserves_vehicles_upstream_of_the_blockage(run: tuple[list[LoopFrame], Outcome]) -> None:
    # All lanes together: what is upstream at the end was there at the start, or arrived, less what passed. What passed cannot
    # be negative, and the blocked lanes' vehicles can only leave by changing lanes.
    truth = run[1].truth
    times = sorted({row.time_s for row in truth.lanes if row.time_s <= truth.incidents[0].clearance_s})
    assert len(times) > 5
    for before_s, now_s in pairwise(times):
        before = {row.lane: row for row in truth.lanes if row.time_s == before_s}
        now = {row.lane: row for row in truth.lanes if row.time_s == now_s}
        passed = sum(before[lane].upstream + now[lane].arrived - now[lane].upstream for lane in now)
        assert passed >= -2  # a loop counts a vehicle when its rear has left it, the view counts fronts
        assert all(0 <= row.lane_changing <= 1 for row in now.values() if not np.isnan(row.lane_changing))


def test_vehicles_leave_the_blocked_lanes_upstream_and_return_downstream(run: tuple[list[LoopFrame], Outcome]) -> None:
    changes = run[1].truth.lane_changes
    leaving = sum(c.vehicles for c in changes if c.side == "up" and c.from_lane in (1, 2) and c.to_lane in (0, 3))
    returning = sum(c.vehicles for c in changes if c.side == "down" and c.from_lane in (0, 3) and c.to_lane in (1, 2))
    assert leaving > 10
    assert returning > 10


def test_a_station_far_upstream_carries_no_wave_of_a_short_incident(run: tuple[list[LoopFrame], Outcome]) -> None:
    assert {wave.station for wave in run[1].truth.carrying} >= {2}
    assert all(wave.from_s >= BLOCKED.onset_s for wave in run[1].truth.carrying)


def test_a_station_whose_lane_empties_60_m_upstream_of_a_blockage_carries_it_without_a_queue(tmp_path: Path) -> None:
    blocked = Incident(onset_s=247, duration_s=240, position_m=563.3 + 60, lanes=(0,))
    thin = {"site": "roads/three-lanes-close", "demand_vphpl": 600, "end_s": 600, "incidents": (blocked,)}
    frames, outcome = played(SMALL.model_copy(update=thin), tmp_path)
    assert outcome.twin_frames is not None
    (incident,) = outcome.truth.incidents
    assert (incident.section, incident.queue_max_veh) == (1, 0)
    (span,) = outcome.truth.carrying
    assert span.station == 1
    come, would_come = (
        sum(float(f.count[1, 0]) for f in each if span.from_s < f.time_s <= span.to_s)
        for each in (frames, outcome.twin_frames)
    )
    assert come < 0.6 * would_come


def test_a_second_libsumo_simulation_in_the_process_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with Simulation(SMALL, tmp_path / "a"), pytest.raises(RuntimeError, match="runs in this process already"):
        Simulation(SMALL, tmp_path / "b")


def test_what_sumo_says_on_load_is_quoted(tmp_path: Path) -> None:
    with pytest.raises(SumoError, match=r"nowhere.net.xml. is not accessible"):
        start_sumo(["--net-file", str(tmp_path / "nowhere.net.xml")], tmp_path / "errors.txt")


def test_an_incident_no_vehicle_comes_by_for_is_an_error_that_says_so(tmp_path: Path) -> None:
    empty = SHORT.model_copy(update={"demand_vphpl": 0.0})
    with Simulation(empty, tmp_path) as simulation, pytest.raises(UserError, match="too little traffic"):
        list(simulation.frames())


def test_finish_before_the_last_frame_is_refused(tmp_path: Path) -> None:
    with Simulation(SMALL, tmp_path) as simulation:
        next(simulation.frames())
        with pytest.raises(RuntimeError, match="after the last frame"):
            simulation.finish()


def test_the_gui_wants_traci_and_a_display(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(ValueError, match="--backend traci"):
        Simulation(SHORT, tmp_path, "libsumo", gui=True)
    with pytest.raises(ValueError, match="DISPLAY"):
        Simulation(SHORT, tmp_path, "traci", gui=True)


def test_each_of_two_incidents_is_compared_with_a_run_that_lacks_it_alone(tmp_path: Path) -> None:
    # The second one's section lies upstream of the first one's and sees nothing of it before its own onset.
    first_one = Incident(onset_s=187, duration_s=150, position_m=1500, lanes=(0,))
    later = Incident(onset_s=247, duration_s=120, position_m=300, lanes=(0,))
    both = SMALL.model_copy(update={"incidents": (first_one, later)})
    _, outcome = played(both, tmp_path)
    first, second = outcome.truth.incidents
    assert first.section == 2
    assert second.section == 0
    assert second.earliest_evidence_s > second.onset_s
    assert second.floor_s <= 60
    assert outcome.twin_frames is None


def test_an_incident_in_the_first_recorded_frames_is_played_without_a_branch(tmp_path: Path) -> None:
    early = BLOCKED.model_copy(update={"onset_s": 31.0, "duration_s": 100.0, "position_m": 1700.0})
    scenario = SHORT.model_copy(update={"incidents": (early,), "warm_up_s": 0.0, "end_s": 300.0})
    with Simulation(scenario, tmp_path) as simulation, pytest.raises(UserError, match="too little traffic"):
        list(simulation.frames())  # the road is still empty there
