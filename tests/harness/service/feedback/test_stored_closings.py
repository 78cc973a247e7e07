"""What is learned from a store's incidents, and what is left out."""

import pytest

from detectors.calibration.closings import Closing
from harness.service.feedback.stored_closings import closed_corridor, stored_closings
from harness.service.incidents.incident_event import EventKind
from harness.service.store.sql_store import SqlStore
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from tests.harness.service.feedback.closed_store import ROAD, SCORED_BY, add_incident
from tests.harness.service.store.made_events import by_person


def test_resolved_is_true_and_a_false_alarm_false_with_the_scores_of_their_sections(store: SqlStore) -> None:
    add_incident(store, 1, {1: 12.0, 0: 9.5}, EventKind.RESOLVED)
    add_incident(store, 2, {2: 9.0}, EventKind.FALSE_ALARM)
    found = stored_closings(store, ROAD, "sequential", SCORED_BY, 8.5)
    assert found.closings == (Closing(1, True, {0: 9.5, 1: 12.0}), Closing(2, False, {2: 9.0}))
    assert (found.from_s, found.to_s, found.false) == (30.0, 60.0, 1)


def test_duplicates_and_planned_ones_are_unclear_and_others_left_out(store: SqlStore) -> None:
    add_incident(store, 1, {1: 12.0}, EventKind.RESOLVED)
    kinds = (EventKind.DUPLICATE, EventKind.PLANNED, EventKind.TEST, None)
    for number, kind in enumerate(kinds, start=2):
        add_incident(store, number, {2: 9.0}, kind)
    add_incident(store, 8, {2: 9.0}, EventKind.FALSE_ALARM, detector="california7")
    add_incident(store, 9, {2: 9.0}, EventKind.FALSE_ALARM, scored_by={"sequential": "0" * 64})
    add_incident(store, 10, {2: 9.0}, EventKind.FALSE_ALARM, scores={})
    add_incident(store, 11, {2: 5.0}, EventKind.FALSE_ALARM)
    found = stored_closings(store, ROAD, "sequential", SCORED_BY, 8.5)
    assert len(found.closings) == 1
    assert found.unclear == {2: 2}
    assert found.left_out == {
        "closed as test": 1,
        "still open": 1,
        "opened by california7": 1,
        "scored by sequential with other parameters": 1,
        "without scores (by a version before they were kept)": 1,
        "scored no higher than 8.5, the threshold of --aim (was it another one?)": 1,
    }


def test_an_incident_closed_twice_is_what_it_was_closed_as_last(store: SqlStore) -> None:
    name = add_incident(store, 1, {1: 12.0}, EventKind.RESOLVED)
    store.append([by_person(name, EventKind.FALSE_ALARM, "after all")])
    assert stored_closings(store, ROAD, "sequential", SCORED_BY, 8.5).false == 1


def test_days_are_those_of_frames_also_of_dropped_ones(store: SqlStore) -> None:
    for number in range(1, 5):
        add_incident(store, number, {1: 12.0}, EventKind.RESOLVED)
    before = stored_closings(store, ROAD, "sequential", SCORED_BY, 8.5).days
    store.thin("north", 100.0)
    assert stored_closings(store, ROAD, "sequential", SCORED_BY, 8.5).days == before == pytest.approx(4 * 30 / 86400)


def test_the_digest_changes_with_a_closing(store: SqlStore) -> None:
    add_incident(store, 1, {1: 12.0}, EventKind.RESOLVED)
    before = stored_closings(store, ROAD, "sequential", SCORED_BY, 8.5).digest
    add_incident(store, 2, {1: 12.0}, EventKind.FALSE_ALARM)
    assert stored_closings(store, ROAD, "sequential", SCORED_BY, 8.5).digest != before


def test_nothing_to_learn_from_is_said_with_what_there_is(store: SqlStore) -> None:
    add_incident(store, 1, {1: 12.0}, None)
    add_incident(store, 2, {1: 12.0}, EventKind.PLANNED)
    with pytest.raises(
        UserError, match="closed as resolved or false alarm, got 1 still open; 1 as duplicate or planned"
    ):
        stored_closings(store, ROAD, "sequential", SCORED_BY, 8.5)


def test_the_only_corridor_need_not_be_named_and_a_wrong_name_is_told(store: SqlStore) -> None:
    with pytest.raises(UserError, match="knows no corridor"):
        closed_corridor(store, None)
    store.keep_corridor(ROAD)
    assert closed_corridor(store, None) == ROAD
    with pytest.raises(UserError, match=r"the store has no 'nort'.*did you mean 'north'"):
        closed_corridor(store, "nort")
    store.keep_corridor(Corridor("south", 30.0, ROAD.stations))
    with pytest.raises(UserError, match="several corridors: wanted --corridor, one of north, south"):
        closed_corridor(store, None)
