"""The page of a replay, report.html: what was found, the days of the road, each alarm, when and where the false ones come.

Written from the files of the results alone (`replay_findings.read_findings`), so it can be written again without the recordings.
The number and size of its pictures are bounded (`replay_pictures`, `replay_entries`): a year is one page of a few MB.
"""

from pathlib import Path
from typing import Literal

from harness.reporting.key_figures import detection_figure, false_alarm_figure, rate_figure, ttd_figure
from harness.reporting.number_text import counted, first_names, number
from harness.reporting.page_sections import Section, StudyPage, write_study_page
from harness.reporting.provenance_facts import provenance_facts
from harness.reporting.recording_notices import part_text, shares_text
from harness.reporting.replay_days import ReplayRoad, replay_roads
from harness.reporting.replay_entries import alarm_entries, missed_entries
from harness.reporting.replay_findings import REPORT_FILE, DetectorFinding, ReplayFindings, read_findings
from harness.reporting.replay_pictures import MOST_ROADS, calendar_pictures, day_pictures
from harness.reporting.replay_tables import comparison_table, incidents_table, places_table, sentence
from harness.reporting.report_document import DASH, Headline, KeyFigure, KeyFigures, Picture
from harness.reporting.summary_text import LITTLE_DAYS
from harness.scoring.judged_sections import Sight

MOST_FOLDERS = 3
"""Recordings named in the provenance."""
MOST_HEADLINES = 3
"""Detectors with key figures at the top; all are in the table."""
TERMS = (
    "DR: share of the incidents that an alarm was raised for, of those with impact (of a log with tolerances: those that a loop "
    "shows). False alarm: an alarm of no incident. Group: alarms of one event. Corridor-day: 24 hours of the whole road. TTD: time "
    "to detection, from the known onset; negative where the log is late. Ranges: 95 % confidence intervals."
)
HEADINGS: dict[str, tuple[str, Literal["bad", "good", "plain"]]] = {
    "false": ("False alarms", "bad"),
    "unknown": ("Alarms", "plain"),
    "detection": ("Alarms that detect an incident", "good"),
    "neutral": ("Neutral alarms", "plain"),
}


def write_replay_page(folder: Path) -> Path:
    """Write report.html into the results of a replay and return its path.

    Raises MissingFileError where the folder holds no results of a replay, UserError naming a file that cannot be read.
    """
    path = folder / REPORT_FILE
    write_study_page(path, replay_page(read_findings(folder)))
    return path


def replay_page(findings: ReplayFindings) -> StudyPage:
    """Return the page as data."""
    first = findings.detectors[0]
    roads = replay_roads(findings)
    days, said = _days(roads, first)
    known = incidents_table(findings)
    places = tuple(table for table in map(places_table, findings.detectors) if table is not None)
    calendars = [picture for road in roads[:MOST_ROADS] for picture in calendar_pictures(road, findings.detectors)]
    sections = [
        Section("In figures", "", (comparison_table(findings),), sentences=_others(findings)),
        *([Section("Day after day", said, pictures=tuple(days[1:]))] if days[1:] or said else []),
        *_entries(findings),
    ]
    if calendars or places:
        what = "false alarms" if first.known else "alarms"
        sections.append(Section(f"When and where {what} come", "", places, tuple(calendars)))
    if known is not None:
        sections.append(Section("Known incidents", "", (known,)))
    names = " and ".join(detector.name for detector in findings.detectors)
    recordings = findings.recordings
    return StudyPage(
        title=f"{names} on {recordings[0] if len(recordings) == 1 else counted(len(recordings), 'recording')}",
        headline=_headline(findings, days[0] if days else None),
        notices=(*findings.notices, *_lacks(findings)),
        lead=(_lead(findings, roads),),
        sections=tuple(sections),
        provenance=_provenance(findings),
    )


def _headline(findings: ReplayFindings, picture: Picture | None) -> Headline:
    shown = findings.detectors[:MOST_HEADLINES]
    clauses = "; ".join(map(sentence, shown))
    return Headline(tuple(KeyFigures(one.name, _figures(one)) for one in shown), f"{clauses}.", TERMS, picture)


def _others(findings: ReplayFindings) -> tuple[str, ...]:
    """A sentence on each detector that the headline has no room for."""
    return tuple(f"{sentence(detector)}." for detector in findings.detectors[MOST_HEADLINES:])


def _figures(detector: DetectorFinding) -> tuple[KeyFigure, ...]:
    if not detector.judged:
        return (KeyFigure("Not judged", DASH, "no figures", "the recordings lack what it needs"),)
    little = "; little time" if detector.days < LITTLE_DAYS else ""
    if detector.known:
        false = false_alarm_figure(detector.false_alarms, detector.days, little)
        return detection_figure(detector.dr), false, ttd_figure(detector.ttd)
    rates = (("Alarms", detector.false_alarms), ("Groups of alarms", detector.false_groups))
    return tuple(rate_figure(what, rate, detector.days, little) for what, rate in rates)


def _days(roads: list[ReplayRoad], detector: DetectorFinding) -> tuple[list[Picture], str]:
    pictures: list[Picture] = []
    said = []
    for road in roads[:MOST_ROADS]:
        own, left_out = day_pictures(road, detector)
        pictures += own
        if left_out:
            said.append(f"{road.corridor.name}: {left_out}")
    if len(roads) > MOST_ROADS:
        said.append(f"{len(roads) - MOST_ROADS} more roads have no pictures here.")
    return pictures, " ".join(said)


def _entries(findings: ReplayFindings) -> list[Section]:
    sections = []
    missed, rest = missed_entries(findings)
    if missed or rest:
        by = f" by {findings.detectors[0].name}" if len(findings.detectors) > 1 else ""
        sections.append(Section(f"Missed incidents{by}", rest, entries=missed, kind="bad"))
    by_kind, left_out = alarm_entries(findings)
    for kind, entries in by_kind.items():
        heading, colour = HEADINGS[kind]
        sections.append(Section(heading, left_out, entries=entries, kind=colour))
        left_out = ""
    return sections


def _lacks(findings: ReplayFindings) -> list[str]:
    """What detectors lacked: for each and what it needs one sentence on all its recordings."""
    told = []
    for detector in findings.detectors:
        found: dict[tuple[bool, str], dict[str, float]] = {}
        parts: dict[tuple[str, str], dict[str, float]] = {}
        for run, lack in detector.unjudged.items():
            sight = Sight(lack["share"], lack["without"], lack.get("unscored", 0.0))
            for share, what in sight.lacks:
                found.setdefault((bool(lack["judged"]), what), {})[run] = share
            for part in lack.get("parts", ()):
                parts.setdefault((part["without"], part["what"]), {})[run] = part["share"]
        for (judged, what), own in sorted(found.items()):
            end = "where nothing can be detected" if judged else "no figures there"
            told.append(
                f"{'Partly judged' if judged else 'Not judged'}: {detector.name} on {first_names(list(own), MOST_FOLDERS)}, "
                f"{shares_text(own.values())} of decisions without {what}; {end}."
            )
        for (without, what), own in sorted(parts.items()):
            told.append(
                f"Partly judged: {detector.name} on {first_names(list(own), MOST_FOLDERS)}, {shares_text(own.values())} of "
                f"decisions without {without}{part_text(what)}"
            )
    return told


def _lead(findings: ReplayFindings, roads: list[ReplayRoad]) -> str:
    first = findings.detectors[0]
    recordings, hours = counted(len(findings.recordings), "recording"), number(24 * first.recorded_days)
    of = [f"{road.corridor.name} ({counted(road.corridor.sections, 'section')})" for road in roads[:MOST_ROADS]]
    known = "" if first.known else " Incidents are not known, so every alarm is shown, and none is called false."
    sides = {road.corridor.outermost for road in roads}
    clock = " Times are those of the recording's clock: day 0 begins at its 0 s."
    outermost = sides.pop() if len(sides) == 1 else "outermost"
    lanes = f" Lane 0 is the {outermost} through lane." if roads else ""
    return f"{recordings}, {hours} h{', of ' if of else ''}{', '.join(of)}.{clock}{lanes}{known}"


def _provenance(findings: ReplayFindings) -> tuple[tuple[str, str], ...]:
    folders = [str(told["folder"]) for told in findings.record["recordings"].values()]
    more = len(folders) - MOST_FOLDERS
    masked = findings.record.get("mask_faults")
    return (
        *provenance_facts(findings.record),
        ("Recordings", ", ".join(folders[:MOST_FOLDERS]) + (f" and {more} more" if more > 0 else "")),
        *((("Faulty loops masked by", str(masked)),) if masked else ()),
    )
