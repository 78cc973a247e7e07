"""Pictures of a replay's page: days of speed with alarms and incidents, and calendars of alarms. Their number is bounded."""

from collections.abc import Callable, Sequence

from matplotlib.figure import Figure

from harness.reporting.figures.alarm_calendar import alarm_counts, calendar_figure
from harness.reporting.figures.day_strips import DayStrip, glance_figure, strips_figure
from harness.reporting.figures.figure_style import png
from harness.reporting.replay_days import ReplayRoad, chosen_days, road_days
from harness.reporting.replay_findings import DetectorFinding
from harness.reporting.replay_tables import what_counts
from harness.reporting.report_document import Picture

DAYS_IN_PICTURE = 7
MOST_DAYS = 28
"""Days drawn as strips, of one road. Chosen: four weeks, four pictures; of more days those with the most to see."""
MOST_GLANCE = 366
"""Lines of the picture of all days. Chosen: a year."""
MOST_ROADS = 4
"""Roads of one replay with pictures."""
MOST_CALENDARS = 4
"""Detectors with a calendar of their own, on each road."""
READ = "Dark is slow, white or grey is no data. A mark is an alarm at its raise, in the middle of its section."


def day_pictures(road: ReplayRoad, detector: DetectorFinding) -> tuple[list[Picture], str]:
    """Return the pictures of a road's days, a glance at all of them where they are many, and what to say of days left out."""
    days = road_days(road, detector)
    shown = chosen_days(days, MOST_DAYS)
    name = road.corridor.name
    pictures: list[Picture] = []
    if len(days) > DAYS_IN_PICTURE:
        pictures.append(_glance(days[:MOST_GLANCE], name, detector.name))
    for first in range(0, len(shown), DAYS_IN_PICTURE):
        pictures.append(_strips(shown[first : first + DAYS_IN_PICTURE], road, detector.name))
    said = []
    if len(days) > len(shown):
        said.append(
            f"{len(shown)} of {len(days)} days are drawn large: those with the most incidents and false alarms."
        )
    if len(days) > MOST_GLANCE:
        said.append(f"At a glance the first {MOST_GLANCE} days of {len(days)}.")
    return pictures, " ".join(said)


def _strips(days: Sequence[DayStrip], road: ReplayRoad, detector: str) -> Picture:
    def draw(narrow: bool) -> Figure:
        return strips_figure(days, road.positions_km, f"Speed on {road.corridor.name}", narrow)

    span = days[0].label if len(days) == 1 else f"{days[0].label} to {days[-1].label}"
    alt = f"Speed over time and place on {road.corridor.name}, {span}, with incidents and the alarms of {detector}."
    return _both(draw, alt, f"{READ} Marks: alarms of {detector}.")


def _glance(days: Sequence[DayStrip], road: str, detector: str) -> Picture:
    alt = f"A line per day of {road}: the speed at its slowest station, and the alarms of {detector}."
    caption = f"A line per day, from {days[0].label} to {days[-1].label}: the speed at the road's slowest station."
    return _both(lambda narrow: glance_figure(days, f"All days on {road}", narrow), alt, caption)


def _both(draw: Callable[[bool], Figure], alt: str, caption: str) -> Picture:
    return Picture(png(draw(False)), alt, caption, png(draw(True)))


def calendar_pictures(road: ReplayRoad, detectors: Sequence[DetectorFinding]) -> list[Picture]:
    """Return a calendar of each detector that has alarms to ask about on the road, of the first few."""
    pictures: list[Picture] = []
    for detector in detectors:
        alarms = [alarm for alarm in detector.shown_alarms if alarm.run in road.sketches]
        if not alarms or len(pictures) == MOST_CALENDARS:
            continue
        hours, sections = ([alarm.raised_s / 3600 for alarm in alarms], [alarm.section for alarm in alarms])
        counts, together = alarm_counts(hours, sections, road.corridor.sections)
        what = f"{what_counts(detector).capitalize()}s of {detector.name}"
        figure = calendar_figure(counts, together, road.positions_km, what)
        merged = f" {together} sections side by side are one row." if together > 1 else ""
        caption = f"{len(alarms)} on {road.corridor.name}, by hour of the clock and by place.{merged}"
        pictures.append(Picture(png(figure), f"{what} by hour of day and by section.", caption))
    return pictures
