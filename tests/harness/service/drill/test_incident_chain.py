"""The chain of a true incident, from what was watched and what people did."""

from dataclasses import replace
from math import isnan, nan

import numpy as np

from harness.service.drill.incident_chain import ChainedRun, as_json, chained_run, from_json, reactions, truth_behind
from harness.service.drill.match_truth import matched_run
from harness.service.drill.play_response import HandledIncident
from harness.service.drill.watch_run import watch_run
from harness.service.incidents.incident_settings import IncidentSettings
from harness.service.incidents.incident_watch import IncidentWatch
from simulator.truth import ObservedIncident, Truth
from tests.harness.service.drill.alarming import Alarming
from tests.harness.service.incidents.made_steps import frame, road

ROAD = road()
ONSET_S, CLEARANCE_S = 610.0, 1800.0
KNOWN = (ObservedIncident(ONSET_S, CLEARANCE_S, 2800.0, (1,), 3, 630.0, True, 50.0, nan),)
ALARMS = {25: [3], 26: [3], 40: [5]}


def chained(
    alarms: dict[int, list[int]], *handled: HandledIncident, known: tuple[ObservedIncident, ...] = KNOWN
) -> ChainedRun:
    """Half an hour of the made road with the known incidents; people did what `handled` says."""
    frames = [frame(ROAD, 30.0 * number) for number in range(1, 61)]
    watched = watch_run(ROAD, frames, {"made": Alarming(ROAD, alarms)}, IncidentWatch(ROAD, IncidentSettings()))
    run = matched_run("run", ROAD, watched, Truth(known, (), (), (), 0, 0), ())
    return chained_run(run, known, watched, handled)


def handled(of: int | None, seen_s: float, team_s: float) -> HandledIncident:
    return HandledIncident(f"i{seen_s}", of, seen_s, seen_s + 10.0, nan, nan, team_s, "", False, False, False)


def test_the_chain_holds_the_first_time_of_each_step() -> None:
    (chain,) = chained(ALARMS, handled(0, 800.0, nan), handled(0, 780.0, 1300.0), handled(None, 10.0, 20.0)).chains
    assert (chain.onset_s, chain.evidence_s, chain.alarm_s, chain.opened_s) == (ONSET_S, 630.0, 750.0, 750.0)
    assert (chain.seen_s, chain.acknowledged_s, chain.team_s, chain.cleared_s) == (780.0, 790.0, 1300.0, CLEARANCE_S)


def test_a_miss_has_no_step_after_the_evidence() -> None:
    (chain,) = chained({}).chains
    assert chain.counted
    assert all(isnan(getattr(chain, step)) for step in ("alarm_s", "opened_s", "seen_s", "acknowledged_s", "team_s"))


def test_an_alarm_before_the_onset_is_none_of_the_incident() -> None:
    # One and the same section alarms at 30 s, and a quarter of an hour later anew, so that another incident is opened.
    (chain,) = chained({1: [3], 35: [3]}).chains
    assert (chain.alarm_s, chain.opened_s) == (1050.0, 1050.0)


def test_a_chain_is_of_its_own_incident_and_says_whether_it_counts() -> None:
    second = replace(KNOWN[0], onset_s=900.0, position_m=400.0, section=0, impact=False)
    first_chain, second_chain = chained({25: [3], 35: [0]}, known=(*KNOWN, second)).chains
    assert (first_chain.opened_s, first_chain.alarm_s, first_chain.counted) == (750.0, 750.0, True)
    assert (second_chain.opened_s, second_chain.alarm_s, second_chain.counted) == (1050.0, 1050.0, False)


def test_a_run_survives_its_file() -> None:
    run = chained(ALARMS, handled(0, 800.0, nan), handled(None, 10.0, 20.0))
    np.testing.assert_equal(as_json(from_json(as_json(run))), as_json(run))


def test_two_detectors_meet_the_same_people_at_the_same_incident() -> None:
    def drawn(alarms: dict[int, list[int]]) -> list[object]:
        frames = [frame(ROAD, 30.0 * number) for number in range(1, 61)]
        watched = watch_run(ROAD, frames, {"made": Alarming(ROAD, alarms)}, IncidentWatch(ROAD, IncidentSettings()))
        run = matched_run("run", ROAD, watched, Truth(KNOWN, (), (), (), 0, 0), ())
        behind, draw = truth_behind(run, KNOWN), reactions(run, 1)
        return [draw(each.id) for each in run.opened if behind[each.id].of == 0]

    assert drawn({25: [3]}) == drawn({5: [0], 30: [3]})
