"""The page of a comparison: key figures at one rate of false alarms, the curves, then tables."""

from collections.abc import Mapping, Sequence
from math import isnan
from pathlib import Path

from detectors.calibration.thresholds import AIMS, CORRIDOR_SECTIONS
from harness.records.atomic_files import whole_file
from harness.records.provenance import provenance
from harness.reporting.figures.figure_style import png
from harness.reporting.headline import TERMS, detection_figure, false_alarm_figure, ttd_figure
from harness.reporting.page_sections import Section, StudyPage, write_study_page
from harness.reporting.provenance_facts import provenance_facts
from harness.reporting.report_document import Headline, KeyFigures, Picture, Table
from harness.scoring.intervals import Interval
from harness.studies.comparison.comparison_figure import caption, draw_comparison
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
EQUAL = f"at no more than {MAIN_AIM:g} false alarm per corridor-day"
MOST_HEADLINES = 3
ALT = "Operating curves: detection rate and mean time to detection against false alarms per corridor-day"


def write_page(out: Path, comparison: Comparison) -> None:
    """Write comparison.html into `out`, and its picture as curves.png."""
    picture = Picture(
        png(draw_comparison(comparison)),
        f"{ALT}, for {', '.join(comparison.detectors)}.",
        caption(comparison),
        png(draw_comparison(comparison, narrow=True)),
    )
    with whole_file(out / "curves.png") as part:
        part.write_bytes(picture.png)
    incidents = len(next(iter(comparison.calibrated.values())).incidents)
    left_out = [f"Left out: {name}: {why}" for name, why in comparison.left_out.items()]
    page = StudyPage(
        title=f"Comparison on {comparison.title}",
        headline=_headline(comparison, picture),
        notices=(*comparison.notices, *_thin(comparison), *left_out),
        lead=(
            f"{len(comparison.detectors)} detectors on the same {comparison.runs} recorded runs: {incidents} incidents with "
            f"impact and {comparison.corridor_days:.2f} corridor-days ({CORRIDOR_SECTIONS} sections for 24 h each) in which "
            "every alarm is false.",
        ),
        sections=(
            Section("In short", "", sentences=tuple(in_short(comparison))),
            _read_off(comparison),
            _calibrated(comparison),
            *_pairs(comparison),
            _breakdown(comparison),
            _misses(comparison),
        ),
        provenance=provenance_facts(provenance()),
    )
    write_study_page(out / "comparison.html", page)


def _headline(comparison: Comparison, picture: Picture) -> Headline:
    names = [name for name in BOLD if name in comparison.detectors] or comparison.detectors[:MOST_HEADLINES]
    points = [(name, *found) for name in names if (found := _main_point(comparison, name)) is not None]
    groups = [
        KeyFigures(
            f"{name}, {basis}",
            (
                detection_figure(point.detected, len(point.incidents)),
                false_alarm_figure(point.false_alarms, point.rate, point.rate_interval, point.corridor_days),
                ttd_figure(point.ttd_mean_s, point.ttd_interval, point.ttd_median_s),
            ),
        )
        for name, point, basis in points
    ]
    clauses = [
        f"{name} detects {point.detected} of {len(point.incidents)} incidents"
        + (f" after {point.ttd_mean_s:.0f} s on average" if point.detected else "")
        + ("" if basis == EQUAL else f" ({basis})")
        for name, point, basis in points
    ]
    sentence = f"At a limit of {MAIN_AIM:g} false alarm per corridor-day, {'; '.join(clauses)}."
    return Headline(tuple(groups), sentence, TERMS, picture)


def _main_point(comparison: Comparison, name: str) -> tuple[Point, str] | None:
    """Return the detector's point at MAIN_AIM and its basis: equal false alarms where it has a curve, else as it ships."""
    if (point := comparison.read_off.get((name, MAIN_AIM))) is not None:
        return point, EQUAL
    point = comparison.calibrated.get((name, MAIN_AIM))
    return None if point is None else (point, "as it ships")


def in_short(comparison: Comparison) -> list[str]:
    """Return a sentence on each of BOLD at MAIN_AIM, with its intervals."""
    told = []
    for name in BOLD:
        if (found := _main_point(comparison, name)) is None:
            continue
        point, basis = found
        dr, ttd = point.dr_interval, point.ttd_interval
        observed = f"{point.rate:.2f} observed{'' if basis == EQUAL else ' per corridor-day'}"
        text = (
            f"{name} ({basis}; {observed}) detects {point.detected} of {len(point.incidents)} "
            f"incidents: {_number(100 * point.dr, '{:.0f}')} % ({_span(dr.scaled(100), '{:.0f}')}), "
            f"after {_number(point.ttd_mean_s, '{:.0f}')} s on average ({_span(ttd, '{:.0f}')})."
        )
        for aim, pair in comparison.paired_equal:
            if aim == MAIN_AIM and pair.detector == name and pair.both:
                sooner = "sooner" if pair.difference_s < 0 else "later"
                text += (
                    f" On the {pair.both} that both detect it is {abs(pair.difference_s):.0f} s {sooner} than "
                    f"{pair.reference} (difference {_span(pair.interval, '{:+.0f}')} s), with {pair.rate:.2f} against "
                    f"{pair.reference_rate:.2f} false alarms per corridor-day."
                )
        told.append(text)
    return told


def _thin(comparison: Comparison) -> list[str]:
    """A notice where the runs hold too little incident-free time to measure a rate."""
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
    "detected",
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
            _table(f"set for {aim:g} per corridor-day", HEAD, [_row(each) for each in points if each is not None])
        )
    return Section(
        "At the thresholds each ships with",
        "Set on other seeds for 0.1, 1 and 10 false alarms per corridor-day; the rate observed here is what a user gets.",
        tuple(tables),
    )


def _read_off(comparison: Comparison) -> Section:
    tables = []
    for rate in AIMS:
        points = [comparison.read_off.get((name, rate)) for name in comparison.detectors]
        tables.append(
            _table(f"at most {rate:g} per corridor-day", HEAD, [_row(each) for each in points if each is not None])
        )
    fixed = [name for name in comparison.detectors if name not in comparison.curves]
    return Section(
        "At equal false alarms",
        "The last point of each curve before its false alarms on these very runs exceed the rate: slightly optimistic, and "
        "equally so for all detectors. Mean TTD is over the detected incidents, so a detector that detects only the clear "
        f"ones looks quick; the last column counts a missed incident as {MISSED_S:.0f} s."
        + (f" These have no threshold to sweep and stand in the next section: {', '.join(fixed)}." if fixed else ""),
        tuple(table for table in tables if table.rows),
    )


def _pairs(comparison: Comparison) -> list[Section]:
    head = (
        "detector",
        "its false alarms per day",
        "TTD less the reference's, s",
        "95 %",
        "both detect",
        f"with misses at {MISSED_S:.0f} s",
        "95 %",
        "detected by it alone",
        "by the reference alone",
        "p",
    )
    tables = []
    for basis, pairs in (("equal false alarms", comparison.paired_equal), ("as each ships", comparison.paired)):
        for reference in REFERENCES:
            found = [pair for aim, pair in pairs if aim == MAIN_AIM and pair.reference == reference]
            if found:
                label = f"against {reference} at its {found[0].reference_rate:.2f} per corridor-day: {basis}"
                tables.append(_table(label, head, [_pair(pair) for pair in found]))
    note = (
        "Differences of TTD on the same incidents; negative is sooner than the reference. Bootstrap intervals over "
        f"incidents. For {MAIN_AIM:g} false alarm per corridor-day; a reference without a curve stays as it ships, and the "
        "others are allowed no more false alarms than it raised. p: McNemar's test of the incidents that only one detects."
    )
    return [Section("Paired with the references", note, tuple(tables))] if tables else []


def _pair(pair: Paired) -> tuple[str, ...]:
    return (
        pair.detector,
        f"{pair.rate:.2f}",
        _number(pair.difference_s, "{:+.1f}"),
        _span(pair.interval, "{:+.1f}"),
        str(pair.both),
        _number(pair.cost_difference_s, "{:+.1f}"),
        _span(pair.cost_interval, "{:+.1f}"),
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
            tables.append(_table(f"by {NAMES[factor]} (number of incidents)", ("detector", *counts), body))
    return Section(
        "By kind of incident",
        f"Share detected, and their mean TTD; as each ships for {MAIN_AIM:g} false alarm per corridor-day. Each class has few "
        "incidents: breakdown.csv has the intervals.",
        tuple(tables),
    )


def _misses(comparison: Comparison) -> Section:
    rows = []
    for name in comparison.detectors:
        point = comparison.calibrated.get((name, MAIN_AIM))
        if point is not None:
            missed = [each.run for each in point.incidents if not each.detected]
            rows.append((name, f"{len(missed)} of {len(point.incidents)}", ", ".join(_brief(missed)) or "none"))
    return Section(
        "Missed incidents",
        f"As each ships for {MAIN_AIM:g} false alarm per corridor-day; with place and demand in misses.csv.",
        (Table("Missed incidents", ("detector", "missed", "runs"), tuple(rows), text_columns=3),),
    )


def _table(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Table:
    """Return a table of detectors with the rows of BOLD in bold."""
    bold = tuple(number for number, row in enumerate(rows) if row[0] in BOLD)
    return Table(title, head, tuple(rows), bold=bold)


def _brief(runs: Sequence[str]) -> list[str]:
    """Return runs by name; within a series (incident-07) by number after the first."""
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
        _number(point.rate, "{:.2f}"),
        _span(point.rate_interval, "{:.2f}"),
        f"{point.detected}/{len(point.incidents)}",
        _number(100 * point.dr, "{:.1f}"),
        _span(point.dr_interval.scaled(100), "{:.1f}"),
        _number(point.ttd_mean_s, "{:.1f}"),
        _span(point.ttd_interval, "{:.1f}"),
        _number(point.ttd_median_s, "{:.1f}"),
        _number(point.cost_s, "{:.1f}"),
    )


def _span(interval: Interval, form: str) -> str:
    """Both ends, or one dash where neither is known."""
    return "-" if isnan(interval.low) else f"{form.format(interval.low)} to {form.format(interval.high)}"


def _number(value: object, form: str) -> str:
    return form.format(value) if isinstance(value, float) and not isnan(value) else "-"
