"""The findings of a route-loss study, and their summary: Table 1 of the paper for this city, the share saved, critical sensors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.reporting.number_text import number, percent, span
from harness.reporting.report_document import Table
from harness.reporting.text_table import plain_text
from harness.studies.route_loss.route_loss_measurements import Measurements
from harness.studies.route_loss.route_loss_study import KindResult
from harness.studies.route_loss.route_loss_sweep import SweepRow
from scenarios.city import City
from scenarios.files.route_loss_study_file import FaultStudy

SHOWN = 5
"""Sensors in the table: as many as in the paper's."""
TARGET = 0.21
NAMES = {"undercount": "conditional undercount", "overcount": "constant overcount"}


@dataclass(frozen=True, slots=True, eq=False)
class RouteLossFindings:
    """The content of a study's files; `sweep` is empty without a sweep."""

    study: FaultStudy
    city: City
    measured: Measurements
    results: Sequence[KindResult]
    sweep: Sequence[SweepRow] = ()


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
        plain_text(losses_table(city, results)),
        "\n".join(_verdict(result) for result in results),
        _critical(study, city, results),
    ]
    if found.sweep:
        blocks.append(plain_text(sweep_table(found.sweep)))
    return "\n\n".join(blocks) + "\n"


def losses_table(city: City, results: Sequence[KindResult]) -> Table:
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
        f"{percent(result.saved_trained)} %. The best threshold of every period and sensor, which nobody knows before, would save "
        f"{percent(result.saved_at_most)} %: no choice of thresholds saves more with these detectors and routes."
    )


def _critical(study: FaultStudy, city: City, results: Sequence[KindResult]) -> str:
    lines = [
        f"  {NAMES[result.kind]}: {', '.join(critical_sensors(study, city, result)) or 'none'}" for result in results
    ]
    return "\n".join([f"Critical sensors (mean optimal loss of {study.critical_s:g} s or more):", *lines])


def _cells(optimal: float, static: float) -> tuple[str, str, str]:
    return number(optimal, 2), number(static, 2), percent(1 - optimal / static) if static else number(np.nan)
