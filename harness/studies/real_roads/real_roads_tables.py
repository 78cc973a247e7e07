"""The tables of a comparison on real roads, for its page and its summary."""

from collections.abc import Sequence

from harness.reporting.number_text import clock_of_day, counted, number, percent_with_interval, with_interval
from harness.reporting.report_document import DASH, Table
from harness.running.road_extents import WatchedRoad
from harness.scoring.recording_score import LoggedOutcome, RecordingScore
from harness.studies.real_roads.real_roads_study import RealRoads

BOLD = ("sequential",)
TRACES = {"queue": "queue", "lanes": "lanes alone", "": "not visible"}


def score_tables(found: RealRoads) -> tuple[Table, ...]:
    """Return a table of all roads together, where there are several, then one of each."""
    tables = [
        _table(
            f"{road.name}: {road_text(road)}", found, {name: found.scores[road.name, name] for name in found.detectors}
        )
        for road in found.roads
    ]
    if len(tables) > 1:
        every = {name: found.of_all(name) for name in found.detectors}
        tables.insert(0, _table(f"all {len(found.roads)} roads together", found, every))
    return tuple(tables)


def road_text(road: WatchedRoad) -> str:
    """Return a road in words: recordings, hours, sections."""
    sections = f"{counted(road.road.corridor.sections, 'section')}, {int(road.sound.sum())} between sound loops"
    return f"{counted(len(road.recordings), 'recording')}, {number(road.hours)} h, {sections}"


def _table(caption: str, found: RealRoads, scores: dict[str, RecordingScore]) -> Table:
    head = (
        *(
            "detector",
            "alarms",
            "groups",
            "false alarms a day",
            "false groups a day",
            "false alarms a day, sound loops",
        ),
        *("detected", "DR, %", "TTD from the log, s", "TTD from the first trace, s"),
        *("alarms false, %", "groups false, %", f"groups false at {found.incidents_per_day:g} incidents a day, %"),
    )
    rows = [_row(name, score, found.incidents_per_day) for name, score in scores.items()]
    bold = tuple(k for k, name in enumerate(scores) if name in BOLD)
    return Table(caption, head, tuple(rows), bold=bold)


def _row(name: str, score: RecordingScore, incidents_per_day: float) -> tuple[str, ...]:
    share, ends = score.share_false_at(incidents_per_day)
    rates = (score.false_alarms, score.false_groups, score.sound_false_alarms)
    return (
        *(name, str(len(score.alarms)), str(len(score.group_kinds))),
        *(with_interval(rate.value, rate.interval, 2) for rate in rates),
        f"{score.dr.part} of {score.dr.whole}",
        percent_with_interval(score.dr, 0),
        *(with_interval(ttd.mean, ttd.interval, 0) for ttd in (score.ttd_log, score.ttd_trace)),
        *(percent_with_interval(each, 0) for each in (score.share_false, score.share_false_groups)),
        with_interval(100 * share, ends.scaled(100), 0),
    )


def incidents_table(found: RealRoads) -> Table | None:
    """Return the logged incidents: what the loops show of each, and after how long each detector finds it; None without one."""
    columns = ("incident", "logged at", "place, km", "trace", "first trace after the log, s", *found.detectors)
    rows = []
    for road in found.roads:
        own = [found.scores[road.name, name].incidents for name in found.detectors]
        for outcomes in zip(*own, strict=True):
            one: LoggedOutcome = outcomes[0]
            rows.append(
                (
                    *(
                        f"{one.recording}, {one.incident + 1}",
                        clock_of_day(one.onset_s),
                        number(one.position_m / 1000, 2),
                    ),
                    *(TRACES[one.trace], number(one.first_trace_s - one.onset_s, 0, signed=True)),
                    *(_delay(each) for each in outcomes),
                )
            )
    if not rows:
        return None
    note = "Under a detector: its alarm in s after the first trace, in brackets after the log."
    return Table("Logged incidents", columns, tuple(rows), note, text_columns=1)


def _delay(one: LoggedOutcome) -> str:
    if not one.detected:
        return "missed" if one.visible else DASH
    return f"{one.alarm_s - one.first_trace_s:+.0f} ({one.alarm_s - one.onset_s:+.0f})"


def sentences(found: RealRoads) -> list[str]:
    """Return a sentence on each detector over all roads."""
    told = []
    for name in found.detectors:
        score = found.of_all(name)
        text = (
            f"{name}: {counted(len(score.alarms), 'alarm')} in {counted(len(score.group_kinds), 'group')}; "
            f"{with_interval(score.false_groups.value, score.false_groups.interval, 2)} false groups per corridor-day"
        )
        if score.dr.whole:
            text += f"; {score.dr.part} of {counted(score.dr.whole, 'visible incident')} found"
        if score.dr.part:
            text += f", {number(score.ttd_trace.mean, 0)} s after the first trace on average"
        told.append(f"{text}.")
    return told


def least_false(found: RealRoads, most: int) -> Sequence[str]:
    """Return the detectors to show first: those of BOLD, then those that find most, with the fewest false groups."""

    def merit(name: str) -> tuple[bool, int, float]:
        score = found.of_all(name)
        return name not in BOLD, -score.dr.part, score.false_groups.value

    return sorted(found.detectors, key=merit)[:most]
