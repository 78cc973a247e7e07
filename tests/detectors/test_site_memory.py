"""What a detector remembers of a site: what fits, what is refused, and what a restart changes."""

import numpy as np
import pytest

from detectors.catalogue import DETECTORS, build
from detectors.contract_traffic import CORRIDOR, SHAPES, traffic
from detectors.fault_masking import masked
from detectors.faults.fault_catalogue import build_fault_detector
from detectors.site_memory import memory_of, part_of, prefixed, recall
from scenarios.errors import UserError

REMEMBERING = [name for name in sorted(DETECTORS.own) if memory_of(build(name, CORRIDOR))]


def test_sequential_and_the_charts_remember_and_the_classical_detectors_do_not() -> None:
    assert {"sequential", "cusum", "ewma", "xbar", "hotelling_t2"} <= set(REMEMBERING)
    assert not {"california7", "delos", "silent", "coin"} & set(REMEMBERING)


def test_parts_come_out_of_a_whole_as_they_were_put_in() -> None:
    parts = {"a": {"x": np.zeros(2), "b.x": np.ones(1)}, "ab": {"x": np.ones(3)}}
    whole = {key: values for name, part in parts.items() for key, values in prefixed(name, part).items()}
    assert sorted(whole) == ["a.b.x", "a.x", "ab.x"]
    assert {name: part_of(name, whole) for name in parts} == parts


@pytest.mark.parametrize("name", REMEMBERING)
def test_memory_of_a_corridor_of_another_shape_is_refused(name: str) -> None:
    with pytest.raises(UserError, match=r"wanted an array of shape \(.*\), got \("):
        recall(build(name, SHAPES[0]), memory_of(build(name, CORRIDOR)))


@pytest.mark.parametrize("name", REMEMBERING)
def test_memory_of_another_version_is_refused_with_the_name_that_is_too_much_or_missing(name: str) -> None:
    memory = memory_of(build(name, CORRIDOR))
    some = sorted(memory)[0]
    with pytest.raises(UserError, match=f"'{some}' in the memory.*not there"):
        recall(build(name, CORRIDOR), {key: values for key, values in memory.items() if key != some})
    with pytest.raises(UserError, match="'another' in the memory is nothing"):
        recall(build(name, CORRIDOR), {**memory, "another": np.zeros(1)})


def test_masked_detector_remembers_what_its_incident_detector_does() -> None:
    behind, alone = (
        masked(build("sequential", CORRIDOR), build_fault_detector("iris", CORRIDOR, None)),
        build("sequential", CORRIDOR),
    )
    recall(behind, learned := _learned())
    recall(alone, learned)
    assert all(np.array_equal(memory_of(behind)[key], values) for key, values in memory_of(alone).items())


def test_sequential_that_remembers_is_not_new_at_its_site() -> None:
    """30 minutes were watched, but for a silent frame, in 10 of which the trees of a new road decide alone: none is left."""
    detector = build("sequential", CORRIDOR)
    recall(detector, _learned())
    assert memory_of(detector)["hypotheses.seen_s"].tolist() == pytest.approx([1800.0] * 3, abs=30.0)
    assert (memory_of(detector)["trees.steps.site.normal.speed.weight"] > 10).all()


def _learned() -> dict[str, np.ndarray]:
    detector = build("sequential", CORRIDOR)
    for frame in traffic(frames=60):
        detector.step(frame)
    return memory_of(detector)
