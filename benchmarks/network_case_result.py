"""What a command left in its results folder, in lines: truth, stations, counts, alarms, notes. Read from files, not from memory.

Conventions: a line per label, such as `scenario: truth`, so that two results are compared label by label.
"""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scenarios.corridor import Corridor
from simulator.recording.corridor_file import read_corridor

UNKNOWN = "-"


def result_lines(results: Path) -> dict[str, str]:
    """Return what the runs of a results folder hold, by label; nothing where nothing was finished."""
    alarms: dict[str, list[str]] = defaultdict(list)
    if (results / "alarms.csv").is_file():
        for row in _rows(results / "alarms.csv"):
            if row["persistence"] == "0":
                lanes = f", lanes {row['estimated_lanes']}" if row["estimated_lanes"] else ""
                when = f"{row['raised_s']}-{row['ended_s']} s section {row['section']}"
                alarms[row["run"]].append(f"{when} {row['kind']}{lanes}")
    found: dict[str, str] = {}
    for folder in sorted((results / "runs").glob("*/")):
        if (folder / "truth.json").is_file():
            lines = _run_lines(folder) | {"alarms": "; ".join(alarms[folder.name]) or "none"}
            found |= {f"{folder.name}: {label}": line for label, line in lines.items()}
    return found


def _run_lines(folder: Path) -> dict[str, str]:
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    traffic = json.loads((folder / "traffic.json").read_text(encoding="utf-8"))
    corridor = read_corridor(folder)
    stations = [
        f"{s.name} {s.position_m:g} m (lanes {s.first_lane} to {s.lane_numbers[-1]})" for s in corridor.stations
    ]
    lines = {
        "truth": "; ".join(map(_incident, truth["incidents"])) or "no incident",
        "arrived by lane": _arrived(folder / "truth_lanes.csv.gz"),
        "stations": ", ".join(stations),
        "counted by lane": _counted(folder / "loops.csv.gz", corridor),
        "notes": "; ".join(traffic["notes"]) or "none",
        "vehicles": ", ".join(f"{key} {traffic[key]}" for key in ("planned", "departed", "waiting", "lost")),
    }
    if truth["collisions"] or truth["teleports"]:
        lines["untrustworthy"] = f"collisions {truth['collisions']}, teleports {truth['teleports']}"
    return lines


def _incident(incident: Mapping[str, Any]) -> str:
    times = ", ".join(f"{key.removesuffix('_s')} {_told(incident[key])} s" for key in ("onset_s", "clearance_s"))
    return (
        f"section {incident['section']}, lanes {incident['lanes']} at {incident['position_m']:g} m, {times}, impact "
        f"{incident['impact']}, delay {_told(incident['delay_veh_h'])} veh h, queue {_told(incident['queue_max_veh'])}"
    )


def _told(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.3f}".rstrip("0").rstrip(".")


def _arrived(path: Path) -> str:
    """Vehicles that arrived in each lane at each incident, over its rows."""
    by: dict[tuple[str, str], list[str]] = defaultdict(list)
    if path.is_file():
        for row in _rows(path):
            by[row["incident"], row["lane"]].append(row["arrived"])
    return (
        ", ".join(f"incident {of} lane {lane}: {_sum(values)}" for (of, lane), values in sorted(by.items())) or "none"
    )


def _counted(path: Path, corridor: Corridor) -> str:
    """Vehicles that each loop counted while recording: lanes by slashes, the lowest first."""
    by: dict[tuple[str, int], list[str]] = defaultdict(list)
    for row in _rows(path):
        by[row["station"], int(row["lane"])].append(row["count"])
    return ", ".join(
        f"{station.name} {'/'.join(_sum(by[station.name, lane]) for lane in station.lane_numbers)}"
        for station in corridor.stations
    )


def _sum(values: Sequence[str]) -> str:
    known = [float(value) for value in values if value]
    return f"{sum(known):g}" if known else UNKNOWN


def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
