"""Tables and the sentence of a replay's page: detectors beside one another, known incidents, places of false alarms."""

from collections import Counter

from harness.reporting.number_text import (
    clock_of_day,
    counted,
    number,
    percent,
    percent_with_interval,
    rate_with_interval,
    span,
    with_interval,
)
from harness.reporting.replay_findings import DetectorFinding, IncidentFinding, ReplayFindings
from harness.reporting.report_document import DASH, Table
from harness.reporting.summary_text import LITTLE_DAYS

MOST_ROWS = 100
"""Incidents in a table at most. Chosen: more are a file, not a page."""
MOST_PLACES = 10
"""Sections with the most alarms that are named."""
NOT_JUDGED = "not judged"
UNKNOWN = ("Alarms", "per corridor-day", "Groups", "per corridor-day")
"""Columns where no incidents are known: no alarm can be called false."""


def what_counts(detector: DetectorFinding) -> str:
    """Return what is counted of a detector: false alarms, or alarms where incidents are not known."""
    return "false alarm" if detector.known else "alarm"


def comparison_table(findings: ReplayFindings) -> Table:
    """Return a row per detector, the first one first."""
    traced = any(detector.ttd_trace.values for detector in findings.detectors)
    known = any(detector.known for detector in findings.detectors)
    columns = (
        *("Detector", "Detected", "DR [%]", "TTD, mean [s]", "median [s]"),
        *(("from the first trace [s]",) if traced else ()),
        *(("Alarms", "False alarms", "per corridor-day", "False groups", "per corridor-day") if known else UNKNOWN),
    )
    rows = tuple(_row(detector, traced, known) for detector in findings.detectors)
    note = "Ranges: 95 %. A dash is undefined, never 0. Groups: alarms of one event are one."
    if traced:
        note += " From the first trace: of incidents whose log states tolerances, from when the loops show them."
    if not known:
        note += " Incidents are not known: no alarm is called false, and rates are of all."
    return Table("Detectors beside one another", columns, rows, note)


def _row(detector: DetectorFinding, traced: bool, known: bool) -> tuple[str, ...]:
    alarms = (str(len(detector.alarms)),) if known else ()
    if not detector.judged:
        return (f"{detector.name} ({NOT_JUDGED})", *[DASH] * (4 + traced), *alarms, *[DASH] * 4)
    rates = (detector.false_alarms, detector.false_groups)
    detected = f"{detector.dr.part} of {detector.dr.whole}" if detector.known else DASH
    return (
        *(detector.name, detected, percent_with_interval(detector.dr, 0)),
        *(with_interval(detector.ttd.mean, detector.ttd.interval, 0), number(detector.ttd.median, 0)),
        *((with_interval(detector.ttd_trace.mean, detector.ttd_trace.interval, 0),) if traced else ()),
        *alarms,
        *(cell for rate in rates for cell in (str(rate.events), rate_with_interval(rate, 2))),
    )


def incidents_table(findings: ReplayFindings) -> Table | None:
    """Return known incidents, and after how long each detector finds them; None without one."""
    judged = [detector for detector in findings.detectors if detector.incidents]
    if not judged:
        return None
    own = {detector.name: {(one.run, one.incident): one for one in detector.incidents} for detector in judged}
    rows = []
    for one in judged[0].incidents[:MOST_ROWS]:
        found = (own[detector.name].get((one.run, one.incident)) for detector in judged)
        place = number(one.position_m / 1000, 2)
        rows.append((one.run, clock_of_day(one.onset_s), place, one.lanes_text, *map(_result, found)))
    left_out = len(judged[0].incidents) - len(rows)
    note = "Under a detector: alarm minus known onset in s."
    if left_out:
        note += f" {left_out} more are in incidents.csv."
    columns = ("Recording", "Onset", "Place [km]", "Lanes", *(detector.name for detector in judged))
    return Table("Known incidents", columns, tuple(rows), note)


def _result(one: IncidentFinding | None) -> str:
    if one is None or not one.counted:
        return "no trace in the loops" if one is not None else DASH
    return f"{one.alarm_s - one.onset_s:+.0f}" if one.detected else "missed"


def places_table(detector: DetectorFinding) -> Table | None:
    """Return the sections with the most alarms that are false, or of all where incidents are not known; None without any."""
    places = Counter((alarm.section, alarm.upstream, alarm.downstream) for alarm in detector.shown_alarms)
    if not places:
        return None
    total = places.total()
    rows = tuple(
        (f"{upstream} to {downstream}", str(alarms), percent(alarms / total, 0))
        for (_, upstream, downstream), alarms in places.most_common(MOST_PLACES)
    )
    rest = len(places) - len(rows)
    note = f"{counted(rest, 'more section')} with fewer." if rest else ""
    what = what_counts(detector).capitalize()
    return Table(f"{what}s of {detector.name} by section", ("Section", f"{what}s", "Share [%]"), rows, note)


def sentence(detector: DetectorFinding) -> str:
    """Return a detector's result in a clause."""
    name, rate = detector.name, detector.false_alarms
    if not detector.judged:
        return f"{name} is {NOT_JUDGED}: the recordings lack what it needs"
    what = f"{counted(rate.events, what_counts(detector))} in {counted(detector.false_groups.events, 'group')}"
    days = f", {number(rate.value, 2)} per corridor-day ({span(rate.interval, 2)})"
    if not rate.events:
        what, days = f"no {what_counts(detector)}", f" (at most {number(rate.interval.high)} per corridor-day, 95 %)"
    little = ", little time" if detector.days < LITTLE_DAYS else ""
    text = f"{name} raises {what}{days}{little}" if rate.exposure else f"{name} raises {what}"
    if not detector.known:
        return f"{text}; incidents are not known"
    if not detector.dr.whole:
        return f"{text}; there was no incident to detect"
    found = f"{name} detects {detector.dr.part} of {counted(detector.dr.whole, 'incident')}"
    if detector.dr.part:
        mean_s = detector.ttd.mean
        found += f", on average {number(abs(mean_s), 0)} s {'before' if mean_s < 0 else 'after'} the known onset"
    return f"{found}, and {text.removeprefix(f'{name} ')}"
