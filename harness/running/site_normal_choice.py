"""Which normal is learned from a history: by hour of the week, of the day, or none."""

from collections.abc import Callable, Sequence

from detectors.calibration.day_means import DayMeans, day_means
from detectors.calibration.hourly_normal import DAY_HOURS, WEEK_HOURS
from detectors.calibration.incident_free import CalibrationRun
from detectors.calibration.normal_file import MOST_STATION_HOURS
from harness.running.normal_kind import NormalKind
from scenarios.errors import UserError


def chosen_normal(
    runs: Sequence[CalibrationRun], kind: NormalKind, show: Callable[[str], None] = lambda what: None
) -> tuple[DayMeans | None, int]:
    """Return the days that a normal is learned from, and its hours, 168 or 24; None and 0 for none.

    `auto`: by hour of the week where the history has enough for it, else of the day, else none, which `show` is told with what
    would be needed. Raises UserError where a kind that is asked for needs more, or other recordings.
    """
    if kind is NormalKind.NONE:
        return None, 0
    if kind is not NormalKind.AUTO:
        hours = DAY_HOURS if kind is NormalKind.DAY else WEEK_HOURS
        days = day_means(runs)
        days.check_enough(hours)
        check_size(days, hours)
        return days, hours
    try:
        days = day_means(runs)
        if days.one_clock and days.enough(WEEK_HOURS) and len(days.stations) * WEEK_HOURS <= MOST_STATION_HOURS:
            return days, WEEK_HOURS
        days.check_enough(DAY_HOURS)
        check_size(days, DAY_HOURS)
    except UserError as error:
        show(f"no normal of the site is learned: {error}")
        return None, 0
    return days, DAY_HOURS


def check_size(days: DayMeans, hours: int) -> None:
    """Raise UserError for a normal of more stations than a file holds."""
    most = MOST_STATION_HOURS // hours
    if len(days.stations) > most:
        raise UserError(
            f"a normal of {hours} hours is of {most} stations at most, got {len(days.stations)} "
            f"(--normal {'day' if hours == WEEK_HOURS else 'none'}?)"
        )
