"""Demand: how many vehicles want to enter where and when, from steps, on-ramp shares and surges.

The mainline's demand is `demand_vphpl` times its surges. An on-ramp's is its share of that, times its own surges. On a site
whose on- and off-ramps have equal shares, the flow is the same everywhere.
"""

from collections.abc import Sequence
from itertools import pairwise

from scenarios.errors import UserError
from scenarios.incident import LONGEST_RUN_S, Surge
from scenarios.scenario import Scenario
from scenarios.site import Ramp, Site
from scenarios.suggestion import likely

Steps = tuple[tuple[float, float], ...]

HIGHEST_DEMAND = 2600.0
"""Vehicles per hour and lane. Chosen: a freeway lane carries 2000 to 2400."""


def _demand_steps(scenario: Scenario) -> Steps:
    """Return (time_s, veh/h/lane) steps without surges: each demand holds from its time, the first from 0."""
    demand = scenario.demand_vphpl
    return demand if isinstance(demand, tuple) else ((0.0, demand),)


def demand_at(scenario: Scenario, time_s: float) -> float:
    """Return the mainline demand [veh/h/lane] at `time_s`, without surges."""
    steps = _demand_steps(scenario)
    return next((demand for start_s, demand in reversed(steps) if start_s <= time_s), steps[0][1])


def mainline_rate(scenario: Scenario, site: Site) -> Steps:
    """Return (time_s, veh/h) over all lanes at the entry, from 0 to `end_s`, surges included."""
    return _rate(scenario, site.lanes, _surges_at(scenario, None))


def ramp_rate(scenario: Scenario, site: Site, ramp: Ramp) -> Steps:
    """Return (time_s, veh/h) at an on-ramp, from 0 to `end_s`, the mainline's and its own surges included."""
    share = ramp_share(scenario, ramp)
    return _rate(scenario, site.lanes * share, [*_surges_at(scenario, None), *_surges_at(scenario, ramp.name)])


def ramp_share(scenario: Scenario, ramp: Ramp) -> float:
    """Return the ramp's share of the mainline demand: the scenario's where it names one, else the site's."""
    return scenario.ramp_shares.get(ramp.name, ramp.share)


def _surges_at(scenario: Scenario, ramp: str | None) -> list[Surge]:
    return [surge for surge in scenario.surges if surge.ramp == ramp]


def _rate(scenario: Scenario, width: float, surges: Sequence[Surge]) -> Steps:
    changes = {0.0, *(time_s for time_s, _ in _demand_steps(scenario))}
    for surge in surges:
        changes |= {surge.time_s, surge.time_s + surge.duration_s}
    steps = []
    for time_s in sorted(time_s for time_s in changes if time_s < scenario.end_s):
        rate = width * demand_at(scenario, time_s)
        for surge in surges:
            if surge.time_s <= time_s < surge.time_s + surge.duration_s:
                rate *= surge.factor
        steps.append((time_s, rate))
    return tuple(steps)


def check_demand(scenario: Scenario, site: Site) -> None:
    """Refuse demand, ramp shares and surges that `site` cannot have. Raises UserError."""
    steps = _demand_steps(scenario)
    if not steps or steps[0][0] != 0:
        raise UserError(f"demand_vphpl: wanted steps [[time_s, demand], ...] from time 0 on, got {steps[:1]}")
    for (before_s, _), (after_s, _) in pairwise(steps):
        if not after_s > before_s:
            raise UserError(f"demand_vphpl: wanted steps in order of time, got {after_s:g} s after {before_s:g} s")
    if steps[-1][0] > LONGEST_RUN_S:
        raise UserError(f"demand_vphpl: wanted steps within a week, {LONGEST_RUN_S:.0f} s, got {steps[-1][0]:g} s")
    for _, demand in steps:
        if not 0 <= demand <= HIGHEST_DEMAND:
            raise UserError(
                f"demand_vphpl: wanted 0 to {HIGHEST_DEMAND:.0f} vehicles per hour and lane, got {demand:g} "
                "(is it for all lanes together?)"
            )
    ramps = {ramp.name: ramp for ramp in site.ramp}
    for name, share in scenario.ramp_shares.items():
        if name not in ramps:
            raise UserError(_no_ramp(f"ramp_shares.{name}", name, list(ramps), site))
        if not 0 <= share <= 1:
            raise UserError(f"ramp_shares.{name}: wanted a share, 0 to 1, got {share:g} (is it a percentage?)")
    on_ramps = [name for name, ramp in ramps.items() if ramp.kind == "on"]
    for index, surge in enumerate(scenario.surges):
        if surge.ramp is not None and surge.ramp not in on_ramps:
            raise UserError(_no_ramp(f"surges[{index}].ramp", surge.ramp, on_ramps, site))
        if surge.time_s >= scenario.end_s:
            raise UserError(f"surges[{index}].time_s: wanted before end_s {scenario.end_s:g}, got {surge.time_s:g}")
    for time_s, rate in mainline_rate(scenario, site):
        if rate > HIGHEST_DEMAND * site.lanes:
            raise UserError(
                f"surges: they lift the demand to {rate / site.lanes:.0f} vehicles per hour and lane at {time_s:g} s, "
                f"wanted at most {HIGHEST_DEMAND:.0f}"
            )
    for name in on_ramps:
        for time_s, rate in ramp_rate(scenario, site, ramps[name]):
            if rate > HIGHEST_DEMAND:
                raise UserError(
                    f"on-ramp {name!r}: its one lane takes at most {HIGHEST_DEMAND:.0f} veh/h, got {rate:.0f} at "
                    f"{time_s:g} s (its share of the mainline demand is {ramp_share(scenario, ramps[name]):g})"
                )


def _no_ramp(where: str, name: str, ramps: Sequence[str], site: Site) -> str:
    known = ", ".join(ramps) or "none"
    return f"{where}: site {site.name!r} has no such ramp {name!r}, wanted one of: {known}{likely(name, ramps)}"
