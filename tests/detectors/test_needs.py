"""What a detector says that it needs: with it sections get scores, without it none does."""

from collections.abc import Iterable

import numpy as np
import pytest

from detectors.catalogue_entry import Entry
from detectors.shipped_detectors import SHIPPED_DETECTORS
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

ROAD = Corridor("road", 30.0, (Station("a", 0.0, 3), Station("b", 900.0, 3), Station("c", 1800.0, 3)))
QUANTITIES = ("count", "speed", "occupancy")
FRAMES = 140
ENTRIES = [entry for entry in SHIPPED_DETECTORS if entry.needs]
LEARNED = {"trees"}  # judges without occupancy too, by values it was never trained on


def scores(entry: Entry, known: Iterable[str]) -> np.ndarray:
    """Scores of a detector that is told only the `known` quantities of changing traffic."""
    draw = np.random.default_rng(3)
    detector = entry.build(ROAD, None, 1.0)
    found = []
    for k in range(FRAMES):
        values = {
            "count": draw.poisson(8, (3, 3)).astype(float),
            "speed": draw.normal(27, 2, (3, 3)),
            "occupancy": draw.uniform(0.05, 0.15, (3, 3)),
        }
        if k > 100:  # nobody passes lane 0 at b: sheu2004 scores sections with symptoms only
            values["count"][:2, 0] = 2, 0
        told = {name: values[name] if name in known else np.full((3, 3), np.nan) for name in QUANTITIES}
        found.append(np.asarray(detector.step(LoopFrame(30.0 * (k + 1), **told)).score))
    return np.array(found)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_each_set_that_a_detector_names_is_enough_for_scores(entry: Entry) -> None:
    assert all(np.isfinite(scores(entry, known)).any() for known in entry.needs)


@pytest.mark.parametrize("entry", [one for one in ENTRIES if one.name not in LEARNED], ids=lambda entry: entry.name)
def test_without_any_of_its_sets_a_detector_gives_no_score(entry: Entry) -> None:
    lacking = [{name} for name in QUANTITIES if not any(need <= {name} for need in entry.needs)]
    assert lacking
    assert all(np.isnan(scores(entry, known)).all() for known in lacking)
