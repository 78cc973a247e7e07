"""Scenario and battery of an adopted carriageway as TOML text."""

import json
import os
from pathlib import Path

from scenarios.adoption.study_clock import Clock
from scenarios.incident import Incident
from scenarios.own_road import OwnRoad


def scenario_text(config_file: Path, road: OwnRoad, out: Path, clock: Clock, placed: bool) -> str:
    """Return a scenario without an incident; paths are from the folder `out`, and loops placed by us are named."""
    network = road.network
    lines = [
        f"# Adopted from {config_file.name}: seed, times and incident are laneblock's, all else is the configuration's. "
        f"Lane 0 is the {road.corridor.outermost} through lane.",
        *("seed = 1", f"period_s = {clock.period_s:g}", f"warm_up_s = {clock.warm_up_s:g}", f"end_s = {clock.end_s:g}"),
        *("", "[network]", f"config = {_quoted(_from(out, config_file))}"),
    ]
    if placed:
        files = ", ".join(_quoted(_from(out, Path(file))) for file in network.additional_files)
        lines.append(f"additional_files = [{files}]")
    lines += ["lanes_without_loops = true", f"corridor = {json.dumps(list(network.corridor), ensure_ascii=False)}", ""]
    return "\n".join(lines)


def incident_text(incident: Incident) -> str:
    """Return the table of an incident."""
    return (
        f"[incident]\nonset_s = {incident.onset_s:g}\nduration_s = {incident.duration_s:g}\n"
        f"position_m = {incident.position_m:g}\nlanes = {list(incident.lanes)}\n"
    )


def battery_text(name: str, scenario: str, incidents: list[Incident]) -> str:
    """Return a battery of these incidents on the road of a scenario's text, and of two runs without one."""
    comment, _, rest = scenario.partition("\n")
    defaults = rest.replace("seed = 1\n", "", 1).replace("[network]", "[defaults.network]")
    first = incidents[0]
    places = ", ".join(f"{incident.position_m:g}" for incident in incidents)
    lanes = ", ".join(str(list(incident.lanes)) for incident in incidents)
    return (
        f"{comment}\nname = {_quoted(name)}\n\n[defaults]\n{defaults}\n[[scenarios]]\n"
        f'name = "{name}-{{number:02d}}"\nseed = 101\n'
        f"incident = {{ onset_s = {first.onset_s:g}, duration_s = {first.duration_s:g} }}\n\n"
        f"[[scenarios.cycle]]\nincident.position_m = [{places}]\nincident.lanes = [{lanes}]\n\n"
        f'[[scenarios]]\nname = "{name}-free-{{seed}}"\nseeds = [201, 202]\n'
    )


def _from(folder: Path, file: Path) -> str:
    """The path of a file from a folder, as files name it."""
    return Path(os.path.relpath(file.resolve(), folder.resolve())).as_posix()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
