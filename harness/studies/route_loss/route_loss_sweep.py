"""A route-loss study with one setting varied at a time: curves and thresholds are computed again, not days and predictors.

Routes are computed again only where all queries go between two places, as in the experiment of Ghafouri et al. (2017, section 5.2).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.studies.route_loss.city_days import Show
from harness.studies.route_loss.route_loss_measurements import Measurements, measure_study
from harness.studies.route_loss.route_loss_study import KindResult, evaluate_study
from scenarios.city import City
from scenarios.files.route_loss_study_file import FaultStudy


@dataclass(frozen=True, slots=True)
class SweepRow:
    """One setting changed: share of the static loss saved and the static loss [s], by kind of fault."""

    what: str
    value: str
    saved: Mapping[str, float]
    static_s: Mapping[str, float]


def sweep_settings(
    study: FaultStudy, city: City, folder: Path, measured: Measurements, own: tuple[KindResult, ...], show: Show
) -> list[SweepRow]:
    """Return the study's own choices first, then each value of its `sweep`; nothing without a sweep."""
    variations = list(_variations(study))
    if not variations:
        return []
    rows = [_row("as studied", "", own)]
    for number, (what, value, changed) in enumerate(variations):
        own_measured = measured if changed.between == study.between else measure_study(changed, city, folder, show)
        rows.append(_row(what, value, evaluate_study(changed, own_measured)))
        show(f"{what} {value}", number + 1, len(variations))
    return rows


def _variations(study: FaultStudy) -> Iterator[tuple[str, str, FaultStudy]]:
    for share in study.sweep.fault_share:
        yield "P(fault)", f"{share:g}", study.model_copy(update={"fault_share": share})
    for slack in study.sweep.slack:
        yield "b", f"{slack:g}", study.model_copy(update={"slack": slack})
    for hours in study.sweep.fault_hours:
        yield "fault hours", f"{hours:g}", study.model_copy(update={"fault_hours": hours})
    for low, high in study.sweep.magnitude:
        yield "magnitude", f"{low:g} to {high:g}", study.model_copy(update={"magnitude": (low, high)})
    for pair in study.sweep.between:
        yield "all queries", f"{pair[0]} to {pair[1]}", study.model_copy(update={"between": pair})


def _row(what: str, value: str, results: tuple[KindResult, ...]) -> SweepRow:
    saved = {result.kind: result.saved for result in results}
    return SweepRow(what, value, saved, {result.kind: float(result.static_s.sum()) for result in results})
