"""Files of a route-loss study: summary.txt, study.json, sensors.csv, sweep.csv and three figures."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from harness.records.atomic_files import write_bytes, write_csv, write_json, write_text
from harness.records.provenance import provenance
from harness.reporting.csv_rows import csv_rows
from harness.studies.route_loss.route_loss_figures import draw_losses, draw_map, draw_trade_off
from harness.studies.route_loss.route_loss_study import KindResult
from harness.studies.route_loss.route_loss_summary import RouteLossFindings, critical_sensors, summary
from harness.studies.route_loss.route_loss_sweep import SweepRow
from scenarios.city import City


def write_route_losses(out: Path, found: RouteLossFindings, command: str) -> str:
    """Write everything to `out` and return the summary."""
    study, city, results = found.study, found.city, found.results
    text = summary(found)
    write_text(out / "summary.txt", text)
    write_json(out / "study.json", study_document(found, command))
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


def study_document(found: RouteLossFindings, command: str) -> dict[str, object]:
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
                "saved_at_most": result.saved_at_most,
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
