"""An incident with earlier clearances, on a small road in SUMO."""

from pathlib import Path

import numpy as np
import pytest

from scenarios.incident import Incident
from scenarios.scenario import Scenario
from simulator.earlier_clearance import ClearanceTwins, clearance_twins
from simulator.frame import LoopFrame
from simulator.run import Outcome, Simulation

pytestmark = pytest.mark.sumo

BLOCKED = Incident(onset_s=187, duration_s=240, position_m=1500, lanes=(0,))
SMALL = Scenario(
    name="small",
    seed=11,
    site="roads/two-lanes-close",
    warm_up_s=120,
    end_s=600,
    demand_vphpl=1400,
    incidents=(BLOCKED,),
)
EARLIER_S = (60.0, 120.0, 180.0)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[LoopFrame], Outcome]:
    with Simulation(SMALL, tmp_path_factory.mktemp("run")) as simulation:
        frames = list(simulation.frames())
        return frames, simulation.finish()


@pytest.fixture(scope="module")
def twins(run: tuple[list[LoopFrame], Outcome], tmp_path_factory: pytest.TempPathFactory) -> ClearanceTwins:
    return clearance_twins(SMALL, 0, EARLIER_S, tmp_path_factory.mktemp("twins"), run[0])


def test_the_incident_is_that_of_the_run_loop_for_loop(
    run: tuple[list[LoopFrame], Outcome], twins: ClearanceTwins
) -> None:
    (observed,) = run[1].truth.incidents
    assert (twins.onset_s, twins.clearance_s) == (observed.onset_s, observed.clearance_s)
    assert twins.as_recorded is True


def test_another_recording_is_told(run: tuple[list[LoopFrame], Outcome], tmp_path: Path) -> None:
    other = [LoopFrame(each.time_s, each.count + 1, each.speed, each.occupancy) for each in run[0]]
    assert clearance_twins(SMALL, 0, (), tmp_path, other).as_recorded is False


def test_each_lets_the_vehicles_go_as_much_earlier_as_was_asked(twins: ClearanceTwins) -> None:
    gained_s = [twins.clearance_s - each.clearance_s for each in twins.earlier]
    np.testing.assert_allclose(gained_s, [60.0, 120.0], atol=5.0)  # 180 s would leave under LEAST_BLOCKED_S


def test_the_earlier_the_lanes_are_free_the_smaller_the_delay(twins: ClearanceTwins) -> None:
    delays = [twins.delay_veh_h, *(each.delay_veh_h for each in twins.earlier)]
    assert delays == sorted(delays, reverse=True)
    assert delays[-1] > 0


def test_traffic_recovers_after_the_clearance_beyond_the_end_of_the_run(
    run: tuple[list[LoopFrame], Outcome], twins: ClearanceTwins
) -> None:
    assert twins.clearance_s < twins.recovered_s
    assert twins.delay_veh_h >= run[1].truth.incidents[0].delay_veh_h - 0.5
