"""Traffic that cannot be is refused: demand beyond any road's, ramps and lanes that are not there."""

from collections.abc import Sequence
from itertools import pairwise

from scenarios.demand import demand_steps, mainline_rate, ramp_rate, share_of
from scenarios.errors import UserError
from scenarios.scenario import Scenario
from scenarios.site import Site
from scenarios.suggestion import likely

HIGHEST_DEMAND = 2600.0  # veh/h/lane; a freeway lane carries 2000 to 2400


def check_traffic(scenario: Scenario, site: Site) -> None:
    """Refuse demand, ramps, surges and slow vehicles that `site` cannot have. Raises UserError."""
    steps = demand_steps(scenario)
    if not steps or steps[0][0] != 0:
        raise UserError(f"demand_vphpl: wanted steps [[time_s, demand], ...] from time 0 on, got {steps[:1]}")
    for (before_s, _), (after_s, _) in pairwise(steps):
        if not after_s > before_s:
            raise UserError(f"demand_vphpl: wanted steps in order of time, got {after_s:g} s after {before_s:g} s")
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
                    f"on-ramp {name!r}: its one lane wants at most {HIGHEST_DEMAND:.0f} veh/h, got {rate:.0f} at "
                    f"{time_s:g} s (its share of the mainline demand is {share_of(scenario, ramps[name]):g})"
                )
    for index, slow in enumerate(scenario.slow_vehicles):
        check_lanes(slow.lanes, site.lanes, f"slow_vehicles[{index}].lanes")
        if slow.time_s >= scenario.end_s:
            raise UserError(
                f"slow_vehicles[{index}].time_s: wanted before end_s {scenario.end_s:g}, got {slow.time_s:g}"
            )


def _no_ramp(where: str, name: str, ramps: Sequence[str], site: Site) -> str:
    known = ", ".join(ramps) or "none"
    return f"{where}: site {site.name!r} has no such ramp {name!r}, wanted one of: {known}{likely(name, ramps)}"


def check_own_traffic(scenario: Scenario) -> None:
    """Refuse traffic given to an own network, whose routes already say it."""
    for name in ("demand_vphpl", "traffic", "truck_share", "ramp_shares", "slow_vehicles", "surges", "rain"):
        if getattr(scenario, name) != Scenario.model_fields[name].get_default(call_default_factory=True):
            raise UserError(f"{name}: on an own network the traffic comes from its route files alone")


def check_lanes(lanes: tuple[int, ...], there: int, where: str) -> None:
    """Refuse lanes that are not among the `there` through lanes, or named twice. Raises UserError."""
    for lane in lanes:
        if not 0 <= lane < there:
            raise UserError(
                f"{where}: lane {lane} is not there: wanted 0 to {there - 1} (0 is the rightmost through lane; "
                "are they counted from 1?)"
            )
        if lanes.count(lane) > 1:
            raise UserError(f"{where}: lane {lane} is there twice")
