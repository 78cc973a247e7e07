"""How many vehicles want to enter where and when: steps of demand, on-ramp shares, surges.

The mainline's demand is `demand_vphpl` times its surges. An on-ramp's is its share of that (so on a site whose
on- and off-ramps have equal shares the flow stays the same all along), times its own surges.
"""

from collections.abc import Sequence

from scenarios.incident import Surge
from scenarios.scenario import Scenario
from scenarios.site import Ramp, Site

Steps = tuple[tuple[float, float], ...]


def demand_steps(scenario: Scenario) -> Steps:
    """(time_s, veh/h/lane) from which each demand holds, before surges; the first holds from 0."""
    demand = scenario.demand_vphpl
    return demand if isinstance(demand, tuple) else ((0.0, demand),)


def demand_at(scenario: Scenario, time_s: float) -> float:
    """Mainline demand [veh/h/lane] at `time_s`, before surges."""
    steps = demand_steps(scenario)
    return next((demand for start_s, demand in reversed(steps) if start_s <= time_s), steps[0][1])


def mainline_rate(scenario: Scenario, site: Site) -> Steps:
    """(time_s, veh/h) over all lanes at the entry, from 0 to `end_s`, surges included."""
    return _rate(scenario, site.lanes, _of(scenario, None))


def ramp_rate(scenario: Scenario, site: Site, ramp: Ramp) -> Steps:
    """(time_s, veh/h) at an on-ramp, from 0 to `end_s`, the mainline's and its own surges included."""
    share = share_of(scenario, ramp)
    return _rate(scenario, site.lanes * share, [*_of(scenario, None), *_of(scenario, ramp.name)])


def share_of(scenario: Scenario, ramp: Ramp) -> float:
    """The ramp's share of the mainline: the scenario's where it names one, else the site's."""
    return scenario.ramp_shares.get(ramp.name, ramp.share)


def _of(scenario: Scenario, ramp: str | None) -> list[Surge]:
    return [surge for surge in scenario.surges if surge.ramp == ramp]


def _rate(scenario: Scenario, width: float, surges: Sequence[Surge]) -> Steps:
    changes = {0.0, *(time_s for time_s, _ in demand_steps(scenario))}
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
