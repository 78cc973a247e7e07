from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.service.sources.stamps import StampReader, read_zone
from scenarios.errors import UserError

BERLIN = read_zone("Europe/Berlin")
FIRST_0200_S = 1792886400.0
"""2026-10-25T02:00 in Berlin, in summer time; the clock is put back an hour later."""


def local(time_s: float) -> str:
    return datetime.fromtimestamp(time_s, BERLIN).replace(tzinfo=None).isoformat()


@pytest.mark.parametrize(
    "stamp",
    [
        1767225600,
        1767225600.0,
        "2026-01-01T00:00:00Z",
        "2026-01-01 01:00:00+01:00",
        "20260101T000000Z",
        "2026-01-01T00:00z",
    ],
)
def test_the_same_moment_in_many_forms(stamp: float | str) -> None:
    assert StampReader().read(stamp) == 1767225600.0


@pytest.mark.parametrize(
    ("stamp", "told"),
    [
        (1.7e12, "is it in milliseconds"),
        (float("nan"), "time is in seconds"),
        ("1767225600", "a number without quotation marks"),
        ("2026-01-01", "time is seconds since 1970 or ISO 8601"),
        ("01/02/2026 08:00", "time is seconds since 1970 or ISO 8601"),
        ("2026-02-30T08:00:00Z", "day is out of range"),
        ("2026-02-28T08:00:00", "is a Z missing at its end"),
        ("2026-02-28T" + "0" * 5000, "time is seconds since 1970 or ISO 8601"),
    ],
)
def test_what_is_no_stamp_is_refused(stamp: float | str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        StampReader().read(stamp)


def test_the_hour_that_spring_leaves_out_is_refused() -> None:
    with pytest.raises(UserError, match="does not exist in Europe/Berlin"):
        StampReader(BERLIN).read("2026-03-29T02:30:00")


def test_the_hour_that_comes_twice_follows_the_order_of_arrival() -> None:
    reader = StampReader(BERLIN)
    times_s = [FIRST_0200_S + 300 * k for k in range(-3, 30)]
    assert [reader.read(local(time_s), "S1") for time_s in times_s] == times_s


@given(st.permutations(range(-6, 36)), st.sampled_from([30, 200]))
def test_late_stamps_and_duplicates_do_not_confuse_the_hour_that_comes_twice(order: list[int], period_s: int) -> None:
    reader = StampReader(BERLIN)
    reader.read(local(FIRST_0200_S - 3600), "S1")
    ranks = {k: rank for rank, k in enumerate(order)}
    late = sorted(ranks, key=lambda k: k + ranks[k] % 4)  # each at most 3 periods late
    times_s = [FIRST_0200_S + period_s * k for k in late for _ in range(2)]
    assert [reader.read(local(time_s), "S1") for time_s in times_s] == times_s


def test_the_first_stamp_of_a_station_is_the_first_of_two() -> None:
    reader = StampReader(BERLIN)
    reader.read(local(FIRST_0200_S + 5400), "S1")  # in its second hour only if something came before
    assert reader.read("2026-10-25T02:00:00", "S2") == FIRST_0200_S


def test_a_station_whose_clock_runs_ahead_does_not_confuse_another() -> None:
    reader = StampReader(BERLIN)
    reader.read(local(FIRST_0200_S), "S1")
    reader.read(local(FIRST_0200_S + 10_000), "ahead")
    assert reader.read(local(FIRST_0200_S + 300), "S1") == FIRST_0200_S + 300


def test_an_unknown_zone_is_told() -> None:
    with pytest.raises(UserError, match="got 'Europe/Berln'; did you mean 'Europe/Berlin'"):
        read_zone("Europe/Berln")
    for name in ("../etc/passwd", "", "/etc/passwd", "a\0b"):
        with pytest.raises(UserError, match="wanted an IANA name"):
            read_zone(name)


@given(st.datetimes(), st.sampled_from(["America/Los_Angeles", "Europe/London", "Asia/Kolkata", "UTC"]))
def test_every_local_time_is_read_or_refused(moment: datetime, zone: str) -> None:
    try:
        time_s = StampReader(ZoneInfo(zone)).read(moment.isoformat())
    except UserError:
        return
    back = datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC")) + timedelta(seconds=time_s)
    assert abs(back.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - moment) <= timedelta(microseconds=20)
