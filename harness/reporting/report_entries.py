"""Entries of a report: an incident with its result, a run with its false alarms, and the table of all of them."""

import math
import re
from collections.abc import Sequence

from harness.reporting.figures.figure_style import png
from harness.reporting.figures.incident_panels import panels_figure
from harness.reporting.figures.run_picture import RunPicture, blocked_text, lanes_text
from harness.reporting.figures.speed_contour import contour_figure
from harness.reporting.number_text import clock, counted, number
from harness.reporting.report_document import DASH, Cell, Entry, Link, Picture, Table
from harness.scoring.detection_score import Score
from harness.scoring.outcomes import AlarmOutcome, Factors, IncidentOutcome, RunOutcome
from scenarios.run_labels import OWN_ROUTES

MOST_ALARMS_LISTED = 8

CONTOUR = (
    "Speed at the stations, linear in between; dark is slow, grey is no data. Orange: the blockage. An alarm's vertical "
    "line spans its section at the time it was raised; its horizontal line lasts as long as the alarm."
)
PANELS = (
    "Shaded: lanes blocked. Dashed: earliest evidence. Line with a mark: alarm in this section. Where upstream and "
    "downstream counts differ, vehicles leave the blocked lanes."
)


def anchor(kind: str, run: str, incident: int = 0) -> str:
    """Return the page's id of this incident or run; different names have different ids.

    >>> anchor("incident", "a 1"), anchor("run", "ä")
    ('incident-a_201-0', 'run-_e4-0')
    """
    return f"{kind}-{re.sub(r'[^A-Za-z0-9-]', lambda sign: f'_{ord(sign.group()):x}', run)}-{incident}"


def incident_result(one: IncidentOutcome) -> str:
    """Return the result of an incident in a few words."""
    if not one.impact:
        return "without impact"
    if not one.observed:
        return "never observed"
    if not one.detected:
        return "missed"
    return f"detected after {number(one.ttd_s, 0)} s{'' if one.located else ', next section'}"


def incident_entry(one: IncidentOutcome, picture: RunPicture, scores: Sequence[Score], seed: str) -> Entry:
    """Return an incident with its pictures and facts; `scores` by rising persistence, `one` from the first."""
    several = len(picture.incidents) > 1
    heading = f"{one.run}, incident {one.incident + 1}" if several else one.run
    lanes = f"{blocked_text(one.lanes, one.no_lane)}{' blocked' if one.lanes or one.no_lane else ''}"
    blocked = f"{lanes} at {one.position_m / 1000:.2f} km"
    minutes = (one.clearance_s - one.onset_s) / 60
    text = (
        f"{blocked[0].upper()}{blocked[1:]}, {_section(picture, one.section)}, for {number(minutes)} min, "
        f"{_demand(one.factors, 'at')}."
    )
    alt = f"{one.run}: {blocked}, {incident_result(one)}."
    title = f"{incident_result(one).capitalize()}; floor {number(one.floor_s, 0)} s"
    pictures = (
        Picture(
            png(contour_figure(picture, one.incident, title)),
            f"Contour of speed over time and corridor. {alt}",
            CONTOUR,
        ),
        Picture(png(panels_figure(picture, one.incident)), f"Counts, queue, lane changing and evidence. {alt}", PANELS),
    )
    return Entry(
        anchor("incident", one.run, one.incident),
        heading,
        incident_result(one),
        text,
        _facts(one, scores, seed),
        pictures,
    )


def run_entry(run: RunOutcome, alarms: Sequence[AlarmOutcome], picture: RunPicture, seed: str) -> Entry:
    """Return a run with its false alarms and a contour of all of it; `alarms` are those of this run."""
    false = [alarm for alarm in alarms if alarm.kind == "false"]
    if run.known:
        badge, shown = counted(len(false), "false alarm"), false
        title = f"{badge} in {counted(run.false_groups, 'group')} and {number(run.section_hours)} section-hours"
    else:
        badge, shown = counted(len(alarms), "alarm"), list(alarms)
        title = f"{badge} in {counted(run.groups, 'group')}; incidents are not known"
    alt = f"Contour of speed of run {run.run}: {badge}."
    facts = [("Conditions", _level(run.factors, "condition")), ("Demand", _demand(run.factors)), ("Seed", seed)]
    facts += [
        (
            f"At {clock(alarm.raised_s)}",
            f"{_section(picture, alarm.section)}, for {number((alarm.ended_s - alarm.raised_s) / 60)} min; group "
            f"{alarm.group}{', head' * alarm.head}{f'; {alarm.estimate.symptom}' if alarm.estimate.symptom else ''}",
        )
        for alarm in shown[:MOST_ALARMS_LISTED]
    ]
    if len(shown) > MOST_ALARMS_LISTED:
        facts.append(("And", f"{len(shown) - MOST_ALARMS_LISTED} more"))
    contour = Picture(png(contour_figure(picture, None, title)), alt, CONTOUR)
    return Entry(anchor("run", run.run), run.run, badge, "", tuple(facts), (contour,))


def index_table(score: Score) -> Table:
    """Return the table of every incident, and of every run without one, in the battery's order."""
    rows: list[tuple[Cell, ...]] = []
    for run in score.run_outcomes:
        false: Cell = str(run.false_alarms) if run.decisions else DASH
        if run.false_alarms:
            false = Link(str(run.false_alarms), anchor("run", run.run))
        own = [one for one in score.incident_outcomes if one.run == run.run]
        for one in own:
            rows.append(
                (
                    one.run,
                    Link(incident_result(one), anchor("incident", one.run, one.incident)),
                    f"{blocked_text(one.lanes, one.no_lane)}, {one.position_m / 1000:.2f} km",
                    _level(one.factors, "demand"),
                    number(one.ttd_s, 0),
                    number(one.floor_s, 0),
                    number(one.delay_veh_h),
                    false if one is own[0] else "",
                )
            )
        if not own:
            demand = _level(run.factors, "demand")
            rows.append((run.run, DASH, _level(run.factors, "condition"), demand, DASH, DASH, DASH, false))
    return Table(
        caption="Incidents and incident-free runs",
        columns=(
            *("Run", "Result", "What happens", "Demand [veh/h/lane]", "TTD [s]", "Floor [s]", "Delay [veh h]"),
            "False alarms in the run",
        ),
        rows=tuple(rows),
        note="Results and false alarms link to their pictures. Delay: vehicle-hours lost against the twin.",
        text_columns=3,
    )


def _facts(one: IncidentOutcome, scores: Sequence[Score], seed: str) -> tuple[tuple[str, str], ...]:
    facts = [("Onset and clearance", f"{clock(one.onset_s)} and {clock(one.clearance_s)} (min:s of the simulation)")]
    by_persistence = [_ttd_s(one, score) for score in scores]
    if one.detected:
        facts.append(("TTD", f"{number(one.ttd_s)} s (in whole intervals {number(one.ttd_intervals_s)} s)"))
    if any(math.isfinite(ttd_s) for ttd_s in by_persistence):
        named = [
            f"{score.persistence}: {number(ttd_s, 0)} s" for score, ttd_s in zip(scores, by_persistence, strict=True)
        ]
        facts.append(("TTD by persistence", ", ".join(named)))
    if one.detected and one.estimate.lanes is None and one.estimate.symptom:
        facts.append(("Why", one.estimate.symptom))
    beyond = f"; the alarm was raised {number(one.ttd_s - one.floor_s)} s later" if one.detected else ""
    facts += [
        ("Floor", f"{number(one.floor_s)} s{beyond if math.isfinite(one.floor_s) else ''}"),
        (
            "Delay caused",
            f"{number(one.delay_veh_h)} veh h; longest queue in one lane {number(one.queue_max_veh, 0)} veh",
        ),
    ]
    if one.detected and one.estimate.lanes is not None:
        onset, clearance = (number(each, 0, signed=True) for each in (one.onset_error_s, one.clearance_error_s))
        right = "right" if one.lanes_exact else f"blocked: {blocked_text(one.lanes, one.no_lane)}"
        facts += [
            ("Lanes named by the alarm", f"{lanes_text(one.estimate.lanes)} ({right})"),
            (
                "Errors",
                f"onset {onset} s, clearance {clearance} s",
            ),
        ]
        if math.isfinite(one.location_error_m):
            facts.append(("Position error", f"{number(one.location_error_m, 0, signed=True)} m"))
        facts.append(("Symptom", one.estimate.symptom or DASH))
    for name, errors, digits, unit in (
        ("Queue estimate", one.queue, 1, " veh"),
        ("Lane-changing estimate", one.lane_changing, 2, ""),
    ):
        if errors.compared:
            error = f"bias {number(errors.bias, digits, signed=True)}{unit}, RMSE {number(errors.rmse, digits)}{unit}"
            facts.append((name, f"{error}, over {errors.compared} of {errors.available} frames x lanes"))
        elif errors.available:
            facts.append((name, "none while lanes were blocked"))
    facts.append(("Seed", seed))
    return tuple(facts)


def _ttd_s(one: IncidentOutcome, score: Score) -> float:
    same = (other for other in score.incident_outcomes if (other.run, other.incident) == (one.run, one.incident))
    return next((other.ttd_s for other in same), math.nan)


def _section(picture: RunPicture, section: int) -> str:
    stations = picture.corridor.stations
    return f"section {stations[section].name} to {stations[section + 1].name}"


def _demand(factors: Factors, before: str = "") -> str:
    """The demand in words, after `before`; that of a user's own network after "of"."""
    level = _level(factors, "demand")
    if level == OWN_ROUTES:
        return f"of {level}" if before else level
    return f"{before}{' ' if before else ''}{level} veh/h/lane"


def _level(factors: Factors, name: str) -> str:
    level = factors.get(name, DASH)
    return level if isinstance(level, str) else f"{level:g}"
