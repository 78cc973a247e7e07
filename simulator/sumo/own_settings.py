"""SUMO's settings: ours, and those of a user's configuration, which come first on the user's own network."""

import reprlib

from scenarios.errors import UserError
from scenarios.files.route_file import sumo_time_s
from scenarios.scenario import Scenario

STEP_S = 1.0
"""SUMO's step. Chosen: reaction times of about a second, and 10 s of computing for an hour of sr91."""
SAME_STEP = 1e-6
"""Part of a step by which a period may miss a whole number of steps: rounding."""
OWN_ROAD = {"step-length": f"{STEP_S:g}", "time-to-teleport": "-1", "collision.action": "warn"}
"""Settings on a user's own network, where the user has none. SUMO would take vehicles out of a queue after 300 s, and out of
collisions: that would change what is measured. All others are SUMO's defaults."""
SITE_ROAD = {**OWN_ROAD, "lanechange.overtake-right": "true"}
"""Settings on a site of ours, where drivers pass on both sides."""


def settings_of(scenario: Scenario) -> dict[str, str]:
    """Return SUMO's settings by the names of its options, all but the time at which it begins."""
    own = scenario.network
    settings = SITE_ROAD if own is None else {**OWN_ROAD, **dict(own.settings)}
    return {name: value for name, value in settings.items() if name != "begin"}


def step_s(scenario: Scenario) -> float:
    """Return SUMO's step [s]. Raises UserError for what is no time."""
    return _time_s(scenario, "step-length", STEP_S)


def begin_s(scenario: Scenario) -> float:
    """Return the time [s] at which the simulation begins, 0 where no setting says so. Raises UserError for what is no time."""
    return _time_s(scenario, "begin", 0.0)


def check_clock(scenario: Scenario) -> None:
    """Refuse settings with which frames do not end at the end of a step, or recording begins too early. Raises UserError."""
    step, begin, period = step_s(scenario), begin_s(scenario), scenario.period_s
    if not step > 0 or abs(period / step - round(period / step)) > SAME_STEP:
        raise UserError(
            f"step-length: wanted a whole number of steps in period_s, {period:g} s, got steps of {step:g} s"
        )
    if begin % period:
        raise UserError(f"begin: wanted a whole number of periods of {period:g} s (period_s), got {begin:g} s")
    if begin > scenario.warm_up_s:
        raise UserError(
            f"warm_up_s: wanted {begin:g} s or later, when the settings let the simulation begin, got {scenario.warm_up_s:g} "
            "(times are on the simulation's clock)"
        )


def _time_s(scenario: Scenario, setting: str, usual: float) -> float:
    settings = {} if scenario.network is None else dict(scenario.network.settings)
    if setting not in settings:
        return usual
    value = sumo_time_s(settings[setting])
    if not value >= 0:
        raise UserError(f"{setting}: wanted a time in seconds, got {reprlib.repr(settings[setting])}")
    return value
