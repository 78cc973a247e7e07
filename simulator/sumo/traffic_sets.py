"""The traffic sets of a scenario: car-following models, lane changing, desired speeds and headways of its drivers.

`krauss` (capacity 2052 veh/h/lane, jam wave -15.5 km/h, no capacity drop, measured: `python -m benchmarks.fundamental_diagram`) and
`idm` (a drop of 4.5 %) have drivers of one headway. In `mixed` and `mixed-idm` drivers differ more, as loops of real roads show
(`laneblock realism`): desired speeds spread twice as wide, and headways in five classes. Wide speeds also spread drivers over the
lanes at night, where `krauss` leaves the left lane nearly empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

# Attributes of SUMO's vehicle types; SUMO's documentation defines each. Chosen together with the headways for the capacity and the
# jam wave above, with enough lane changing for drivers to leave a blocked lane.
LANE_CHANGING: Final = {
    "lcStrategic": "1",
    "lcCooperative": "1",
    "lcSpeedGain": "0.6",
    "lcKeepRight": "0.1",
    "lcAssertive": "1.3",
}
KRAUSS_CAR: Final = {"carFollowModel": "Krauss", "accel": "2.0", "decel": "4.0", "emergencyDecel": "9", "sigma": "0.5"}
KRAUSS_TRUCK: Final = KRAUSS_CAR | {"accel": "1.0"}
IDM_CAR: Final = {"carFollowModel": "IDM", "accel": "1.5", "decel": "2.5", "emergencyDecel": "9"}
IDM_TRUCK: Final = IDM_CAR | {"accel": "0.8"}

SpeedFactors = Mapping[str, tuple[float, float, float, float]]
SPEED_FACTOR: Final[dict[str, tuple[float, float, float, float]]] = {
    "car": (1.05, 0.08, 0.75, 1.3),
    "truck": (0.90, 0.05, 0.7, 1.1),
}
"""Desired speed over the limit: mean, deviation, least, most of a normal distribution. Chosen: most cars a little above
the limit, trucks below it. Drawn here, vehicle by vehicle: SUMO's own draw is lost when libsumo continues from a saved state."""
MIXED_SPEED_FACTOR: Final[dict[str, tuple[float, float, float, float]]] = {
    "car": (1.05, 0.15, 0.65, 1.5),
    "truck": (0.92, 0.08, 0.65, 1.15),
}
"""Chosen: doubled deviations; loops of real roads show a spread of 11 to 22 km/h within a lane in light traffic."""
HEADWAY_CLASSES: Final = (0.84, 0.95, 1.1, 1.35, 2.0)
"""Headways over those of `krauss`, drivers equally often in each. Chosen: a deviation of a third of the mean, as followers on real
roads have; the shortest is 1 s, SUMO's step: with shorter ones there were 31 collisions in a morning. Their mean is
1.25, so a lane carries about a fifth less than in `krauss`, as the roads do that were compared."""


@dataclass(frozen=True, slots=True)
class TrafficSet:
    """SUMO attributes of cars and trucks, their desired speeds, and the factors of their headways."""

    car: Mapping[str, str]
    truck: Mapping[str, str]
    speed_factor: SpeedFactors
    headway_classes: tuple[float, ...] = (1.0,)

    def following(self, kind: str) -> Mapping[str, str]:
        """The car-following model of a kind of vehicle."""
        return self.truck if kind == "truck" else self.car


TRAFFIC_SETS: Final = MappingProxyType(
    {
        "krauss": TrafficSet(KRAUSS_CAR, KRAUSS_TRUCK, SPEED_FACTOR),
        "idm": TrafficSet(IDM_CAR, IDM_TRUCK, SPEED_FACTOR),
        "mixed": TrafficSet(KRAUSS_CAR, KRAUSS_TRUCK, MIXED_SPEED_FACTOR, HEADWAY_CLASSES),
        "mixed-idm": TrafficSet(IDM_CAR, IDM_TRUCK, MIXED_SPEED_FACTOR, HEADWAY_CLASSES),
    }
)
"""By the name in a scenario."""
