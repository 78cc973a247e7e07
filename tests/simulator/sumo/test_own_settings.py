"""SUMO's settings on a site of ours and on a user's own network, and clocks that do not fit."""

import pytest

from scenarios.errors import UserError
from scenarios.scenario import OwnNetwork, Scenario
from simulator.sumo.own_settings import begin_s, check_clock, settings_of, step_s

OURS = {"step-length": "1", "time-to-teleport": "-1", "collision.action": "warn"}


def own(period_s: float = 30.0, warm_up_s: float = 300.0, **settings: str) -> Scenario:
    """A scenario on an own network with settings, whose names have _ for -."""
    network = OwnNetwork(
        net_file="n",
        route_files=("r",),
        additional_files=("a",),
        corridor=("e",),
        settings=tuple((name.replace("_", "-"), value) for name, value in settings.items()),
    )
    return Scenario(name="own", seed=1, network=network, period_s=period_s, warm_up_s=warm_up_s, end_s=warm_up_s + 600)


def test_on_a_site_of_ours_drivers_pass_on_both_sides() -> None:
    site = Scenario(name="s", seed=1, site="sr91", warm_up_s=300, end_s=900)
    assert settings_of(site) == OURS | {"lanechange.overtake-right": "true"}
    assert (step_s(site), begin_s(site)) == (1.0, 0.0)


def test_on_an_own_network_the_users_settings_override_ours_and_the_others_stay() -> None:
    assert settings_of(own()) == OURS
    found = settings_of(own(step_length="0.5", scale="1.2", begin="0"))
    assert found == OURS | {"step-length": "0.5", "scale": "1.2"}


def test_a_time_may_be_written_as_sumo_writes_it() -> None:
    assert begin_s(own(begin="6:00:00")) == 21600.0
    assert step_s(own(step_length="0.25")) == 0.25


@pytest.mark.parametrize("value", ["soon", "-1", "nan", ""])
def test_what_is_no_time_is_refused(value: str) -> None:
    with pytest.raises(UserError, match="begin: wanted a time in seconds, got"):
        begin_s(own(begin=value))


@pytest.mark.parametrize(("step", "period_s"), [("1", 30.0), ("0.1", 30.0), ("0.3", 30.0), ("30", 30.0), ("0.7", 21.0)])
def test_a_period_may_be_any_whole_number_of_steps(step: str, period_s: float) -> None:
    check_clock(own(period_s, step_length=step))


@pytest.mark.parametrize("step", ["0", "0.7", "29.9", "60"])
def test_a_period_of_parts_of_a_step_is_refused(step: str) -> None:
    with pytest.raises(
        UserError, match=rf"step-length: wanted a whole number of steps in period_s, 30 s, got .* {step} s"
    ):
        check_clock(own(step_length=step))


def test_recording_begins_with_the_simulation_at_the_earliest_and_whole_periods_after_0_s() -> None:
    check_clock(own(begin="300", warm_up_s=300.0))
    with pytest.raises(UserError, match=r"warm_up_s: wanted 330 s or later, when .*, got 300"):
        check_clock(own(begin="330", warm_up_s=300.0))
    with pytest.raises(UserError, match=r"begin: wanted a whole number of periods of 30 s \(period_s\), got 10 s"):
        check_clock(own(begin="10"))
