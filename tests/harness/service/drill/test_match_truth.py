"""Incidents opened, matched with those that were."""

from math import isnan, nan

import numpy as np
import pytest

from harness.service.drill.drill_score import DrillScore
from harness.service.drill.drilled_run import DrilledRun, as_fields, from_fields
from harness.service.drill.match_truth import matched_run
from harness.service.drill.watch_run import WatchedRun, watch_run
from harness.service.incidents.incident_settings import IncidentSettings
from harness.service.incidents.incident_watch import IncidentWatch
from simulator.truth import Carrying, ObservedIncident, Truth
from tests.harness.service.drill.alarming import Alarming
from tests.harness.service.incidents.made_steps import frame, road

ROAD = road()
FRAMES = 120


def watched(alarms: dict[int, list[int]]) -> WatchedRun:
    """An hour of the made road; `alarms`: the sections alarmed by the number of the frame."""
    frames = [frame(ROAD, 30.0 * number) for number in range(1, FRAMES + 1)]
    watch = IncidentWatch(ROAD, IncidentSettings())
    return watch_run(ROAD, frames, {"made": Alarming(ROAD, alarms)}, watch)


def incident(section: int, onset_s: float = 600.0, clearance_s: float = 1800.0) -> ObservedIncident:
    place_m = ROAD.stations[section].position_m + 400.0
    return ObservedIncident(onset_s, clearance_s, place_m, (1,), section, nan, True, 50.0, nan)


def truth(*incidents: ObservedIncident, carrying: tuple[Carrying, ...] = ()) -> Truth:
    return Truth(incidents, carrying, (), (), 0, 0)


def drilled(alarms: dict[int, list[int]], known: Truth | None) -> DrilledRun:
    return matched_run("run", ROAD, watched(alarms), known, ())


def test_an_incident_opened_in_its_section_and_time_is_found() -> None:
    run = drilled({25: [3], 26: [3]}, truth(incident(3)))
    assert (run.opened[0].match, run.opened[0].of, run.opened[0].true_kind) == ("detection", 0, "lanes blocked")
    assert (run.incidents[0].opened, run.incidents[0].first_opened_s) == (1, 750.0)


def test_one_that_nothing_explains_is_false() -> None:
    run = drilled({100: [3]}, truth(incident(3)))
    assert (run.opened[0].match, run.opened[0].of, run.opened[0].true_kind) == ("false", None, "nothing")
    assert (run.incidents[0].opened, isnan(run.incidents[0].first_opened_s)) == (0, True)


def test_a_second_one_in_its_queue_counts_as_opened_for_it() -> None:
    queue = Carrying(1, 630.0, 1800.0)
    run = drilled({25: [3], 40: [0]}, truth(incident(3), carrying=(queue,)))
    assert [each.match for each in run.opened] == ["detection", "neutral"]
    assert run.incidents[0].opened == 2


def test_without_a_truth_nothing_is_scored() -> None:
    run = drilled({25: [3]}, None)
    assert (run.known, run.opened[0].match, run.incidents) == (False, "unknown", ())
    score = DrillScore((run,))
    assert (score.false.events, isnan(score.false.value), score.detected.whole) == (0, True, 0)


def test_the_time_in_which_false_ones_are_counted_leaves_out_the_incident() -> None:
    free, with_one = drilled({}, truth()), drilled({}, truth(incident(3)))
    assert free.corridor_days == pytest.approx(1 / 24)
    within = (1800.0 + 60.0 - 600.0) / 30.0  # frames, of one of six sections
    assert with_one.corridor_days == pytest.approx(1 / 24 * (1 - within / (6 * FRAMES)))


def test_a_run_survives_its_file() -> None:
    run = drilled({25: [3], 100: [1]}, truth(incident(3)))
    again = from_fields(as_fields(run))
    np.testing.assert_equal(as_fields(again), as_fields(run))


def test_the_figures_of_two_runs_by_hand() -> None:
    found = drilled({25: [3], 26: [3]}, truth(incident(3)))
    missed = drilled({100: [1], 110: [5]}, truth(incident(3)))
    score = DrillScore((found, missed))
    assert (score.detected.part, score.detected.whole) == (1, 2)
    assert (score.opened_per_true.values, score.opened_per_found.values) == ((1.0, 0.0), (1.0,))
    assert (score.false.events, score.latency.values) == (2, (150.0,))
    assert (score.cleared_early.part, score.cleared_early.whole) == (1, 1)
    assert score.clearing.values == (780.0 + 180.0 - 1800.0,)
    # The made loops repeat one reading for an hour: they are not to be trusted, and the incidents are told as such.
    assert score.confusion == {("lanes blocked", "sensor fault"): 1, ("nothing", "sensor fault"): 2}
    assert score.frames == 2 * FRAMES
