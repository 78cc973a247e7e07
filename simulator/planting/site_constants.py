"""Constants of a road on which incidents are planted: what a lane carries, how fast queues grow, how drivers change lanes.

Each value comes with its source. A lane's states follow a triangle: flow = min(free speed x density, capacity,
wave speed x (jam density - density)); the free speed is measured before each incident (`planted_road`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from scenarios.errors import UserError

HOUR_S = 3600.0
CAPACITY_VPHPL = 1900.0
"""Capacity of a lane, veh/h. Chosen where nothing larger was observed; I-205 in Portland carries so much."""
WAVE_MPS = 17.1 / 3.6
"""Speed at which a queue's states travel upstream, m/s. Fitted on simulated roads; measured ones give 15 to 20 km/h."""
SPEED_SLOPE_MPS = 1.8
"""Speed that a lane loses between an empty road and capacity, m/s: I-205 in Portland. SUMO's default drivers: 5."""
EXCHANGE_S = 36.0
"""Time in which a lane's drivers leave it for one that is faster by the free speed, s (tau of Laval and Daganzo 2006). Fitted
on simulated roads; Laval and Daganzo measured 3 to 4 s on real ones, where queues would spread over the lanes sooner."""
REFILL_PER_M = 1.4e-3
"""Share of the imbalance of two lanes' use that is made good per metre, at 1440 veh/h/lane. Fitted on simulated roads: 0.7 to
1.4 per km. No real road's is known; detection downstream of the scene depends on it."""
DISCHARGE_DROP = 0.0
"""Share by which a queue's discharge stays below capacity once the lanes are open. SUMO's default drivers: 0; IDM: 0.045."""


@dataclass(frozen=True, slots=True)
class SiteConstants:
    """Constants of one road, in SI units but for the capacity; `sources` says where each value came from."""

    capacity_vphpl: float = CAPACITY_VPHPL
    wave_mps: float = WAVE_MPS
    speed_slope_mps: float = SPEED_SLOPE_MPS
    exchange_s: float = EXCHANGE_S
    refill_per_m: float = REFILL_PER_M
    discharge_drop: float = DISCHARGE_DROP
    sources: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, least, most in (
            ("capacity_vphpl", 500.0, 3600.0),
            ("wave_mps", 2.0, 10.0),
            ("speed_slope_mps", 0.0, 20.0),
            ("exchange_s", 0.5, 1000.0),
            ("refill_per_m", 0.0, 0.1),
            ("discharge_drop", 0.0, 0.5),
        ):
            value = getattr(self, name)
            if not least <= value <= most:
                raise UserError(f"{name}: wanted {least:g} to {most:g}, got {value:g}")

    @property
    def capacity_vps(self) -> float:
        """Capacity of a lane, vehicles per second."""
        return self.capacity_vphpl / HOUR_S

    def jam_density(self, free_mps: float) -> float:
        """Return the density of standing traffic, veh/m, of a lane with this free speed."""
        return self.capacity_vps * (1 / free_mps + 1 / self.wave_mps)
