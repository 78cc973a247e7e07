"""What is assumed of a site before its frames have taught it, and the bounds of what they can teach.

A quantity is the ratio of two forgetting means, or one mean alone (`per` None). Its prior counts as `frames` frames: with
few, the site's own first frames decide; with more, first frames that happen to be odd do less harm. All values are chosen:
usual for a freeway in free flow. A prior's weight falls to a third in T_SLOW_S (20 minutes); later only the bounds matter.
The shipped trees were trained with these values: after a change, train again.
"""

from dataclasses import dataclass
from math import inf


@dataclass(frozen=True, slots=True)
class Prior:
    """`value` (over `per`, for a ratio) with the weight of `frames` frames; the estimate is clipped to `low` to `high`."""

    value: float
    per: float | None
    frames: float
    low: float = -inf
    high: float = inf


SPEED = Prior(28.0, None, 0.5)  # V [m/s], 100 km/h; half a frame: the first frame of the site outweighs it
SPEED_VARIANCE = Prior(9.0, None, 4, 1.0, 60.0)  # s2 [m2/s2]; bounds: sd of 1 to 7.7 m/s, so z(w) stays of use
LANE_USE = Prior(1.0, None, 0.5)  # H, before scaling to 1: all lanes alike
VEHICLE_AND_LOOP_M = 5.5  # [m] car of 3.5 to 4.5 m, loop of 1.5 to 2 m; occupancy per vehicle = this / speed / period
OCCUPANCY_FRAMES = 0.5  # weight of that prior of g
GAIN = Prior(8.0, 8.0, 2, 0.5, 1.8)  # G [veh/veh]; bounds: ramps halve or nearly double a flow; more is a faulty loop
MIXING = Prior(2.0, 4.0, 3, 0.0, 1.0)  # b [1]: half of a lane's deviation stays in the lane
NOISE = Prior(8.0, 10.0, 6, 0.3, 4.0)  # phi [1]: 1 is Poisson, headways in dense traffic give less, platoons more
NOISE_TOTAL = Prior(20.0, 30.0, 6, 0.2, 6.0)  # phi_T [1]
