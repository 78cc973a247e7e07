"""Loops not to be trusted, frame by frame, on line and untrained: their own readings, the lanes beside, the stations up and down.

    health = LoopHealth(corridor)
    states = health.step(frame)          # states.faulty (S, L), states.reason (S, L), states.text(station, lane)

Each test is a file of `detectors.health`; a loop that failed a test stays failed for HOLD_S, so that one fault is one. The empty
lane behind a blockage and the queue before it are no faults: `missing_vehicles`, `repeated_readings` and `wrong_speeds` say how
the tests distinguish them. `memory` returns what was learned of the site (free speeds, lane shares by flow, ratios of stations,
vehicle lengths, slow readings) as named arrays with a row per station; `recall` takes them over.
"""

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from detectors.detector import check_frame
from detectors.health.impossible_readings import ImpossibleReadings
from detectors.health.lane_shares import LaneShares, StationRatios
from detectors.health.loop_states import LoopStates, Reason, loop_states
from detectors.health.miscounts import Miscounts
from detectors.health.missing_vehicles import MissingVehicles
from detectors.health.readings import ReadingsOf
from detectors.health.repeated_readings import RepeatedReadings
from detectors.health.wrong_speeds import WrongSpeeds
from detectors.lane_order import frame_by_lane
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame, lanes_there

HOLD_S = 600.0
"""Time for which a loop stays failed after it last failed a test, s. As `detectors.faults.iris` has it."""
NO_DATA_S = 600.0
"""Silence after which a loop that sends nothing counts as failed, s. Chosen: single frames without data are no fault."""
HELD = (Reason.STUCK, Reason.LOCKED_ON, Reason.IMPOSSIBLE, Reason.VEHICLE_LENGTH, Reason.NOISY)


class _Remembering(Protocol):
    def memory(self) -> dict[str, Array]: ...

    def recall(self, arrays: Mapping[str, Array]) -> None: ...


class LoopHealth:
    """Judges every loop of a corridor; for one stream of frames, in order; gaps between frames are allowed."""

    def __init__(self, corridor: Corridor) -> None:
        self._corridor = corridor
        shape = (len(corridor.stations), corridor.lanes)
        self._there = np.asfortranarray(lanes_there(corridor))
        self._readings = ReadingsOf(corridor.period_s, self._there)
        self._repeated = RepeatedReadings(shape)
        self._impossible = ImpossibleReadings(shape)
        self._speeds = WrongSpeeds(shape)
        self._shares = LaneShares(self._there)
        self._ratios = StationRatios(shape[0])
        self._missing = MissingVehicles(corridor, self._there)
        self._miscounts = Miscounts(shape)
        self._remembering: tuple[_Remembering, ...] = (
            self._readings,
            self._impossible,
            self._speeds,
            self._shares,
            self._ratios,
            self._missing,
        )
        self._trusted = np.array(self._there)
        self._unknown_s = np.zeros(shape, order="F")
        self._failed_s = {reason: np.full(shape, -np.inf, order="F") for reason in HELD}
        self._previous_s: float | None = None

    def step(self, frame: LoopFrame) -> LoopStates:
        """Return the states after `frame`. Raises UserError for a frame of another shape or out of order."""
        check_frame(frame, self._corridor, self._previous_s)
        self._previous_s = frame.time_s
        frame, trusted = frame_by_lane(frame), self._trusted
        readings = self._readings.of(frame, trusted)
        self._unknown_s = np.where(readings.known, 0.0, self._unknown_s + readings.period_s)
        self._shares.step(readings, trusted)
        shares, total = self._shares.shares, self._shares.total
        sound = np.asarray((trusted | ~self._there).all(axis=1))
        ratios = self._ratios.step(total, sound, readings.elapsed_s)
        dead, lately = self._missing.dead(readings, trusted, shares, total, ratios)
        failed = {
            Reason.NO_DATA: self._unknown_s >= NO_DATA_S,
            Reason.STUCK: self._repeated.stuck(readings),
            Reason.LOCKED_ON: self._repeated.locked_on(readings, self._missing.below(readings, shares)),
            Reason.IMPOSSIBLE: self._impossible.too_many(readings),
            Reason.VEHICLE_LENGTH: self._impossible.contradictory(readings),
            Reason.SLOW: self._speeds.slow(readings),
            Reason.NOISY: self._speeds.noisy(readings),
            Reason.DEAD: dead,
            Reason.NEARLY_DEAD: self._missing.nearly_dead(readings, sound),
            Reason.INTERMITTENT: lately,
            Reason.MISCOUNT: self._miscounts.wrong(
                readings, total, self._shares.at_flow_beside(), self._ratios.site, self._ratios.known_vehicles
            ),
        }
        for reason in HELD:
            self._failed_s[reason][failed[reason]] = frame.time_s
            failed[reason] = frame.time_s - self._failed_s[reason] < HOLD_S
        states = loop_states(frame.time_s, failed, self._there)
        self._trusted = self._there & ~states.faulty
        return states

    def memory(self) -> dict[str, Array]:
        """Return what is known of the site: named arrays, each with a row per station."""
        known: dict[str, Array] = {}
        for part in self._remembering:
            known |= part.memory()
        return known

    def recall(self, arrays: Mapping[str, Array]) -> None:
        """Take over what `memory` gave, before the first frame."""
        for part in self._remembering:
            part.recall(arrays)
