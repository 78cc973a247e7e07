"""What a detector says that it needs: with it sections get scores, without it none does."""

from collections.abc import Iterable
from itertools import combinations

import numpy as np
import pytest

from detectors.catalogue import DETECTORS
from detectors.catalogue_entry import Entry
from detectors.needs import LANES, QUANTITIES, Needs, PartNeeds, checked_needs, checked_parts, quorum_needs
from detectors.sequential.decision.hypothesis_scorer import HypothesisScorer
from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from simulator.frame import LoopFrame, lanes_there
from tests.harness.made_traffic import ROAD as MADE_ROAD
from tests.harness.made_traffic import frames_of, free_traffic, with_queue

ROAD = Corridor("road", 30.0, (Station("a", 0.0, 3), Station("b", 900.0, 3), Station("c", 1800.0, 3)))
FRAMES = 110
ENTRIES = [entry for name, entry in DETECTORS.items() if name in DETECTORS.own and name != "silent"]
LEARNED = {"trees"}  # judges without occupancy too, by values it was never trained on
BY_LANE_OR_QUEUE = {"sequential"}  # from one lane without speeds its score is finite, and never an alarm
COUNT, SPEED, OCCUPANCY = (frozenset({name}) for name in QUANTITIES)


def scores(entry: Entry, known: Iterable[str]) -> np.ndarray:
    """Scores of a detector that is told only the `known` quantities of changing traffic; of one lane without `lanes`."""
    draw, shown = np.random.default_rng(3), set(known)
    detector = entry.build(ROAD, None, 1.0)
    found = []
    for k in range(FRAMES):
        values = {
            "count": draw.poisson(8, (3, 3)).astype(float),
            "speed": draw.normal(27, 2, (3, 3)),
            "occupancy": draw.uniform(0.05, 0.15, (3, 3)),
        }
        if k > 80:  # nobody passes lane 0 at b: sheu2004 scores sections with symptoms only
            values["count"][:2, 0] = 2, 0
        told = {name: values[name] if name in shown else np.full((3, 3), np.nan) for name in QUANTITIES}
        if LANES not in shown:
            for one in told.values():
                one[:, 1:] = np.nan
        found.append(np.asarray(detector.step(LoopFrame(30.0 * (k + 1), **told)).score))
    return np.array(found)


def not_enough(needs: Needs) -> list[frozenset[str]]:
    """The largest sets of readings that hold none of the needs."""
    names = (*QUANTITIES, LANES)
    sets = [frozenset(each) for size in range(5) for each in combinations(names, size)]
    short = [each for each in sets if not any(need <= each for need in needs)]
    return [each for each in short if not any(each < other for other in short)]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_detector_says_what_it_needs(entry: Entry) -> None:
    assert entry.needed()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_each_set_that_a_detector_names_is_enough_for_scores(entry: Entry) -> None:
    assert all(np.isfinite(scores(entry, known)).any() for known in entry.needed())


@pytest.mark.parametrize(
    "entry",
    [one for one in ENTRIES if one.name not in LEARNED | BY_LANE_OR_QUEUE],
    ids=lambda entry: entry.name,
)
def test_without_any_of_its_sets_a_detector_gives_no_score(entry: Entry) -> None:
    short = not_enough(entry.needed())
    assert short
    assert all(np.isnan(scores(entry, known)).all() for known in short)


def test_an_ensemble_needs_what_lets_half_of_its_members_judge() -> None:
    assert quorum_needs([(OCCUPANCY,), (OCCUPANCY,), (COUNT,), (COUNT | SPEED,)]) == (OCCUPANCY, COUNT | SPEED)


def test_a_member_that_states_nothing_counts_as_able() -> None:
    assert quorum_needs([(), (COUNT,)]) == (COUNT, OCCUPANCY, SPEED)


@pytest.mark.parametrize(
    "stated", ["occupancy", ("occupancy",), ({"density"},), ({LANES},), (frozenset(),), 5, ({1, "count"},)]
)
def test_needs_that_are_no_sets_of_quantities_are_refused(stated: object) -> None:
    with pytest.raises(UserError, match="wanted needs such as"):
        checked_needs(stated)


@pytest.mark.parametrize(
    "stated",
    [("queues",), [PartNeeds("queues", (SPEED,))], (PartNeeds("queues", ()),), (PartNeeds("a", ("speed",)),)],  # type: ignore[arg-type]
)
def test_parts_that_are_none_are_refused(stated: object) -> None:
    with pytest.raises(UserError, match="wanted"):
        checked_parts(stated)


def test_sequential_weighs_no_queue_without_speeds_as_it_states() -> None:
    (part,) = next(entry for entry in ENTRIES if entry.name == "sequential").parts
    assert (part.what.split()[0], part.needs) == ("queues", (SPEED,))
    count, speed = free_traffic()
    speed = with_queue(speed, 3500.0, 3600.0, 5400.0)
    found = {}
    for known in (True, False):
        lengths_m = np.array([MADE_ROAD.section_length_m(section) for section in range(MADE_ROAD.sections)])
        scorer = HypothesisScorer(lanes_there(MADE_ROAD), lengths_m, 30.0)
        frames = frames_of(count, speed if known else np.full_like(speed, np.nan))
        steps = [scorer.step(frame) for frame in frames]
        found[known] = [max(float(step.queue.max()), float(step.inside.max())) for step in steps]
        assert np.isfinite(steps[-1].best).all()
    assert max(found[True]) > 0
    assert max(found[False]) == 0
