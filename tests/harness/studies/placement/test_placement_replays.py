"""Scores of station pairs replayed all at once are those of a plain replay, and only for detectors of which that may be said."""

from collections.abc import Callable

import numpy as np
import pytest

from detectors.catalogue import DETECTORS, build
from detectors.detector import Detector
from harness.studies.placement.dense_runs import DenseRecordings
from harness.studies.placement.placement import EquippedStation, Placement
from harness.studies.placement.placement_replays import PAIRWISE, PairScores, PlacementReplays, placement_frames
from scenarios.corridor import Corridor
from simulator.frame import Array

Place = Callable[..., Placement]
MIXED = Placement(
    (
        EquippedStation(0, (0, 1)),
        EquippedStation(3, (1,)),
        EquippedStation(4, (0, 1)),
        EquippedStation(7, ()),
        EquippedStation(10, (0, 1)),
    )
)


def plain(dense: DenseRecordings, detector: str, placement: Placement) -> list[Array]:
    """(T, N) scores of the detector stepped through each run on the placement's own corridor."""
    found = []
    for run in dense.runs:
        stepped = build(detector, placement.corridor(dense.corridor))
        found.append(np.array([stepped.step(frame).score for frame in placement_frames(run, placement)]))
    return found


@pytest.mark.parametrize("detector", PAIRWISE)
def test_pairs_replayed_at_once_give_what_a_plain_replay_gives(
    world: DenseRecordings, place: Place, detector: str
) -> None:
    few = DenseRecordings(
        world.corridor, (world.runs[0], world.runs[1], world.runs[4])
    )  # two of one length, replayed at once
    pairs = PairScores(few, detector, 1.0)
    # Matrix products may round otherwise in another shape; all else is the same to the last bit.
    tolerance = 1e-9 if detector in ("mlp", "pnn") else 0.0
    for placement in (place(0, 2, 4, 5, 10), MIXED):
        for told, wanted in zip(pairs.scores(placement), plain(few, detector, placement), strict=True):
            assert np.isfinite(wanted).any()
            np.testing.assert_allclose(told, wanted, rtol=tolerance, atol=tolerance, equal_nan=True)


@pytest.mark.parametrize("detector", PAIRWISE)
def test_a_section_is_judged_by_its_two_stations_alone(world: DenseRecordings, place: Place, detector: str) -> None:
    few = DenseRecordings(world.corridor, world.runs[:1])
    one, other = (plain(few, detector, each)[0] for each in (place(0, 4, 5, 10), place(2, 4, 5, 8)))
    tolerance = 1e-9 if detector in ("mlp", "pnn") else 0.0
    np.testing.assert_allclose(one[:, 1], other[:, 1], rtol=tolerance, atol=tolerance, equal_nan=True)


def test_sequential_looks_further_than_its_two_stations(world: DenseRecordings, place: Place) -> None:
    few = DenseRecordings(world.corridor, world.runs[:1])
    one, other = (plain(few, "sequential", each)[0] for each in (place(0, 3, 4, 5, 10), place(0, 4, 5, 10)))
    assert not np.array_equal(one[:, -2], other[:, -2], equal_nan=True)
    assert "sequential" not in PAIRWISE


def test_detectors_with_rules_of_their_own_tell_alarms_and_others_do_not(world: DenseRecordings, place: Place) -> None:
    few = DenseRecordings(world.corridor, world.runs[:1])
    for detector in ("sheu2004", "mcmaster"):
        (replay,) = PlacementReplays(few, detector, 1.0).replay(place(0, 4, 10))
        assert (replay.alarms is None) == (DETECTORS[detector].thresholds is not None)


def test_few_pairs_kept_change_no_score_and_are_replayed_again(
    world: DenseRecordings, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[str] = []

    def counted(name: str, corridor: Corridor, aim: float) -> Detector:
        built.append(name)
        return build(name, corridor, aim=aim)

    monkeypatch.setattr("harness.studies.placement.placement_replays.build", counted)
    frames = sum(len(run.times_s) for run in world.runs)
    small = PairScores(world, "mcmaster", 1.0, most_bytes=8 * frames * 2)  # two pairs
    large = PairScores(world, "mcmaster", 1.0)
    placements = (place(0, 4, 10), place(0, 5, 10), place(0, 4, 10))
    all_kept = [large.scores(placement) for placement in placements]
    twice = len(built)
    for placement, scores in zip(placements, all_kept, strict=True):
        for one, other in zip(small.scores(placement), scores, strict=True):
            assert np.array_equal(one, other, equal_nan=True)
    assert len(built) - twice == 1.5 * twice


def test_more_pairs_in_a_placement_than_are_kept_change_no_score(world: DenseRecordings, place: Place) -> None:
    placement = place(0, 1, 2, 3, 10)
    small = PairScores(world, "mcmaster", 1.0, most_bytes=0)  # one pair
    for one, other in zip(small.scores(placement), PairScores(world, "mcmaster", 1.0).scores(placement), strict=True):
        assert np.array_equal(one, other, equal_nan=True)
