"""Pushed batches in the database."""

from harness.service.sources.reading import Reading, ReadingBatch
from harness.service.store.sql_store import SqlStore


def batch(*times_s: float, corridor: str = "north") -> ReadingBatch:
    return ReadingBatch(corridor, tuple(Reading("a", 0, time_s, 8.0, 30.0, 0.1) for time_s in times_s))


def test_batches_are_kept_until_their_last_stamp_is_forgotten(store: SqlStore) -> None:
    given = [batch(30.0), batch(30.0, 60.0), batch(30.0, corridor="south"), batch(15.0)]
    numbers = [store.journal(each) for each in given]
    assert numbers == sorted(set(numbers))
    assert list(store.journaled("north")) == [given[0], given[1], given[3]]
    store.forget_journal("north", 30.0)
    assert list(store.journaled("north")) == [given[1]]
    assert list(store.journaled("south")) == [given[2]]


def test_many_batches_come_in_the_order_in_which_they_were_kept(store: SqlStore) -> None:
    given = [batch(float(number)) for number in range(100)]
    for each in given:
        store.journal(each)
    assert list(store.journaled("north")) == given


def test_a_batch_with_the_key_of_another_is_kept_once(store: SqlStore) -> None:
    assert store.journal(batch(30.0), "spool/1") == store.journal(batch(30.0), "spool/1")
    assert len(list(store.journaled("north"))) == 1
