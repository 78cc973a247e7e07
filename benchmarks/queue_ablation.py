"""What each part of the queue estimate buys: RMSE by road, each road by trees that saw the other roads alone.

    python -m benchmarks.queue_ablation RESULTS [RESULTS ...]

RESULTS: folders of `laneblock battery` with incidents on several roads; a run NAME-07 belongs to the road NAME. True lanes, with
the usual errors of onset and place added to the truth (`queue_training`, which says which frames count). Printed: the RMSE as a
share of the true queue's mean, by half of the count, by density, by the filter, and by trees without and with what the filter
gives. Wanted: 20 %. Needs the extra `learned`.
"""

import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import numpy as np

from benchmarks.characterisation import road_of
from detectors.sequential.estimates.queue_features import BASE_VEH, QUEUE_NAMES
from detectors.sequential.training.queue_training import QueueExamples, fit_queues, queue_examples
from harness.records.history_folders import history_recordings
from harness.records.known_truth import KnownRun
from harness.reporting.report_document import Table
from harness.reporting.text_table import plain_text
from harness.running.calibration_recordings import read_calibration_run
from simulator.frame import Array

FROM_FILTER = ("filtered", "others", "leaving_share", "left")
"""Features that the filter gives."""
HALF = 0.5
"""Share of the stored vehicles that stands in the blocked lanes, by the count alone. Chosen: the others stand beside."""
COUNTED = 0.4
"""The same where the count is a floor of the density's queue, for trees without the filter. Chosen: as low as a queue gets."""
VARIANTS = ("half of the count", "density", "filter alone", "trees without filter", "trees with filter")


def column(examples: QueueExamples, name: str) -> Array:
    """Return a feature of all examples (E,)."""
    return np.asarray(examples.rows[:, QUEUE_NAMES.index(name)])


def without_filter(examples: QueueExamples) -> QueueExamples:
    """Return the examples as they would be without the filter: count and density alone as base, its features constant."""
    dense, stored = (column(examples, name) * examples.base for name in ("by_density", "stored"))
    base = np.maximum(np.maximum(dense, COUNTED * stored), BASE_VEH)
    rows = examples.rows.copy()
    for name, values in (("base", base), ("by_density", dense / base), ("stored", stored / base)):
        rows[:, QUEUE_NAMES.index(name)] = values
    for name in FROM_FILTER:
        rows[:, QUEUE_NAMES.index(name)] = 0.0
    return QueueExamples(rows, base, examples.queue, examples.share)


def by_trees(others: Sequence[QueueExamples], own: QueueExamples) -> Array:
    """Return the queues (E,) of a road by trees fitted on the other roads."""
    queue, _ = fit_queues(others)
    return np.maximum(queue.raw(own.rows), 0.0) * own.base


def estimates(others: Sequence[QueueExamples], own: QueueExamples) -> tuple[Array, ...]:
    """Return the queues (E,) of a road by each of VARIANTS."""
    bare = without_filter(own)
    return (
        np.maximum(HALF * column(own, "stored") * own.base, 0.0),
        column(own, "by_density") * own.base,
        column(own, "filtered") * own.base,
        by_trees([without_filter(each) for each in others], bare),
        by_trees(others, own),
    )


def joined(examples: Sequence[QueueExamples]) -> QueueExamples:
    """Return the examples of several runs as one."""
    some = [each for each in examples if len(each.base)]
    return QueueExamples(
        *(np.concatenate([getattr(each, name) for each in some]) for name in ("rows", "base", "queue", "share"))
    )


def share_text(found: Array, queue: Array) -> str:
    """Return the RMSE as a share of the true mean, in percent."""
    return f"{100 * np.sqrt(np.mean((found - queue) ** 2)) / np.mean(queue):.1f} %"


def examples_by_road(folders: Sequence[Path]) -> dict[str, QueueExamples]:
    """Return the examples of each road; runs without an incident have none."""
    rng = np.random.default_rng(1)
    found = {}
    for road, paths in groupby(sorted(folders, key=lambda path: path.name), lambda path: road_of(path.name)):
        each = [queue_examples(run, rng) for run in map(read_calibration_run, paths) if isinstance(run, KnownRun)]
        if any(len(one.base) for one in each):
            found[road] = joined(each)
    return found


def main(arguments: Sequence[str]) -> None:
    """Fit, estimate, print."""
    roads = examples_by_road(history_recordings([Path(name) for name in arguments], "RESULTS"))
    found = {
        road: estimates([each for name, each in roads.items() if name != road], own) for road, own in roads.items()
    }
    rows = [(road, *(share_text(each, roads[road].queue) for each in estimated)) for road, estimated in found.items()]
    queue = joined(list(roads.values())).queue
    whole = [np.concatenate(each) for each in zip(*found.values(), strict=True)]
    rows.append(("all", *(share_text(each, queue) for each in whole)))
    rows.append(("all: bias, veh", *(f"{np.mean(each - queue):+.1f}" for each in whole)))
    print(
        plain_text(Table(f"RMSE of the true queue's mean, {np.mean(queue):.1f} veh", ("road", *VARIANTS), tuple(rows)))
    )


if __name__ == "__main__":
    main(sys.argv[1:])
