"""A twin is compared with its run until its incident's onset: on runs made by hand, with what SUMO would tell."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from scenarios.corridor import Corridor, Station
from scenarios.corridor_edge import CorridorEdge
from scenarios.files.route_file import PlannedVehicles
from scenarios.incident import Incident, ShoulderStop
from scenarios.scenario import OwnNetwork, Scenario
from simulator.frame import LoopFrame
from simulator.run_log import RunLog
from simulator.sumo.blockage import Blockage
from simulator.sumo.prepare import Prepared
from simulator.sumo.road import Road
from simulator.sumo.session import SavedState
from simulator.twin_runs import TwinRuns

PERIOD_S, END_S, BRANCH_S = 30.0, 600.0, 150.0
FIRST, SECOND = (
    Incident(onset_s=onset_s, duration_s=90, position_m=700, lanes=(0,)) for onset_s in (187.0, 307.0)
)  # the first ends in the period that ends at 210 s; two frames before it is 150 s
CORRIDOR = Corridor("made", PERIOD_S, (Station("up", 500.0, 2), Station("down", 1000.0, 2)))


def frame(time_s: float) -> LoopFrame:
    return LoopFrame(time_s, *(np.zeros((2, 2)) for _ in range(3)))


@dataclass
class MadeSumo:
    """`SumoSession` in its place: vehicles differ from the run's from `differs_from_s[where it began]` on."""

    differs_from_s: dict[float, float] = field(default_factory=dict)
    began_s: list[float] = field(default_factory=list)
    blocked: list[list[float]] = field(default_factory=list)
    closed: int = 0
    now_s: float = 0.0

    def __call__(
        self,
        prepared: Prepared,
        blocked: tuple[Blockage, ...],
        work: Path,
        name: str,
        backend: str,
        load: SavedState | None,
    ) -> "MadeSumo":
        self.now_s = 0.0 if load is None else load.time_s
        self.began_s.append(self.now_s)
        self.blocked.append([each.event.onset_s for each in blocked])
        return self

    @property
    def sumo(self) -> "MadeSumo":
        return self

    def frames(self) -> Iterator[LoopFrame]:
        while self.now_s < END_S:
            self.now_s += PERIOD_S
            yield frame(self.now_s)

    def digest(self) -> str:
        other = self.now_s >= self.differs_from_s.get(self.began_s[-1], np.inf)
        return f"{self.now_s}{' otherwise' * other}"

    def vehicles_in_system(self) -> int:
        return int(self.now_s)

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> MadeSumo:
    made = MadeSumo()
    monkeypatch.setattr("simulator.twin_runs.SumoSession", made)
    return made


def twins_of(*incidents: Incident, unsaved: tuple[str, ...] = ()) -> TwinRuns:
    scenario = Scenario(
        name="made", seed=1, site="roads/two-lanes-close", warm_up_s=60, end_s=END_S, incidents=incidents
    )
    road = Road(Path("made.net.xml"), (CorridorEdge("m0", 0.0, 1500.0, (0, 1)),))
    return TwinRuns(
        Prepared(scenario, CORRIDOR, road, (), (), (), PlannedVehicles(0, 0), (), unsaved), Path("work"), "libsumo"
    )


def run_of(twins: TwinRuns) -> RunLog:
    log = RunLog()
    for number in range(1, 21):
        log.add(frame(PERIOD_S * number), number)
        if twins.must_be_equal(PERIOD_S * number):
            log.vehicles[PERIOD_S * number] = f"{PERIOD_S * number}"
    return log


def simulated(twins: TwinRuns) -> list[RunLog | None]:
    return twins.simulate(run_of(twins))


def test_the_state_is_saved_two_frame_ends_before_the_first_onset() -> None:
    branch = twins_of(SECOND, FIRST).branch
    assert branch is not None
    assert branch.time_s == BRANCH_S


def test_without_an_incident_nothing_is_saved_or_compared() -> None:
    assert twins_of().branch is None
    assert not twins_of().must_be_equal(180.0)


def test_vehicles_are_compared_from_the_branch_to_the_last_onset() -> None:
    twins = twins_of(FIRST, SECOND)
    assert [time_s for time_s in np.arange(0, END_S, PERIOD_S) if twins.must_be_equal(time_s)] == [
        *(180.0, 210.0, 240.0, 270.0, 300.0)
    ]


def test_a_twin_that_is_its_run_until_the_onset_is_simulated_once_from_the_branch(made: MadeSumo) -> None:
    (twin,) = simulated(twins_of(FIRST))
    assert twin is not None
    assert (made.began_s, made.closed) == ([BRANCH_S], 1)


def test_a_twin_that_differs_is_simulated_from_the_start(made: MadeSumo) -> None:
    made.differs_from_s = {BRANCH_S: 180.0}
    (twin,) = simulated(twins_of(FIRST))
    assert twin is not None
    assert made.began_s == [BRANCH_S, 0.0]
    assert twin.vehicles == {180.0: "180.0"}


def test_a_twin_that_differs_from_the_start_too_is_not_exact(made: MadeSumo) -> None:
    made.differs_from_s = {BRANCH_S: 180.0, 0.0: 180.0}
    assert simulated(twins_of(FIRST)) == [None]


def test_each_twin_is_compared_until_its_own_onset(made: MadeSumo) -> None:
    made.differs_from_s = {BRANCH_S: 210.0, 0.0: 210.0}
    first, second = simulated(twins_of(FIRST, SECOND))
    assert first is not None
    assert second is None


def test_a_twin_of_vehicles_that_the_run_did_not_note_is_not_exact(made: MadeSumo) -> None:
    twins = twins_of(FIRST)
    run = run_of(twins)
    run.vehicles.clear()
    assert twins.simulate(run) == [None]


def test_a_twin_leaves_out_its_own_incident_alone(made: MadeSumo) -> None:
    simulated(twins_of(FIRST, SECOND))
    assert made.blocked == [[SECOND.onset_s], [FIRST.onset_s]]


def test_a_twin_has_the_runs_frames_up_to_one_after_the_branch_and_each_once(made: MadeSumo) -> None:
    (twin,) = simulated(twins_of(FIRST))
    assert twin is not None
    assert [each.time_s for each in twin.frames] == [PERIOD_S * number for number in range(1, 21)]
    assert twin.in_system == [
        *(1, 2, 3, 4, 5, 6),
        *range(210, 601, 30),
    ]  # the run tells numbers of frames, the twin times


def test_what_sumo_does_not_save_lets_twins_start_from_the_beginning(made: MadeSumo) -> None:
    simulated(twins_of(FIRST, unsaved=("calibrator",)))
    assert made.began_s == [0.0]


def test_a_stop_on_the_shoulder_lets_twins_start_from_the_beginning() -> None:
    twins = twins_of(FIRST)
    stop = ShoulderStop(onset_s=400, duration_s=60, position_m=700)
    scenario = twins.prepared.scenario.model_copy(update={"shoulder_stops": (stop,)})
    assert replace(twins, prepared=replace(twins.prepared, scenario=scenario)).branch is None


def test_an_onset_in_the_first_two_periods_lets_twins_start_from_the_beginning() -> None:
    assert twins_of(FIRST.model_copy(update={"onset_s": 47.0})).branch is None


OWN = OwnNetwork(net_file="a.net.xml", route_files=("a.rou.xml",), additional_files=("a.add.xml",), corridor=("m0",))


def notes(twin: RunLog | None, unsaved: tuple[str, ...] = (), network: OwnNetwork | None = OWN) -> list[str]:
    twins = twins_of(FIRST, unsaved=unsaved)
    scenario = twins.prepared.scenario.model_copy(update={"network": network})
    return replace(twins, prepared=replace(twins.prepared, scenario=scenario)).notes([twin])


def test_a_twin_that_is_not_exact_is_told_and_an_exact_one_is_not() -> None:
    (told,) = notes(None)
    assert told.startswith("twin not exact: it differs from the run before the incident")
    assert notes(RunLog()) == []


def test_what_sumo_does_not_save_is_told() -> None:
    (told,) = notes(RunLog(), unsaved=("calibrator", "routeDistribution"))
    assert told.endswith("because SUMO does not save calibrator, routeDistribution")


def test_on_a_site_nothing_is_told() -> None:
    assert notes(None, network=None) == []
