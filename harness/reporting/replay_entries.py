"""Entries of a replay's page: missed incidents, and alarms, each with a picture of the traffic around it."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from harness.records.run_folder import RunFolder
from harness.reporting.evidence_pictures import colours_text
from harness.reporting.figures.alarm_window import window_axis, window_figure
from harness.reporting.figures.evidence_panels import evidence_figure
from harness.reporting.figures.evidence_path import EvidencePath
from harness.reporting.figures.figure_style import png
from harness.reporting.figures.run_picture import VERDICTS, RunPicture, ShownAlarm
from harness.reporting.kept_evidence import KeptEvidence, read_evidence
from harness.reporting.number_text import clock_of_day, counted, minutes, number
from harness.reporting.replay_findings import AlarmFinding, DetectorFinding, IncidentFinding, ReplayFindings
from harness.reporting.report_document import Entry, Picture
from harness.reporting.traffic_sketch import BESIDE_S, TrafficSketch, read_sketch
from simulator.frame import Flags
from simulator.truth import ObservedIncident

MOST_PICTURES = 16
"""Alarms of one page with a picture, and as many missed incidents at most. Chosen: ten seconds of drawing, one or two MB."""
AT_HAND = 2
"""Sketches in memory at once. Chosen: two detectors on one long recording, in turn."""
Load = Callable[[Path], TrafficSketch | None]
KINDS = {"detection": "detects an incident", "neutral": "neutral", "false": "false", "unknown": "not judged"}
_ORDER = ("false", "unknown", "detection", "neutral")
CAPTION = (
    "Above: speed at the stations, linear in between; dark is slow, grey is no data; orange: an incident as it is known. An "
    "alarm's vertical line spans its section at its raise, its horizontal line lasts as long. Ticks below: incident decisions."
)


def alarm_entries(findings: ReplayFindings) -> tuple[dict[str, tuple[Entry, ...]], str]:
    """Return the alarms with pictures by kind, and what to say of those without one.

    Of each detector the heads of groups come first, false ones before the others.

    `MOST_PICTURES` are shared by the detectors in turn.
    """
    load, evidence = lru_cache(AT_HAND)(read_sketch), lru_cache(AT_HAND)(read_evidence)
    queues = [
        [(detector, alarm) for alarm in sorted(detector.alarms, key=_importance)] for detector in findings.detectors
    ]
    turns = [each for turn in range(MOST_PICTURES) for queue in queues for each in queue[turn : turn + 1]]
    by_kind: dict[str, list[Entry]] = {kind: [] for kind in _ORDER}
    shown = 0
    several, runs = len(findings.detectors) > 1, len(findings.recordings) > 1
    for detector, alarm in turns:
        picture = _window(load, findings, detector, alarm.run, alarm.raised_s) if shown < MOST_PICTURES else None
        if picture is not None:
            path = _evidence(evidence, findings, detector, alarm, picture)
            by_kind[alarm.kind].append(_alarm_entry(detector, alarm, picture, path, several, runs))
            shown += 1
    total = sum(map(len, queues))
    files = "alarms.csv lists all" if not several else "alarms.csv and alarms-NAME.csv list all"
    left_out = "" if total == shown else f"{shown} of {counted(total, 'alarm')} have a picture on this page; {files}."
    return {kind: tuple(found) for kind, found in by_kind.items() if found}, left_out


def missed_entries(findings: ReplayFindings) -> tuple[tuple[Entry, ...], str]:
    """Return the incidents that the first detector missed, with pictures, and what to say of those without one."""
    load = lru_cache(AT_HAND)(read_sketch)
    detector = findings.detectors[0]
    missed = [one for one in detector.incidents if one.counted and not one.detected]
    entries: list[Entry] = []
    for one in missed:
        picture = _window(load, findings, detector, one.run, one.onset_s) if len(entries) < MOST_PICTURES else None
        if picture is not None:
            entries.append(_missed_entry(detector, one, picture))
    rest = len(missed) - len(entries)
    return tuple(entries), f"{rest} more have no picture on this page; incidents.csv lists all." if rest else ""


def _importance(alarm: AlarmFinding) -> tuple[bool, int]:
    return not alarm.head, _ORDER.index(alarm.kind)


def _window(
    load: Load, findings: ReplayFindings, detector: DetectorFinding, run: str, at_s: float
) -> RunPicture | None:
    """The picture's data around a time of a recording; None where its frames were not kept."""
    sketch = load(RunFolder(findings.folder / "runs" / run).traffic(detector.name))
    if sketch is None:
        return None
    inside = (sketch.times_s > at_s - BESIDE_S) & (sketch.times_s <= at_s + BESIDE_S)
    if not inside.any():
        return None
    return _picture(sketch, inside, detector, run)


def _evidence(
    load: Callable[[Path], KeptEvidence | None],
    findings: ReplayFindings,
    detector: DetectorFinding,
    alarm: AlarmFinding,
    picture: RunPicture,
) -> EvidencePath | None:
    """The evidence by part of an alarm over the span of its picture; None from a detector that gives none."""
    kept = load(RunFolder(findings.folder / "runs" / alarm.run).evidence(detector.name))
    first_s = float(picture.times_s[0]) - picture.corridor.period_s
    return None if kept is None else kept.of(alarm.section, first_s, float(picture.times_s[-1]))


def _picture(sketch: TrafficSketch, inside: Flags, detector: DetectorFinding, run: str) -> RunPicture:
    alarms = (
        ShownAlarm(one.raised_s, one.ended_s, one.section, VERDICTS[one.kind])
        for one in detector.alarms
        if one.run == run
    )
    incidents = (
        ObservedIncident(
            *(one.onset_s, one.clearance_s, one.position_m, (), one.section),
            *(float("nan"), one.counted, float("nan"), float("nan")),
        )
        for one in detector.incidents
        if one.run == run
    )
    return RunPicture(
        name=run,
        corridor=sketch.corridor,
        times_s=sketch.times_s[inside],
        count=sketch.count[inside],
        speed=sketch.lane_speed[inside],
        occupancy=sketch.occupancy[inside],
        twin_count=None,
        score=sketch.score[inside],
        decided=sketch.decided[inside],
        alarms=tuple(alarms),
        incidents=tuple(incidents),
        truth_lanes=(),
        estimates={},
    )


def _alarm_entry(
    detector: DetectorFinding,
    alarm: AlarmFinding,
    picture: RunPicture,
    path: EvidencePath | None,
    several: bool,
    runs: bool,
) -> Entry:
    where = f"{alarm.upstream} to {alarm.downstream}"
    at = f"{f'{alarm.run}, ' if runs else ''}{clock_of_day(alarm.raised_s)}"
    heading = f"{at}, {where}{f', {detector.name}' if several else ''}"
    axis = window_axis(picture, alarm.raised_s, "minutes from the alarm")
    figure = window_figure(picture, alarm.section, axis, f"{clock_of_day(alarm.raised_s)}: {KINDS[alarm.kind]}")
    group = sum(other.run == alarm.run and other.group == alarm.group for other in detector.alarms)
    facts = [
        ("Lasted", minutes(alarm.ended_s - alarm.raised_s)),
        ("Group", f"{counted(group, 'alarm')} of one event" if group > 1 else "an event of its own"),
        *([("Why", alarm.why)] if alarm.why else []),
    ]
    alt = f"Speeds around the alarm of {detector.name} at {at} in {where}, and its score."
    anchor = f"alarm-{detector.name}-{_id(alarm.run)}-{alarm.section}-{alarm.raised_s:.0f}"
    pictures = [Picture(png(figure), alt, CAPTION)]
    if path is not None:
        figure = evidence_figure(path, detector.name, picture, axis, picture.alarms)
        alt = f"Evidence of {detector.name} in {where} around its alarm at {at}, by part."
        pictures.append(Picture(png(figure), alt, f"Why {detector.name} alarmed in {where}. {colours_text(path)}"))
    return Entry(anchor, heading, KINDS[alarm.kind], "", tuple(facts), tuple(pictures))


def _missed_entry(detector: DetectorFinding, one: IncidentFinding, picture: RunPicture) -> Entry:
    at = f"{one.run}, {clock_of_day(one.onset_s)}"
    axis = window_axis(picture, one.onset_s, "minutes from the known onset")
    figure = window_figure(picture, one.section, axis, f"{clock_of_day(one.onset_s)}: missed")
    facts = (
        ("Place", f"{number(one.position_m / 1000, 2)} km"),
        ("Lanes", one.lanes_text),
        ("Lasted", minutes(one.clearance_s - one.onset_s)),
    )
    alt = f"Speeds around the incident at {at} that {detector.name} missed, and its score."
    anchor = f"missed-{_id(one.run)}-{one.incident}"
    return Entry(anchor, at, "missed", "", facts, (Picture(png(figure), alt, CAPTION),))


def _id(text: str) -> str:
    return "".join(sign if sign.isascii() and sign.isalnum() else f"_{ord(sign):x}" for sign in text)
