"""A comparison as files: comparison.json, points.csv, curves.csv, paired.csv, places.csv, breakdown.csv, misses.csv,
summary.txt."""

from collections.abc import Iterable, Mapping, Sequence
from math import nan
from pathlib import Path

from detectors.calibration.aims import AIMS
from harness.records.atomic_files import write_csv, write_json, write_text
from harness.records.provenance import provenance
from harness.reporting.csv_rows import csv_rows
from harness.reporting.text_table import paragraph, plain_text
from harness.studies.comparison.alarm_places import alarm_places
from harness.studies.comparison.comparison_study import Comparison
from harness.studies.comparison.comparison_tables import (
    FACTOR_HEADINGS,
    MAIN_AIM,
    pair_tables,
    points_tables,
)
from harness.studies.comparison.operating_curve import OperatingPoint, points_by_factor
from harness.studies.comparison.paired_differences import PairedDifference
from harness.studies.comparison.places_table import places_table

PAIRED = (
    *("asked_rate", "basis", "detector", "reference", "false_per_corridor_day", "reference_false_per_corridor_day"),
    *("both", "difference_s", "low_s", "high_s", "cost_difference_s", "cost_low_s", "cost_high_s"),
    *("only_detector", "only_reference", "mcnemar_p"),
)
PLACES = (
    *("detector", "basis", "asked_rate", "detected", "own_section", "own_share", "own_low", "own_high"),
    *("first_own", "first_upstream", "first_downstream", "estimates_lanes"),
)
BREAKDOWN = ("detector", "factor", "value", "incidents", "detected", "dr", "dr_low", "dr_high", "ttd_mean_s")
MISSES = ("detector", "asked_rate", "run", "section", "lanes", "demand_vphpl")


def write_comparison(out: Path, comparison: Comparison, command: str) -> str:
    """Write all files and return the summary."""
    tables = {
        "points": list(point_rows(comparison)),
        "curves": [_point_row(point, "swept", nan) for points in comparison.curves.values() for point in points],
        "paired": [*_paired_rows(comparison.paired, "calibrated"), *_paired_rows(comparison.paired_equal, "read off")],
        "places": list(place_rows(comparison)),
        "breakdown": list(breakdown_rows(comparison)),
        "misses": list(miss_rows(comparison)),
    }
    columns = {
        "curves": tuple(tables["points"][0]),
        "paired": PAIRED,
        "places": PLACES,
        "breakdown": BREAKDOWN,
        "misses": MISSES,
    }
    for name, rows in tables.items():
        write_csv(out / f"{name}.csv", csv_rows(rows, columns.get(name)))
    document = {
        "battery": comparison.title,
        "runs": comparison.runs,
        "corridor_days": comparison.corridor_days,
        **tables,
        "left_out": dict(comparison.left_out),
        "notices": list(comparison.notices),
        "fingerprints": {f"{aim:g}": comparison.fingerprints(aim) for aim in AIMS},
        **provenance(),
        "command": command,
    }
    text = comparison_summary(comparison)
    write_json(out / "comparison.json", document)
    write_text(out / "summary.txt", text)
    return text


def point_rows(comparison: Comparison) -> Iterable[Mapping[str, object]]:
    """Yield a row per detector, rate and basis (calibrated thresholds, or read off the curve)."""
    for (_, aim), point in comparison.calibrated.items():
        yield _point_row(point, "calibrated", aim)
    for (_, rate), read in comparison.read_off.items():
        if read is not None:
            yield _point_row(read, "read off", rate)


def _point_row(point: OperatingPoint, basis: str, rate: float) -> Mapping[str, object]:
    return {
        "detector": point.detector,
        "basis": basis,
        "asked_rate": rate,
        "threshold": point.threshold,
        "false_alarms": point.false_alarms,
        "corridor_days": point.corridor_days,
        "false_per_corridor_day": point.false_alarm_rate.value,
        "false_low": point.false_alarm_rate.interval.low,
        "false_high": point.false_alarm_rate.interval.high,
        "incidents": point.dr.whole,
        "detected": point.dr.part,
        "dr": point.dr.value,
        "dr_low": point.dr.interval.low,
        "dr_high": point.dr.interval.high,
        "ttd_mean_s": point.ttd.mean,
        "ttd_low_s": point.ttd.interval.low,
        "ttd_high_s": point.ttd.interval.high,
        "ttd_median_s": point.ttd.median,
        "cost_s": point.cost_s,
    }


def _paired_rows(pairs: Sequence[tuple[float, PairedDifference]], basis: str) -> Iterable[Mapping[str, object]]:
    for aim, pair in pairs:
        values = (
            *(aim, basis, pair.detector, pair.reference, pair.rate, pair.reference_rate),
            *(len(pair.difference.values), pair.difference.mean, *pair.difference.interval),
            *(pair.cost_difference.mean, *pair.cost_difference.interval),
            *(pair.only_detector, pair.only_reference, pair.mcnemar_p),
        )
        yield dict(zip(PAIRED, values, strict=True))


def place_rows(comparison: Comparison) -> Iterable[Mapping[str, object]]:
    """Yield where the alarms of detected incidents are, per detector, rate and basis."""
    known = [
        *(("calibrated", aim, point) for (_, aim), point in comparison.calibrated.items()),
        *(("read off", rate, point) for (_, rate), point in comparison.read_off.items() if point is not None),
    ]
    for basis, rate, point in known:
        found = alarm_places(point.incidents, point.first_alarms)
        values = (
            *(point.detector, basis, rate, found.located.whole, found.located.part, found.located.value),
            *found.located.interval,
            *(found.first_own.part, found.first_upstream.part, found.first_downstream.part),
            "yes" if point.detector in comparison.estimating else "no",
        )
        yield dict(zip(PLACES, values, strict=True))


def breakdown_rows(comparison: Comparison) -> Iterable[Mapping[str, object]]:
    """Yield DR and TTD at MAIN_AIM by the incidents' factors."""
    for detector in comparison.detectors:
        for factor in FACTOR_HEADINGS if (detector, MAIN_AIM) in comparison.calibrated else ():
            for value, point in points_by_factor(comparison.calibrated[detector, MAIN_AIM], factor).items():
                values = (
                    detector,
                    factor,
                    value,
                    point.dr.whole,
                    point.dr.part,
                    point.dr.value,
                    *point.dr.interval,
                    point.ttd.mean,
                )
                yield dict(zip(BREAKDOWN, values, strict=True))


def miss_rows(comparison: Comparison) -> Iterable[Mapping[str, object]]:
    """Yield the incidents that each detector misses, at each aim."""
    for (detector, aim), point in comparison.calibrated.items():
        for incident in point.incidents:
            if not incident.detected:
                lanes = " ".join(map(str, incident.lanes))
                demand = incident.factors.get("demand", nan)
                values = (detector, aim, incident.run, incident.section, lanes, demand)
                yield dict(zip(MISSES, values, strict=True))


def comparison_summary(comparison: Comparison) -> str:
    """Return the summary: the points at each rate, calibrated and read off, the paired differences, and where alarms are."""
    incidents = len(next(iter(comparison.calibrated.values())).incidents)
    blocks = [
        f"Comparison on {comparison.title}: {comparison.runs} runs, {incidents} incidents with impact, "
        f"{comparison.corridor_days:.2f} corridor-days free of incidents.",
        "At the shipped thresholds, by the false alarms per corridor-day they are set for:",
        *map(plain_text, points_tables(comparison, comparison.calibrated, "set for")),
        "Read off the curves of these runs, by the most false alarms per corridor-day:",
        *map(plain_text, points_tables(comparison, comparison.read_off, "at most")),
        f"Paired differences of TTD on the same incidents, for {MAIN_AIM:g} false alarm per corridor-day:",
        *map(plain_text, pair_tables(comparison)),
        f"Where the alarms are, as shipped for {MAIN_AIM:g} false alarm per corridor-day:",
        plain_text(places_table(comparison)),
    ]
    notes = [*(f"Left out: {name}: {why}" for name, why in comparison.left_out.items()), *comparison.notices]
    return "\n\n".join([*blocks, *(["\n".join(map(paragraph, notes))] if notes else [])]) + "\n"
