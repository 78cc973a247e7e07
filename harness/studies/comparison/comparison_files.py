"""A comparison as files: comparison.json, points.csv, curves.csv, paired.csv, breakdown.csv, misses.csv, summary.txt."""

from collections.abc import Iterable, Mapping, Sequence
from math import isnan, nan
from pathlib import Path

from detectors.calibration.aims import AIMS
from harness.records.atomic_files import write_csv, write_json, write_text
from harness.records.provenance import provenance
from harness.scoring.intervals import Interval
from harness.studies.comparison.comparison_study import Comparison
from harness.studies.comparison.operating_curve import Point, breakdown
from harness.studies.comparison.paired_differences import Paired

FACTORS = ("demand", "lanes_blocked", "position", "section_length", "duration_min")  # of scenarios.run_labels
MAIN_AIM = 1.0
_POINT = (
    "detector",
    "basis",
    "asked_rate",
    "threshold",
    "false_alarms",
    "corridor_days",
    "false_per_corridor_day",
    "false_low",
    "false_high",
    "incidents",
    "detected",
    "dr",
    "dr_low",
    "dr_high",
    "ttd_mean_s",
    "ttd_low_s",
    "ttd_high_s",
    "ttd_median_s",
    "cost_s",
)
_PAIRED = (
    "asked_rate",
    "basis",
    "detector",
    "reference",
    "false_per_corridor_day",
    "reference_false_per_corridor_day",
    "both",
    "difference_s",
    "low_s",
    "high_s",
    "cost_difference_s",
    "cost_low_s",
    "cost_high_s",
    "only_detector",
    "only_reference",
    "mcnemar_p",
)


def write_comparison(out: Path, comparison: Comparison, command: str) -> str:
    """Write all files; returns the summary's text."""
    points = list(point_rows(comparison))
    swept = [point for points_of in comparison.curves.values() for point in points_of]
    curves = [_point_row(point, "swept", nan) for point in swept]
    pairs = [*_paired_rows(comparison.paired, "calibrated"), *_paired_rows(comparison.paired_equal, "read off")]
    broken, misses = list(breakdown_rows(comparison)), list(miss_rows(comparison))
    text = summary(comparison)
    write_csv(out / "points.csv", _table(_POINT, points))
    write_csv(out / "curves.csv", _table(_POINT, curves))
    write_csv(out / "paired.csv", _table(_PAIRED, pairs))
    write_csv(
        out / "breakdown.csv",
        _table(
            ("detector", "factor", "value", "incidents", "detected", "dr", "dr_low", "dr_high", "ttd_mean_s"), broken
        ),
    )
    write_csv(out / "misses.csv", _table(("detector", "asked_rate", "run", "section", "lanes", "demand_vphpl"), misses))
    document = {
        "battery": comparison.title,
        "runs": comparison.runs,
        "corridor_days": comparison.corridor_days,
        "points": points,
        "curves": curves,
        "paired": pairs,
        "breakdown": broken,
        "misses": misses,
        "left_out": dict(comparison.left_out),
        "notices": list(comparison.notices),
        "fingerprints": {f"{aim:g}": comparison.fingerprints(aim) for aim in AIMS},
        **provenance(),
        "command": command,
    }
    write_json(out / "comparison.json", document)
    write_text(out / "summary.txt", text)
    return text


def point_rows(comparison: Comparison) -> Iterable[Mapping[str, object]]:
    """A row per detector, rate and basis (calibrated thresholds, or read off the curve)."""
    for (_, aim), point in comparison.calibrated.items():
        yield _point_row(point, "calibrated", aim)
    for (_, rate), read in comparison.read_off.items():
        if read is not None:
            yield _point_row(read, "read off", rate)


def _point_row(point: Point, basis: str, rate: float) -> Mapping[str, object]:
    values = (
        point.detector,
        basis,
        rate,
        point.threshold,
        point.false_alarms,
        point.corridor_days,
        point.rate,
        *_ends(point.rate_interval),
        len(point.incidents),
        point.detected,
        point.dr,
        *_ends(point.dr_interval),
        point.ttd_mean_s,
        *_ends(point.ttd_interval),
        point.ttd_median_s,
        point.cost_s,
    )
    return dict(zip(_POINT, values, strict=True))


def _paired_rows(pairs: Sequence[tuple[float, Paired]], basis: str) -> Iterable[Mapping[str, object]]:
    for aim, pair in pairs:
        values = (
            aim,
            basis,
            pair.detector,
            pair.reference,
            pair.rate,
            pair.reference_rate,
            pair.both,
            pair.difference_s,
            *_ends(pair.interval),
            pair.cost_difference_s,
            *_ends(pair.cost_interval),
            pair.only_detector,
            pair.only_reference,
            pair.mcnemar_p,
        )
        yield dict(zip(_PAIRED, values, strict=True))


def breakdown_rows(comparison: Comparison) -> Iterable[Mapping[str, object]]:
    """DR and TTD at MAIN_AIM by the incidents' factors."""
    for detector in comparison.detectors:
        for factor in FACTORS if (detector, MAIN_AIM) in comparison.calibrated else ():
            for value, point in breakdown(comparison.calibrated[detector, MAIN_AIM], factor).items():
                yield {
                    "detector": detector,
                    "factor": factor,
                    "value": value,
                    "incidents": len(point.incidents),
                    "detected": point.detected,
                    "dr": point.dr,
                    "dr_low": point.dr_interval.low,
                    "dr_high": point.dr_interval.high,
                    "ttd_mean_s": point.ttd_mean_s,
                }


def miss_rows(comparison: Comparison) -> Iterable[Mapping[str, object]]:
    """The incidents that each detector misses, at each aim."""
    for (detector, aim), point in comparison.calibrated.items():
        for incident in point.incidents:
            if not incident.detected:
                yield {
                    "detector": detector,
                    "asked_rate": aim,
                    "run": incident.run,
                    "section": incident.section,
                    "lanes": " ".join(map(str, incident.lanes)),
                    "demand_vphpl": incident.factors.get("demand", nan),
                }


def summary(comparison: Comparison) -> str:
    """What a reader with one minute wants, as text."""
    incidents = len(next(iter(comparison.calibrated.values())).incidents)
    lines = [
        f"Comparison on {comparison.title}: {comparison.runs} runs, {incidents} incidents with impact, "
        f"{comparison.corridor_days:.2f} corridor-days free of incidents.",
        "",
        "At the thresholds each detector ships with, calibrated for so many false alarms per corridor-day:",
    ]
    for aim in sorted({aim for _, aim in comparison.calibrated}):
        lines += ["", f"  asked for {aim:g}", f"  {_HEAD}"]
        at = [comparison.calibrated.get((name, aim)) for name in comparison.detectors]
        lines += [f"  {_line(point)}" for point in at if point is not None]
    lines += ["", "Read off the curves of these very runs, at no more than so many false alarms per corridor-day:"]
    for rate in sorted({rate for _, rate in comparison.read_off}):
        lines += ["", f"  at most {rate:g}", f"  {_HEAD}"]
        for name in comparison.detectors:
            point = comparison.read_off.get((name, rate))
            if point is not None:
                lines.append(f"  {_line(point)}")
    lines += [
        "",
        f"Paired differences of TTD on the same incidents (negative: sooner), for {MAIN_AIM:g} false alarm per corridor-day "
        "(against a reference without a curve: at the rate that it gave):",
    ]
    for basis, pairs in (("calibrated", comparison.paired), ("read off", comparison.paired_equal)):
        lines += [
            f"  {basis:10}  {pair.detector:12} against {pair.reference:9} {pair.difference_s:+7.1f} s "
            f"[{pair.interval.low:+.1f}, {pair.interval.high:+.1f}] on {pair.both}; "
            f"found alone: {pair.only_detector} and {pair.only_reference}"
            for aim, pair in pairs
            if aim == MAIN_AIM
        ]
    lines += [f"Left out: {name}: {why}" for name, why in comparison.left_out.items()]
    return "\n".join([*lines, *comparison.notices]) + "\n"


_HEAD = (
    f"{'detector':12} {'false':>5} {'per day':>8}  {'95 %':>14}   {'found':>9} {'DR':>6}  {'95 %':>14}  {'TTD':>6}  {'95 %':>16} "
    f"{'median':>6}"
)


def _line(point: Point) -> str:
    rate, dr, ttd = point.rate_interval, point.dr_interval, point.ttd_interval
    return (
        f"{point.detector:12} {point.false_alarms:5d} {point.rate:8.2f}  [{rate.low:5.2f}, {rate.high:5.2f}]   "
        f"{point.detected:4d}/{len(point.incidents):<4d} {100 * point.dr:5.1f}%  [{100 * dr.low:5.1f}, {100 * dr.high:5.1f}]  "
        f"{_s(point.ttd_mean_s)}  [{_s(ttd.low)}, {_s(ttd.high)}] {_s(point.ttd_median_s)}"
    )


def _s(seconds: float) -> str:
    return "     -" if isnan(seconds) else f"{seconds:6.1f}"


def _ends(interval: Interval) -> tuple[float, float]:
    return interval.low, interval.high


def _table(names: Sequence[str], rows: Sequence[Mapping[str, object]]) -> list[list[str]]:
    return [list(names), *([_text(row[name]) for name in names] for row in rows)]


def _text(value: object) -> str:
    if isinstance(value, float):
        return "" if isnan(value) else f"{value:.6g}"
    return str(value)
