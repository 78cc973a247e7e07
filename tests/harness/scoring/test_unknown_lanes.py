"""An incident whose lanes a log does not name: no lane is right or wrong, and it is in no class of blocked lanes."""

from dataclasses import replace

from harness.scoring.breakdown import by_factor
from harness.scoring.score_runs import score_runs
from tests.harness.scored_runs import scored_run

NAMED, UNNAMED = scored_run(1000, hit=True), scored_run(1400, hit=True)
assert UNNAMED.truth is not None
(INCIDENT,) = UNNAMED.truth.incidents
UNNAMED = replace(UNNAMED, truth=replace(UNNAMED.truth, incidents=(replace(INCIDENT, lanes=()),)))
SCORE = score_runs([NAMED, UNNAMED], 0)


def test_accuracy_of_lanes_is_over_incidents_whose_lanes_are_known() -> None:
    found = SCORE.characterization
    assert len(found.described) == 2
    assert (found.lane_accuracy.part, found.lane_accuracy.whole) == (0, 1)  # lane 1 named, lanes 0 and 1 blocked
    assert (found.lane_precision.part, found.lane_precision.whole) == (1, 1)
    assert (found.lane_recall.part, found.lane_recall.whole) == (1, 2)


def test_lanes_not_known_are_no_class_of_blocked_lanes() -> None:
    levels = dict(by_factor(SCORE, "lanes_blocked"))
    assert {name: part.incidents for name, part in levels.items()} == {"2": 1, "–": 1}
