"""Times of a study by hand: a fifth of the run is warm-up, two fifths of what is recorded an incident, in whole periods."""

import pytest

from scenarios.adoption.study_clock import Clock, study_clock
from scenarios.errors import UserError
from scenarios.files.sumo_config_file import SumoConfig


def clock(end: str | None, period_s: float = 30.0, begin: str = "0") -> Clock:
    return study_clock(SumoConfig(None, (), (), (("begin", begin),), (), end), period_s)


@pytest.mark.parametrize("end", [None, "-1", "21600"])
def test_without_an_end_a_run_takes_an_hour_from_its_beginning(end: str | None) -> None:
    assert clock(end, begin="21600") == Clock(21600.0 + 720.0, 25200.0, 30.0)


def test_warm_up_is_a_fifth_of_the_run_and_a_quarter_of_an_hour_at_most() -> None:
    assert clock("3000").warm_up_s == 600.0
    assert clock("7200").warm_up_s == 900.0
    assert clock("28800", begin="21600").warm_up_s == 21600.0 + 900.0


def test_warm_up_and_end_are_whole_periods() -> None:
    found = clock("3629", 50.0)
    assert (found.warm_up_s, found.end_s) == (700.0, 3600.0)
    assert clock("21659", begin="18000").end_s == 21630.0


def test_an_incident_begins_seven_seconds_into_the_third_period() -> None:
    assert clock("3600").onset_s == 720.0 + 67.0


@pytest.mark.parametrize(
    ("end", "period_s", "duration_s"),
    [
        ("3600", 30.0, 600.0),  # 0.4 x 2880 s are more than ten minutes
        ("600", 30.0, 180.0),  # 0.4 x 480 = 192 s
        ("7200", 900.0, 900.0),  # no whole period in ten minutes
    ],
)
def test_an_incident_lasts_whole_periods_ten_minutes_at_most(end: str, period_s: float, duration_s: float) -> None:
    assert clock(end, period_s).duration_s == duration_s


@pytest.mark.parametrize("period_s", [30.0, 60.0, 50.0])
def test_the_length_that_is_wanted_is_enough_and_a_period_less_is_not(period_s: float) -> None:
    with pytest.raises(UserError, match=r"simulates \d+ s, wanted (\d+) s or more with periods of") as refused:
        clock("100", period_s)
    wanted_s = float(str(refused.value).split("wanted ")[1].split(" s")[0])
    assert clock(f"{wanted_s:g}", period_s).end_s == wanted_s
    with pytest.raises(UserError, match="or a shorter --period"):
        clock(f"{wanted_s - period_s:g}", period_s)
