"""How well an alarm describes its incident: lanes, place, onset and clearance, queue and lane changing.

Conventions: errors are estimated minus true; NaN and None mean that the detector estimated nothing.
- Lanes, place, onset and symptom are read from the estimate at the frame that raised the matched alarm, in the
  alarm's section: that is what an operator reads. The clearance is the last one estimated while the alarm lasts, or
  at the first frame after it, because it is not known earlier. Lanes are read again LATER_FRAMES later, when an
  operator has had time to see them.
- Queue and lane changing are compared per frame and truly blocked lane while the incident lasts (onset < t <=
  clearance), in the incident's section, where both estimate and truth have a value; the number of frames compared, of
  those with a true value, is kept with the error. Vehicles beside are compared likewise in the open lanes next to a
  truly blocked one: all vehicles in the section, up- and downstream of the blockage.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from harness.records.decisions import EstimateRow
from harness.scoring.alarms import Alarm
from simulator.truth import ObservedIncident, Truth

LATER_FRAMES = 2


@dataclass(frozen=True, slots=True)
class ErrorSums:
    """Sums over compared values, which add up over incidents; `available` counts the true values, compared or not.

    `true` is the sum of the compared true values, for quantities that have one (a queue).
    """

    compared: int = 0
    available: int = 0
    total: float = 0.0
    squares: float = 0.0
    true: float = 0.0

    def __add__(self, other: "ErrorSums") -> "ErrorSums":
        return ErrorSums(
            self.compared + other.compared,
            self.available + other.available,
            self.total + other.total,
            self.squares + other.squares,
            self.true + other.true,
        )

    @property
    def bias(self) -> float:
        """Mean error: sum of (estimated - true) / compared; NaN where nothing was compared."""
        return self.total / self.compared if self.compared else math.nan

    @property
    def true_mean(self) -> float:
        """Mean of the compared true values; NaN where nothing was compared."""
        return self.true / self.compared if self.compared else math.nan

    @property
    def rmse(self) -> float:
        """Root of the mean squared error; NaN where nothing was compared."""
        return math.sqrt(self.squares / self.compared) if self.compared else math.nan


@dataclass(frozen=True, slots=True)
class AlarmEstimate:
    """The estimate of a detector at one alarm; `lanes` and `later_lanes` are None for a detector that does not estimate.

    `symptom`: what made the section suspicious, or, from a detector that says why, the reason of the alarm.

    `by_evidence`: the evidence exceeded its upper threshold when the alarm was raised (false where another rule of the
    detector raised it, such as the queue rule of Sheu (2004)).
    """

    lanes: tuple[int, ...] | None = None
    later_lanes: tuple[int, ...] | None = None
    onset_s: float = math.nan
    clearance_s: float = math.nan
    position_m: float = math.nan
    queue: float = math.nan
    symptom: str = ""
    by_evidence: bool = False


class EstimateIndex:
    """Estimate rows of one run, found by section and frame. `rows` is None where the detector does not estimate."""

    def __init__(self, rows: Iterable[EstimateRow] | None) -> None:
        self._known = rows is not None
        self._rows: dict[tuple[int, int], list[EstimateRow]] = defaultdict(list)
        self._frames: dict[int, set[int]] = defaultdict(set)
        for row in rows or ():
            self._rows[row.section, _key(row.time_s)].append(row)
            self._frames[row.section].add(_key(row.time_s))

    def at(self, section: int, time_s: float) -> list[EstimateRow]:
        """Return the rows of `section` after the frame that ends at `time_s`."""
        return self._rows.get((section, _key(time_s)), [])

    def of_lane(self, section: int, time_s: float, lane: int, blocked: bool = True) -> EstimateRow | None:
        """Return the row of a lane estimated as blocked (or as beside a blocked one); None without one."""
        return next((row for row in self.at(section, time_s) if row.lane == lane and row.blocked == blocked), None)

    def at_alarm(self, alarm: Alarm, next_frame_s: float, later_s: float) -> AlarmEstimate:
        """Return the estimate at `alarm`.

        `next_frame_s` ends the first frame after it (NaN without one), `later_s` the frame at which its lanes are
        read again.
        """
        if not self._known:
            return AlarmEstimate()
        blocked = [row for row in self.at(alarm.section, alarm.raised_s) if row.blocked]
        last_s = alarm.ended_s if math.isnan(next_frame_s) else next_frame_s
        clearance_s = math.nan
        for frame in sorted(self._frames[alarm.section]):
            if _key(alarm.raised_s) <= frame <= _key(last_s):
                ends = [row.clearance_s for row in self._rows[alarm.section, frame] if not math.isnan(row.clearance_s)]
                clearance_s = ends[0] if ends else clearance_s
        queues = [row.queue for row in blocked if not math.isnan(row.queue)]
        return AlarmEstimate(
            lanes=tuple(sorted({row.lane for row in blocked})),
            later_lanes=tuple(sorted({row.lane for row in self.at(alarm.section, later_s) if row.blocked})),
            onset_s=_first(row.onset_s for row in blocked),
            clearance_s=clearance_s,
            position_m=_first(row.position_m for row in blocked),
            queue=math.fsum(queues) if queues else math.nan,
            symptom=next((row.symptom for row in blocked if row.symptom), ""),
            by_evidence=any(row.evidence > row.upper for row in blocked),
        )

    def suspected_s(self, section: int, from_s: float, to_s: float) -> float:
        """Return the end of the first frame in from_s < t <= to_s with a lane of `section` estimated as blocked, or NaN."""
        frames = (frame for frame in self._frames[section] if _key(from_s) < frame <= _key(to_s))
        suspicious = [frame for frame in frames if any(row.blocked for row in self._rows[section, frame])]
        return min(suspicious) / 1000 if suspicious else math.nan


def _key(time_s: float) -> int:
    """A frame's time in whole milliseconds: times read from a text file stay equal."""
    return round(time_s * 1000)


def _first(values: Iterable[float]) -> float:
    return next((value for value in values if not math.isnan(value)), math.nan)


@dataclass(frozen=True, slots=True)
class LaneErrors:
    """ErrorSums of the queue [veh] and the lane-changing share in blocked lanes, and of the vehicles [veh] in lanes beside."""

    queue: ErrorSums = ErrorSums()
    changing: ErrorSums = ErrorSums()
    beside: ErrorSums = ErrorSums()


def lane_errors(index: int, incident: ObservedIncident, truth: Truth, estimates: EstimateIndex) -> LaneErrors:
    """Return the errors of lane estimates while incident number `index` lasts.

    Per compared frame and lane, error = estimated - true;
    bias = sum error / compared, RMSE = sqrt(sum error^2 / compared).
    """
    queue, changing, beside = ErrorSums(), ErrorSums(), ErrorSums()
    next_to = {lane + side for lane in incident.lanes for side in (-1, 1)} - set(incident.lanes)
    for lane in truth.lanes:
        lasts = incident.onset_s < lane.time_s and not lane.time_s > incident.clearance_s
        if lane.incident != index or not lasts:
            continue
        if lane.lane in incident.lanes:
            row = estimates.of_lane(incident.section, lane.time_s, lane.lane)
            queue += _error(row.queue if row else math.nan, lane.queue)
            changing += _error(row.lane_changing if row else math.nan, lane.lane_changing)
        elif lane.lane in next_to:
            row = estimates.of_lane(incident.section, lane.time_s, lane.lane, blocked=False)
            beside += _error(row.beside if row else math.nan, lane.upstream + lane.downstream)
    return LaneErrors(queue, changing, beside)


def _error(estimated: float, true: float) -> ErrorSums:
    if math.isnan(true):
        return ErrorSums()
    if math.isnan(estimated):
        return ErrorSums(available=1)
    return ErrorSums(1, 1, estimated - true, (estimated - true) ** 2, true)
