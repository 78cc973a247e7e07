from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.service.feeding.disorder import Disorder, arrivals
from harness.service.sources.reading import Reading, ReadingBatch
from scenarios.errors import UserError

PERIOD_S = 30.0
BATCHES = [
    ReadingBatch("a4", tuple(Reading(f"S{n}", 0, PERIOD_S * k, 1.0, 20.0, 0.1) for n in range(4))) for k in range(1, 21)
]
SENT = [reading for batch in BATCHES for reading in batch.readings]


def arrived(disorder: Disorder) -> list[tuple[float, Reading]]:
    return [(a.time_s, reading) for a in arrivals(iter(BATCHES), PERIOD_S, disorder) for reading in a.batch.readings]


def test_without_disorder_each_batch_arrives_in_its_time() -> None:
    assert [arrival.batch for arrival in arrivals(iter(BATCHES), PERIOD_S, Disorder())] == BATCHES


@given(st.floats(0, 300), st.integers(0, 100))
@settings(max_examples=20)
def test_every_reading_arrives_once_and_not_too_late(shuffle_within_s: float, seed: int) -> None:
    found = arrived(Disorder(shuffle_within_s, seed=seed))
    assert Counter(reading for _, reading in found) == Counter(SENT)
    assert all(0 <= time_s - reading.time_s <= shuffle_within_s + PERIOD_S for time_s, reading in found)
    newest_s = 0.0
    for _, reading in found:
        newest_s = max(newest_s, reading.time_s)
        assert newest_s - reading.time_s <= shuffle_within_s


def test_shares_come_twice_and_never() -> None:
    times = Counter(reading for _, reading in arrived(Disorder(60.0, duplicate=0.3, drop=0.2, seed=3)))
    assert 5 <= len(SENT) - len(times) <= 30
    assert 8 <= sum(count == 2 for count in times.values()) <= 40
    assert max(times.values()) == 2


def test_the_same_seed_gives_the_same_order_and_another_another() -> None:
    disorder = Disorder(60.0, 0.1, 0.1, seed=3)
    assert arrived(disorder) == arrived(disorder) != arrived(replace(disorder, seed=4))


@pytest.mark.parametrize("options", [{"drop": 20}, {"duplicate": -1}, {"shuffle_within_s": -1}, {"seed": -1}])
def test_impossible_disorder_is_refused(options: dict[str, int]) -> None:
    with pytest.raises(UserError, match="wanted"):
        Disorder(**options)
