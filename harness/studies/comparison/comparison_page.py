"""The page of a comparison: key figures at one rate of false alarms, the curves, then tables."""

from pathlib import Path

from detectors.calibration.aims import AIMS, CORRIDOR_SECTIONS
from harness.records.provenance import provenance
from harness.reporting.key_figures import TERMS, detection_figure, false_alarm_figure, ttd_figure
from harness.reporting.number_text import number, percent, span
from harness.reporting.page_sections import Section, StudyPage, write_picture, write_study_page
from harness.reporting.provenance_facts import provenance_facts
from harness.reporting.report_document import Headline, KeyFigures, Picture
from harness.studies.comparison.comparison_figure import draw_comparison, figure_caption
from harness.studies.comparison.comparison_study import Comparison
from harness.studies.comparison.comparison_tables import (
    BOLD,
    MAIN_AIM,
    breakdown_section,
    calibrated_section,
    misses_section,
    pair_sections,
    read_off_section,
)
from harness.studies.comparison.operating_curve import OperatingPoint
from harness.studies.comparison.places_table import places_section

EQUAL = f"at no more than {MAIN_AIM:g} false alarm per corridor-day"
MOST_HEADLINES = 3
ALT = "Operating curves: detection rate and mean time to detection against false alarms per corridor-day"


def write_comparison_page(out: Path, comparison: Comparison) -> None:
    """Write comparison.html into `out`, and its picture as curves.png."""
    picture = write_picture(
        out / "curves.png",
        draw_comparison(comparison),
        draw_comparison(comparison, narrow=True),
        f"{ALT}, for {', '.join(comparison.detectors)}.",
        figure_caption(comparison),
    )
    incidents = len(next(iter(comparison.calibrated.values())).incidents)
    left_out = [f"Left out: {name}: {why}" for name, why in comparison.left_out.items()]
    page = StudyPage(
        title=f"Comparison on {comparison.title}",
        headline=_headline(comparison, picture),
        notices=(*comparison.notices, *_rate_notices(comparison), *left_out),
        lead=(
            f"{len(comparison.detectors)} detectors on the same {comparison.runs} recorded runs: {incidents} incidents with "
            f"impact and {comparison.corridor_days:.2f} corridor-days ({CORRIDOR_SECTIONS} sections for 24 h each) in which "
            "every alarm is false.",
        ),
        sections=(
            Section("In short", "", sentences=tuple(comparison_sentences(comparison))),
            read_off_section(comparison),
            calibrated_section(comparison),
            *pair_sections(comparison),
            places_section(comparison),
            breakdown_section(comparison),
            misses_section(comparison),
        ),
        provenance=provenance_facts({**provenance(), "fingerprints": comparison.fingerprints(MAIN_AIM)}),
    )
    write_study_page(out / "comparison.html", page)


def _headline(comparison: Comparison, picture: Picture) -> Headline:
    names = [name for name in BOLD if name in comparison.detectors] or comparison.detectors[:MOST_HEADLINES]
    points = [(name, *found) for name in names if (found := _main_point(comparison, name)) is not None]
    groups = [
        KeyFigures(
            f"{name}, {basis}",
            (
                detection_figure(point.dr),
                false_alarm_figure(point.false_alarm_rate, point.corridor_days),
                ttd_figure(point.ttd),
            ),
        )
        for name, point, basis in points
    ]
    clauses = [
        f"{name} detects {point.dr.part} of {len(point.incidents)} incidents"
        + (f" after {number(point.ttd.mean, 0)} s on average" if point.dr.part else "")
        + ("" if basis == EQUAL else f" ({basis})")
        for name, point, basis in points
    ]
    sentence = f"At a limit of {MAIN_AIM:g} false alarm per corridor-day, {'; '.join(clauses)}."
    return Headline(tuple(groups), sentence, TERMS, picture)


def _main_point(comparison: Comparison, name: str) -> tuple[OperatingPoint, str] | None:
    """Return the detector's point at MAIN_AIM and its basis: equal false alarms where it has a curve, else as shipped."""
    if (point := comparison.read_off.get((name, MAIN_AIM))) is not None:
        return point, EQUAL
    point = comparison.calibrated.get((name, MAIN_AIM))
    return None if point is None else (point, "as shipped")


def comparison_sentences(comparison: Comparison) -> list[str]:
    """Return a sentence on each of BOLD at MAIN_AIM, with its intervals."""
    sentences = []
    for name in BOLD:
        if (found := _main_point(comparison, name)) is None:
            continue
        point, basis = found
        dr, ttd = point.dr.interval, point.ttd.interval
        observed = f"{number(point.false_alarm_rate.value, 2)} observed{'' if basis == EQUAL else ' per corridor-day'}"
        text = (
            f"{name} ({basis}; {observed}) detects {point.dr.part} of {len(point.incidents)} "
            f"incidents: {percent(point.dr.value, 0)} % ({span(dr.scaled(100), 0)}), "
            f"after {number(point.ttd.mean, 0)} s on average ({span(ttd, 0)})."
        )
        for aim, pair in comparison.paired_equal:
            if aim == MAIN_AIM and pair.detector == name and len(pair.difference.values):
                sooner = "sooner" if pair.difference.mean < 0 else "later"
                text += (
                    f" On the {len(pair.difference.values)} that both detect it is {abs(pair.difference.mean):.0f} s {sooner} than "
                    f"{pair.reference} (difference {span(pair.difference.interval, 0, signed=True)} s), with "
                    f"{number(pair.rate, 2)} against {number(pair.reference_rate, 2)} false alarms per corridor-day."
                )
        sentences.append(text)
    return sentences


def _rate_notices(comparison: Comparison) -> list[str]:
    """Return a notice where the runs hold too little incident-free time to measure a rate; else none."""
    rates = [f"{rate:g}" for rate in AIMS if rate * comparison.corridor_days < 3]
    if not rates:
        return []
    return [
        f"These runs hold {comparison.corridor_days:.1f} corridor-days free of incidents: a rate of {' or '.join(rates)} per "
        "corridor-day is fewer than three alarms here: read its interval, not its value."
    ]
