"""The features of `anomaly_features`, computed frame by frame from this frame and those before it.

    frame -> station quantities (S, 3), the last 12 of them -> guide, neighbours
          -> white residuals -> the parts of each section (N, 6), the last 12 of them -> residuals
          -> its time -> hour, day

What is not known: a station that does not report, and rows of the first 6 frames or of those after a gap, have NaN. A residual
that is not known, because nobody passed, counts as 0 where its station reports others. The residuals' normal is learned on line
(`site_residuals`: a memory of MEMORY_S); all other features depend on 12 frames, and on 12 more where a speed is held.
"""

import numpy as np

from detectors.anomaly.anomaly_features import GAP_WINDOWS, NAMES, QUANTITIES, RESIDUAL_WINDOWS, WINDOWS
from detectors.anomaly.rolling_frames import RollingFrames, mean_and_sd
from detectors.anomaly.station_quantities import StationQuantities
from detectors.calibration.aims import DAY_S
from detectors.calibration.hourly_normal import HOUR_S
from detectors.charts.section_series import PARTS, section_parts
from detectors.charts.site_residuals import SiteResiduals
from detectors.feature_table import in_table_order
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame

MEMORY_S = 600.0
"""Memory of the normal that residuals are taken off, s: that of the control charts."""
RESIDUAL_CUT_SD = 3.0
"""Residuals are cut there, so that no single reading weighs like an incident: as in the control charts."""
WEEK_DAYS = 7


class FeatureWindow:
    """Rows of features (N, F) of a corridor's sections, frame by frame; the columns are `anomaly_features.NAMES`."""

    def __init__(self, corridor: Corridor) -> None:
        stations, sections = len(corridor.stations), corridor.sections
        self._period_s = corridor.period_s
        self._quantities = StationQuantities(stations, corridor.period_s)
        self._readings = RollingFrames(max(WINDOWS), (stations, len(QUANTITIES)))
        self._residuals = SiteResiduals(corridor, MEMORY_S)
        self._parts = RollingFrames(max(WINDOWS), (sections, len(PARTS)))
        self._last_s: float | None = None

    def step(self, frame: LoopFrame) -> Array:
        """Return (N, F) the features after `frame`; NaN where not known."""
        missed = 0 if self._last_s is None else max(round((frame.time_s - self._last_s) / self._period_s) - 1, 0)
        self._last_s = frame.time_s
        self._readings.add(self._quantities.step(frame, missed), missed)
        parts = section_parts(self._residuals.step(frame), RESIDUAL_CUT_SD)
        known = np.isfinite(parts)
        judged = np.asarray(known[:, :3].any(axis=1) & known[:, 3:].any(axis=1))
        self._parts.add(np.where(judged[:, None], np.where(known, parts, 0.0), np.nan), missed)
        columns = self._of_station() | self._clock(frame.time_s) | self._beside() | self._of_residuals()
        return np.column_stack(in_table_order(columns, NAMES))

    def _of_station(self) -> dict[str, Array]:
        now, before, last = self._readings.ago(0)[:-1], self._readings.ago(1)[:-1], self._readings.last(4)[:, :-1]
        columns = {name: now[:, q] for q, name in enumerate(QUANTITIES)}
        for w in WINDOWS:
            mean, sd = mean_and_sd(self._readings.last(w)[:, :-1])
            for q, name in enumerate(QUANTITIES):
                if name != "density":
                    columns |= {f"{name} mean {w}": mean[:, q], f"{name} sd {w}": sd[:, q]}
        change = now - before
        columns |= {"volume change": change[:, 0], "speed change": change[:, 1]}
        columns["volume change mean 3"] = mean_and_sd(np.diff(last[:, :, 0], axis=0))[0]
        return columns

    def _beside(self) -> dict[str, Array]:
        columns: dict[str, Array] = {}
        for w in GAP_WINDOWS:
            mean, _ = mean_and_sd(self._readings.last(w))
            downstream, before = mean[:-1] - mean[1:], np.zeros_like(mean[:-1])
            before[1:] = mean[:-2] - mean[1:-1]
            before = np.where(np.isfinite(before), before, 0.0)
            for q, name in enumerate(QUANTITIES):
                columns |= {
                    f"{name} less downstream {w}": downstream[:, q],
                    f"{name} before less own {w}": before[:, q],
                }
        return columns

    def _of_residuals(self) -> dict[str, Array]:
        columns: dict[str, Array] = {}
        for w in RESIDUAL_WINDOWS:
            mean, _ = mean_and_sd(self._parts.last(w))
            columns |= {f"{part} residual {w}": np.maximum(mean[:, p], 0.0) for p, part in enumerate(PARTS)}
        return columns

    def _clock(self, time_s: float) -> dict[str, Array]:
        middle_s = time_s - self._period_s / 2.0
        hour, day = middle_s % DAY_S / HOUR_S, float(middle_s // DAY_S % WEEK_DAYS)
        turns = {"hour": (hour, 2.0 * np.pi * hour / 24.0), "day": (day, 2.0 * np.pi * day / WEEK_DAYS)}
        columns: dict[str, float] = {}
        for name, (value, angle) in turns.items():
            columns |= {name: value, f"{name} sin": np.sin(angle), f"{name} cos": np.cos(angle)}
        sections = self._parts.ago(0).shape[0]
        return {name: np.full(sections, value) for name, value in columns.items()}
