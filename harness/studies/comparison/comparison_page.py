"""A comparison as one HTML page that opens offline: the curves, then what they say in tables."""

from collections.abc import Mapping, Sequence
from math import isnan
from pathlib import Path

from detectors.calibration.aims import AIMS, CORRIDOR_SECTIONS
from harness.records.atomic_files import write_text
from harness.records.recorded_detectors import fingerprints_text
from harness.reporting.html_page import data_uri, render
from harness.reporting.page_sections import Section, Table
from harness.scoring.intervals import Interval
from harness.studies.comparison.comparison_files import FACTORS, MAIN_AIM, breakdown_rows
from harness.studies.comparison.comparison_study import REFERENCES, Comparison
from harness.studies.comparison.operating_curve import MISSED_S, Point
from harness.studies.comparison.paired_differences import Paired

NAMES = {
    "demand": "demand, veh/h/lane",
    "lanes_blocked": "blocked lanes",
    "position": "position in the section",
    "section_length": "section length",
    "duration_min": "duration, min",
}


BOLD = ("sequential", *REFERENCES)


def write_page(path: Path, comparison: Comparison, picture: Path) -> None:
    """Write the page with the picture inside."""
    incidents = len(next(iter(comparison.calibrated.values())).incidents)
    lead = (
        f"{len(comparison.detectors)} detectors on the same {comparison.runs} recorded runs: {incidents} incidents with "
        f"impact and {comparison.corridor_days:.2f} corridor-days "
        f"({CORRIDOR_SECTIONS} sections for 24 h each) in which every alarm is false. "
        "DR: share of the incidents detected. TTD: seconds from an incident's onset to the alarm. 95 %: the interval."
    )
    image = data_uri(picture.read_bytes())
    left_out = [f"Left out: {name}: {why}" for name, why in comparison.left_out.items()]
    html = render(
        "studies/comparison/comparison.html.j2",
        title=comparison.title,
        lead=lead,
        short=in_short(comparison),
        bold=BOLD,
        notices=[*comparison.notices, *_thin(comparison), *left_out],
        picture=image,
        sections=[
            _read_off(comparison),
            _calibrated(comparison),
            *_pairs(comparison),
            _breakdown(comparison),
            _misses(comparison),
        ],
        fingerprints=fingerprints_text({"fingerprints": comparison.fingerprints(MAIN_AIM)}),
    )
    write_text(path, html)


def in_short(comparison: Comparison) -> list[str]:
    """A sentence on each of BOLD at MAIN_AIM, with its interval: what a reader with one minute takes along."""
    told = []
    for name in BOLD:
        point, how = comparison.read_off.get((name, MAIN_AIM)), f"at no more than {MAIN_AIM:g} false alarm"
        if point is None:
            point, how = comparison.calibrated.get((name, MAIN_AIM)), "as it ships"
        if point is None:
            continue
        dr, ttd = point.dr, point.ttd
        text = (
            f"{name} ({how} per corridor-day; {point.false_alarm_rate.value:.2f} came) finds "
            f"{dr.part} of {dr.whole} incidents: {_number(100 * dr.value, '{:.0f}')} % "
            f"({_span(dr.interval.scaled(100), '{:.0f}')}), "
            f"after {_number(ttd.mean, '{:.0f}')} s on average ({_span(ttd.interval, '{:.0f}')})."
        ).replace("as it ships per corridor-day", "as it ships")
        for aim, pair in comparison.paired_equal:
            if aim == MAIN_AIM and pair.detector == name and len(pair.difference.values):
                sooner = "sooner" if pair.difference.mean < 0 else "later"
                text += (
                    f" On the {len(pair.difference.values)} that both find it is {abs(pair.difference.mean):.0f} s {sooner} "
                    f"than {pair.reference} "
                    f"(difference {_span(pair.difference.interval, '{:+.0f}')} s), "
                    f"at {pair.rate:.2f} against {pair.reference_rate:.2f} "
                    "false alarms per corridor-day."
                )
        told.append(text)
    return told


def _thin(comparison: Comparison) -> list[str]:
    """Where the runs hold too little incident-free time to speak of a rate."""
    rates = [f"{rate:g}" for rate in AIMS if rate * comparison.corridor_days < 3]
    if not rates:
        return []
    return [
        f"These runs hold {comparison.corridor_days:.1f} corridor-days free of incidents: a rate of {' or '.join(rates)} per "
        "corridor-day is fewer than three alarms here, so read its interval, not its number."
    ]


HEAD = (
    "detector",
    "false alarms",
    "per corridor-day",
    "95 %",
    "found",
    "DR, %",
    "95 %",
    "mean TTD, s",
    "95 %",
    "median, s",
    f"with misses at {MISSED_S:.0f} s",
)


def _calibrated(comparison: Comparison) -> Section:
    tables = []
    for aim in AIMS:
        points = [comparison.calibrated.get((name, aim)) for name in comparison.detectors]
        tables.append(
            Table(f"set for {aim:g} per corridor-day", HEAD, [_row(point) for point in points if point is not None])
        )
    return Section(
        "At the thresholds each ships with",
        "Set on other seeds for 0.1, 1 and 10 false alarms per corridor-day; how many came here is what a user gets.",
        tables,
    )


def _read_off(comparison: Comparison) -> Section:
    tables = []
    for rate in AIMS:
        points = [comparison.read_off.get((name, rate)) for name in comparison.detectors]
        tables.append(
            Table(f"at most {rate:g} per corridor-day", HEAD, [_row(point) for point in points if point is not None])
        )
    fixed = [name for name in comparison.detectors if name not in comparison.curves]
    return Section(
        "At equal false alarms",
        "The last point of each curve before its false alarms on these very runs exceed the rate: a little kind to every "
        "detector, and the same for all. Mean TTD is of the incidents found, so a detector that finds only the plain ones "
        "looks quick; the last column counts a missed incident as a late one."
        + (f" Without a threshold to sweep, so not here but below: {', '.join(fixed)}." if fixed else ""),
        [table for table in tables if table.rows],
    )


def _pairs(comparison: Comparison) -> list[Section]:
    head = (
        "detector",
        "its false alarms per day",
        "TTD less the reference's, s",
        "95 %",
        "both found",
        f"with misses at {MISSED_S:.0f} s",
        "95 %",
        "found alone",
        "reference alone",
        "p",
    )
    tables = []
    for basis, pairs in (("equal false alarms", comparison.paired_equal), ("as each ships", comparison.paired)):
        for reference in REFERENCES:
            found = [pair for aim, pair in pairs if aim == MAIN_AIM and pair.reference == reference]
            if found:
                caption = f"against {reference} at its {found[0].reference_rate:.2f} per corridor-day: {basis}"
                tables.append(Table(caption, head, [_pair(pair) for pair in found]))
    note = (
        "Differences of TTD on the same incidents, negative: sooner than the reference; with bootstrap intervals over "
        f"incidents. For {MAIN_AIM:g} false alarm per corridor-day; a reference without a curve stays as it ships, and the "
        "others get no more false alarms than it gave. p: McNemar's test of what either finds alone."
    )
    return [Section("Paired with the references", note, tables)] if tables else []


def _pair(pair: Paired) -> tuple[str, ...]:
    return (
        pair.detector,
        f"{pair.rate:.2f}",
        _number(pair.difference.mean, "{:+.1f}"),
        _span(pair.difference.interval, "{:+.1f}"),
        str(len(pair.difference.values)),
        _number(pair.cost_difference.mean, "{:+.1f}"),
        _span(pair.cost_difference.interval, "{:+.1f}"),
        str(pair.only_detector),
        str(pair.only_reference),
        _number(pair.mcnemar_p, "{:.3f}"),
    )


def _breakdown(comparison: Comparison) -> Section:
    rows = list(breakdown_rows(comparison))
    tables = []
    for factor in FACTORS:
        of = [row for row in rows if row["factor"] == factor]
        values = list(dict.fromkeys(_level(row["value"]) for row in of))
        cells = {(row["detector"], _level(row["value"])): row for row in of}
        names = [name for name in comparison.detectors if any((name, value) in cells for value in values)]
        counts = [f"{value} ({cells[names[0], value]['incidents']})" for value in values]
        body = [(name, *(_found(cells.get((name, value))) for value in values)) for name in names]
        if values:
            tables.append(Table(f"by {NAMES[factor]} (number of incidents)", ("detector", *counts), body))
    return Section(
        "What kind of incident",
        f"Share found, and mean TTD of those; as each ships for {MAIN_AIM:g} false alarm per corridor-day. Few incidents are in "
        "each class: breakdown.csv has the intervals.",
        tables,
    )


def _misses(comparison: Comparison) -> Section:
    rows = []
    for name in comparison.detectors:
        point = comparison.calibrated.get((name, MAIN_AIM))
        if point is not None:
            missed = [each.run for each in point.incidents if not each.detected]
            rows.append((name, f"{len(missed)} of {len(point.incidents)}", ", ".join(_brief(missed)) or "none"))
    return Section(
        "Which are missed",
        f"As each ships for {MAIN_AIM:g} false alarm per corridor-day; with place and demand in misses.csv.",
        [Table("", ("detector", "missed", "runs"), rows)],
    )


def _brief(runs: Sequence[str]) -> list[str]:
    """Runs by name, those of a series (incident-07) by their number after the first."""
    brief, before = [], ""
    for run in runs:
        stem, dash, number = run.rpartition("-")
        brief.append(number if dash and stem == before else run)
        before = stem
    return brief


def _level(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _found(row: Mapping[str, object] | None) -> str:
    if row is None:
        return "-"
    return f"{_number(row['dr'], '{:.0%}')}  {_number(row['ttd_mean_s'], '{:.0f} s')}"


def _row(point: Point) -> tuple[str, ...]:
    return (
        point.detector,
        str(point.false_alarms),
        _number(point.false_alarm_rate.value, "{:.2f}"),
        _span(point.false_alarm_rate.interval, "{:.2f}"),
        f"{point.dr.part}/{len(point.incidents)}",
        _number(100 * point.dr.value, "{:.1f}"),
        _span(point.dr.interval.scaled(100), "{:.1f}"),
        _number(point.ttd.mean, "{:.1f}"),
        _span(point.ttd.interval, "{:.1f}"),
        _number(point.ttd.median, "{:.1f}"),
        _number(point.cost_s, "{:.1f}"),
    )


def _span(interval: Interval, form: str) -> str:
    """Both ends, or one dash where neither is known."""
    return "-" if isnan(interval.low) else f"{form.format(interval.low)} to {form.format(interval.high)}"


def _number(value: object, form: str) -> str:
    return form.format(value) if isinstance(value, float) and not isnan(value) else "-"
