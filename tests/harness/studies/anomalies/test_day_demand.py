"""A day's demand as steps."""

import numpy as np
import pytest

from harness.studies.anomalies.day_demand import cut_to_run, demand_on, deviating_spans, drawn_day, with_level

PROFILE = [(0.0, 100.0), (3600.0, 1000.0), (7200.0, 500.0)]


def test_a_level_holds_for_its_time_and_the_profile_after_it() -> None:
    steps = with_level(PROFILE, 1800, 5400, 700)
    assert [demand_on(steps, time_s) for time_s in (0, 1799, 1800, 3600, 5399, 5400, 7200)] == [
        *(100, 100, 700, 700, 700, 1000, 500)
    ]


def test_a_run_begins_with_the_demand_of_its_hour_warm_up_included() -> None:
    assert cut_to_run(PROFILE, 5400, 9000, 480) == [[0.0, 1000.0], [2280.0, 500.0]]


def test_days_do_not_differ_where_no_deviation_is_wanted() -> None:
    assert drawn_day(PROFILE, 0, 0, np.random.default_rng(1)) == PROFILE


def test_a_deviation_of_the_level_moves_all_steps_alike() -> None:
    shares = [
        new / old
        for (_, new), (_, old) in zip(drawn_day(PROFILE, 0.1, 0, np.random.default_rng(1)), PROFILE, strict=True)
    ]
    assert shares == pytest.approx([shares[0]] * 3, rel=0.01)
    assert shares[0] != 1


@pytest.mark.parametrize(
    ("share", "least_s", "spans"),
    [
        (0.3, 0, [(3600.0, 7200.0), (10800.0, 86400.0)]),
        (0.3, 4000, [(10800.0, 86400.0)]),
        (0.6, 0, [(10800.0, 86400.0)]),
        (2.0, 0, []),
    ],
)
def test_a_span_deviates_by_more_than_a_share_for_long_enough(
    share: float, least_s: float, spans: list[tuple[float, float]]
) -> None:
    other = [(0.0, 100.0), (3600.0, 500.0), (10800.0, 1000.0)]
    assert deviating_spans(PROFILE, other, share, least_s) == spans
