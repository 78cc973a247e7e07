"""The command `laneblock list`: names of batteries, scenarios, detectors, studies and plans to plant."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import typer

from harness.commands.console import say
from harness.commands.plugin_watch import LOADING_LIMIT_S, watch_plugins

Named = list[tuple[str, str]]


class Kind(StrEnum):
    """Things to list."""

    BATTERIES = "batteries"
    SCENARIOS = "scenarios"
    DETECTORS = "detectors"
    FAULT_DETECTORS = "fault-detectors"
    STUDIES = "studies"
    PLANTINGS = "plantings"


def show_list(
    what: Annotated[Kind | None, typer.Argument(metavar=f"[{'|'.join(Kind)}]")] = None,
) -> None:
    """List batteries, scenarios, incident detectors, fault detectors, studies and plans to plant by name.

    \b
    Examples:
      laneblock list
      laneblock list scenarios
    """
    if what in (None, Kind.DETECTORS):
        watch_plugins(None, LOADING_LIMIT_S, option=False)
    if what is not None:
        _print(_LISTED[what](), "")
        return
    for kind in Kind:
        print(f"{kind.value}:")
        entries = _LISTED[kind]()
        if kind is Kind.SCENARIOS:
            entries = [(f"{len(entries)} shipped", "laneblock list scenarios")]
        _print(entries, "  ")


def _print(entries: Named, indent: str) -> None:
    width = max((len(name) for name, _ in entries), default=0)
    for name, text in entries:
        print(f"{indent}{name:{width}}  {text}".rstrip())


def _batteries() -> Named:
    from scenarios.files.battery_file import battery_names, load_battery

    loaded = {name: load_battery(name) for name in battery_names()}
    return [(name, f"{len(one.scenarios)} runs: {one.description}") for name, one in loaded.items()]


def _scenarios() -> Named:
    from scenarios.files.scenario_loading import scenario_names

    return [(name, "") for name in scenario_names()]


def _detectors() -> Named:
    from detectors.catalogue import DETECTORS

    for reason in DETECTORS.plugins.broken.values():
        say(f"left out: {reason}")
    return [(entry.name, entry.summary) for entry in DETECTORS.values()]


def _fault_detectors() -> Named:
    from detectors.faults.fault_catalogue import FAULT_DETECTORS

    return [(entry.name, entry.summary) for entry in FAULT_DETECTORS.values()]


def _studies() -> Named:
    from scenarios.files.anomaly_study_file import anomaly_study_names, load_anomaly_study
    from scenarios.files.placement_study_file import load_placement_study, placement_study_names
    from scenarios.files.route_loss_study_file import load_route_loss_study, route_loss_study_names

    return [
        *((f"anomalies {name}", load_anomaly_study(name).description) for name in anomaly_study_names()),
        *((f"faults routes {name}", load_route_loss_study(name)[0].description) for name in route_loss_study_names()),
        *((f"placement {name}", load_placement_study(name).description) for name in placement_study_names()),
    ]


def _plantings() -> Named:
    from scenarios.files.planting_file import load_planting, planting_names

    return [(name, load_planting(name).description) for name in planting_names()]


_LISTED: dict[Kind, Callable[[], Named]] = {
    Kind.BATTERIES: _batteries,
    Kind.SCENARIOS: _scenarios,
    Kind.DETECTORS: _detectors,
    Kind.FAULT_DETECTORS: _fault_detectors,
    Kind.STUDIES: _studies,
    Kind.PLANTINGS: _plantings,
}
