"""A placement cut from the dense corridor: its stations, and the truth as its sections see it."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from harness.studies.placement.dense_runs import DenseRecordings
from harness.studies.placement.placement import EquippedStation, Placement, truth_for_placement
from harness.studies.placement.placement_replays import placement_frames

Place = Callable[..., Placement]


def test_an_incident_lies_in_the_section_between_the_stations_that_are_there(
    world: DenseRecordings, place: Place
) -> None:
    run = world.runs[0]  # at 2100 m, onset 947 s
    for stations, section in (((0, 4, 5, 10), 1), ((0, 5, 10), 0), ((0, 2, 3, 4, 10), 3)):
        truth = truth_for_placement(place(*stations), world.corridor, run.truth, run.evidence_s, run.impact)
        assert truth.incidents[0].section == section


def test_evidence_is_the_first_frame_in_which_a_wave_has_reached_a_station_of_the_section(
    world: DenseRecordings, place: Place
) -> None:
    run = world.runs[0]
    # Upstream at 5 m/s: 100 m away at 2000 m, so from 967 s on; downstream at 25 m/s: 400 m away at 2500 m, from 963 s on.
    # At 0 m not before clearance and 300 s more, at 5000 m from 947 + 2900 / 25 = 1063 s on.
    for stations, evidence_s in (((0, 4, 5, 10), 990.0), ((0, 5, 10), 990.0), ((0, 10), 1080.0), ((0, 3, 10), 1080.0)):
        truth = truth_for_placement(place(*stations), world.corridor, run.truth, run.evidence_s, run.impact)
        assert truth.incidents[0].earliest_evidence_s == evidence_s


def test_a_section_whose_loops_are_all_dead_never_shows_an_incident(world: DenseRecordings) -> None:
    run = world.runs[0]
    blind = Placement((EquippedStation(0, ()), EquippedStation(10, ())))
    (incident,) = truth_for_placement(blind, world.corridor, run.truth, run.evidence_s, run.impact).incidents
    assert math.isnan(incident.earliest_evidence_s)
    assert not incident.impact


def test_queues_are_carried_by_the_stations_that_are_there_under_their_new_numbers(
    world: DenseRecordings, place: Place
) -> None:
    run = world.runs[0]
    dense = {span.station: (span.from_s, span.to_s) for span in run.truth.carrying}
    spans = truth_for_placement(place(0, 4, 10), world.corridor, run.truth, run.evidence_s, run.impact).carrying
    assert {span.station: (span.from_s, span.to_s) for span in spans} == {0: dense[0], 1: dense[4]}


def test_lanes_that_are_not_equipped_are_not_known(world: DenseRecordings) -> None:
    run = world.runs[0]
    frame = placement_frames(run, Placement((EquippedStation(1, (1,)), EquippedStation(3, (0, 1)))))[5]
    assert np.isnan(frame.count[0, 0])
    assert frame.count[0, 1] == run.count[5, 1, 1]
    assert np.array_equal(frame.speed[1], run.speed[5, 3])


def test_dead_loops_take_their_lanes_from_a_placement(world: DenseRecordings, place: Place) -> None:
    dead = np.zeros((11, 2), dtype=np.bool_)
    dead[4, 1] = dead[5] = True
    assert place(0, 4, 10).failing(dead).stations == (
        EquippedStation(0, (0, 1)),
        EquippedStation(4, (0,)),
        EquippedStation(10, (0, 1)),
    )


def test_stations_twice_or_out_of_order_are_no_placement() -> None:
    with pytest.raises(ValueError, match="in downstream order"):
        Placement((EquippedStation(3, (0,)), EquippedStation(3, (1,))))
