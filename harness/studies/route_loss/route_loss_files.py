"""Files of a route-loss study: summary.txt, study.json, sensors.csv, sweep.csv and three figures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from harness.records.atomic_files import write_bytes, write_csv, write_json, write_text
from harness.records.provenance import provenance
from harness.reporting.csv_rows import csv_rows
from harness.reporting.number_text import number, percent, span
from harness.reporting.report_document import Table
from harness.reporting.text_table import plain_text
from harness.studies.route_loss.route_loss_figures import draw_losses, draw_map, draw_trade_off
from harness.studies.route_loss.route_loss_study import KindResult, Measurements
from scenarios.city import City
from scenarios.files.route_loss_study_file import FaultStudy

SHOWN = 5
"""Sensors in the table: as many as in the paper's."""
TARGET = 0.21
NAMES = {"undercount": "conditional undercount", "overcount": "constant overcount"}


@dataclass(frozen=True, slots=True)
class SweepRow:
    """One setting changed: share of the static loss saved and the static loss [s], by kind of fault."""

    what: str
    value: str
    saved: Mapping[str, float]
    static_s: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class RouteLossFindings:
    """The content of a study's files; `sweep` is empty without a sweep."""

    study: FaultStudy
    city: City
    measured: Measurements
    results: Sequence[KindResult]
    sweep: Sequence[SweepRow] = ()


def write_study(out: Path, found: RouteLossFindings, command: str) -> str:
    """Write everything to `out` and return the summary."""
    study, city, results = found.study, found.city, found.results
    text = summary(found)
    write_text(out / "summary.txt", text)
    write_json(out / "study.json", document(found, command))
    write_csv(out / "sensors.csv", csv_rows(_sensor_rows(city, results)))
    if found.sweep:
        write_csv(out / "sweep.csv", csv_rows(_sweep_rows(found.sweep)))
    sensor = int(np.argmax(sum(result.static_s for result in results)))
    for name, png in (
        ("trade-off.png", draw_trade_off(city.station_names[sensor], sensor, results)),
        ("losses.png", draw_losses(study, found.measured, results, sensor, city.station_names[sensor])),
        ("map.png", draw_map(city, results, study.critical_s)),
    ):
        write_bytes(out / name, png)
    return text


def summary(found: RouteLossFindings) -> str:
    """Return one page of text: the study, Table 1, the share saved, critical sensors, the sweep."""
    study, city, measured, results = found.study, found.city, found.measured, found.results
    title = f"{study.name}: {study.description}"
    errors = ", ".join(f"{n}: {error:.3f}" for n, error in measured.errors.items())
    n = measured.predictor.neighbours.shape[1]
    setting = (
        f"{len(city.stations)} stations, {len(measured.train.values)} days to train, {len(measured.test.values)} to test, "
        f"{len(measured.times_s)} periods a day, {measured.queries} queries in each. P(fault) {study.fault_share:g}, "
        f"b {study.slack:g}, magnitudes {study.magnitude[0]:g} to {study.magnitude[1]:g}, "
        f"undercount above the quantile {study.level:g}, "
        f"faults of {study.fault_hours:g} h."
    )
    predictor = f"Predictor: {n} closest sensors" + (f" (error on held-out days by n: {errors})." if errors else ".")
    curve = (
        f"Travel time: twice the free one at an occupancy of {measured.curve.half:.3f}, power {measured.curve.power:.2f}, "
        f"RMS error {100 * measured.curve.error:.1f} %."
    )
    blocks = [
        f"{title}\n{'=' * len(title)}",
        "\n".join((setting, predictor, curve)),
        plain_text(table_1(city, results)),
        "\n".join(_verdict(result) for result in results),
        _critical(study, city, results),
    ]
    if found.sweep:
        blocks.append(plain_text(sweep_table(found.sweep)))
    return "\n\n".join(blocks) + "\n"


def table_1(city: City, results: Sequence[KindResult]) -> Table:
    """Return the paper's Table 1 for this network: the sensors with the greatest static loss, and all together."""
    order = np.argsort(-sum(result.static_s for result in results))[:SHOWN]
    rows = [
        (city.station_names[s], *(cell for each in results for cell in _cells(each.optimal_s[s], each.static_s[s])))
        for s in order
    ]
    total = (cell for each in results for cell in _cells(each.optimal_s.sum(), each.static_s.sum()))
    rows.append(("all", *total))
    heads = tuple(f"{each.kind} {what}" for each in results for what in ("optimal", "static", "saved %"))
    return Table(
        f"Loss per period, s over its queries, at the optimal and at the best static threshold (the {SHOWN} worst sensors)",
        ("sensor", *heads),
        tuple(rows),
        "Static: the one threshold that is best for the test days, with hindsight, as in Ghafouri et al. (2017), Table 1. "
        "Below 0: where the sums fall, the greatest threshold is used without a search, as in the paper.",
    )


def sweep_table(sweep: Sequence[SweepRow]) -> Table:
    """Return the table of the share saved with one setting varied at a time."""
    kinds = tuple(sweep[0].saved)
    heads = tuple(f"{kind} {what}" for kind in kinds for what in ("saved %", "static s"))
    rows = tuple(
        (
            row.what,
            row.value,
            *(cell for kind in kinds for cell in (percent(row.saved[kind]), number(row.static_s[kind]))),
        )
        for row in sweep
    )
    return Table("One setting varied at a time (all sensors)", ("choice", "value", *heads), rows, text_columns=2)


def document(found: RouteLossFindings, command: str) -> dict[str, object]:
    """Return the content of study.json."""
    study, city, measured, results = found.study, found.city, found.measured, found.results
    return {
        "study": study.model_dump(),
        "sensors": list(city.station_names),
        "closest": measured.predictor.neighbours.shape[1],
        "prediction_error": {str(n): error for n, error in measured.errors.items()},
        "travel_time": {"half": measured.curve.half, "power": measured.curve.power, "error": measured.curve.error},
        "kinds": {
            result.kind: {
                "saved": result.saved,
                "saved_interval": list(result.saved_interval),
                "saved_against_trained_threshold": result.saved_trained,
                "optimal_s": result.optimal_s,
                "static_s": result.static_s,
                "trained_static_s": result.trained_s,
                "static_threshold": result.static_threshold,
                "critical": critical_sensors(study, city, result),
            }
            for result in results
        },
        "sweep": [
            {"choice": row.what, "value": row.value, "saved": row.saved, "static_s": row.static_s}
            for row in found.sweep
        ],
        **provenance(),
        "command": command,
    }


def critical_sensors(study: FaultStudy, city: City, result: KindResult) -> list[str]:
    """Return the sensors whose mean optimal loss is `critical_s` or more, the worst first."""
    order = np.argsort(-result.optimal_s)
    return [city.station_names[s] for s in order if result.optimal_s[s] >= study.critical_s]


def _verdict(result: KindResult) -> str:
    reached = "reached" if result.saved >= TARGET else "missed"
    low = result.saved_interval.low
    drawn = (
        f"{span(result.saved_interval.scaled(100))} 95 % interval over days"
        if low == low
        else "one test day: no interval"
    )
    return (
        f"{NAMES[result.kind]}: optimal thresholds save {percent(result.saved)} % of the static loss "
        f"({drawn}; paper 21 to 48 %: {reached}). Against static thresholds chosen on the training days they save "
        f"{percent(result.saved_trained)} %."
    )


def _critical(study: FaultStudy, city: City, results: Sequence[KindResult]) -> str:
    lines = [
        f"  {NAMES[result.kind]}: {', '.join(critical_sensors(study, city, result)) or 'none'}" for result in results
    ]
    return "\n".join([f"Critical sensors (mean optimal loss of {study.critical_s:g} s or more):", *lines])


def _cells(optimal: float, static: float) -> tuple[str, str, str]:
    return number(optimal, 2), number(static, 2), percent(1 - optimal / static) if static else number(np.nan)


def _sensor_rows(city: City, results: Sequence[KindResult]) -> Iterator[Mapping[str, object]]:
    for result in results:
        for s, name in enumerate(city.station_names):
            yield {
                "sensor": name,
                "kind": result.kind,
                "optimal_s": float(result.optimal_s[s]),
                "static_s": float(result.static_s[s]),
                "trained_static_s": float(result.trained_s[s]),
                "static_threshold": float(result.static_threshold[s]),
            }


def _sweep_rows(sweep: Sequence[SweepRow]) -> Iterator[Mapping[str, object]]:
    for row in sweep:
        for kind, saved in row.saved.items():
            yield {
                "choice": row.what,
                "value": row.value,
                "kind": kind,
                "saved": saved,
                "static_s": row.static_s[kind],
            }
