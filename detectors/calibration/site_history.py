"""What a calibration on a site's history brings besides its runs."""

from dataclasses import dataclass
from pathlib import Path

from detectors.calibration.day_means import DayMeans


@dataclass(frozen=True, slots=True)
class SiteHistory:
    """An `earlier` file of the detector, whose parameters are kept (None: they are chosen anew); the history's `days`, and the
    `hours` of the normal that is learned from them, 24, 168 or 0 for none."""

    earlier: Path | None = None
    days: DayMeans | None = None
    hours: int = 0


NO_HISTORY = SiteHistory()
"""A calibration on runs alone."""
