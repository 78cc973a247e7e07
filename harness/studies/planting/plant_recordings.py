"""Recordings with planted incidents: one folder per incident, and what was planted where, with all constants.

    OUT/runs/NAME/   a recording with one incident: corridor.toml, loops.csv.gz, incidents.csv, truth.json, truth_lanes.csv.gz,
                     planted.json (source, place, constants, what is weak), run.json (it is finished)
    OUT/planted.csv  a row per incident
    OUT/planted.json plan, constants with their sources, versions

Each folder is put in place when complete. Frames before the onset are those of the source, bit for bit.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from harness.records.atomic_files import move_files, staged_folder, write_csv, write_json
from harness.records.distinct_names import check_distinct_names
from harness.records.folder_lock import lock_folder
from harness.records.provenance import provenance
from harness.records.run_folder import write_record
from scenarios.errors import UserError
from scenarios.planting import PlantingPlan
from simulator.planting.draw_incident import Planted, Source, plant_drawn
from simulator.planting.loop_series import series_of
from simulator.planting.planted_truth import SCORED_S
from simulator.planting.site_constants import SiteConstants
from simulator.planting.site_estimate import estimated_constants, given_constants
from simulator.recording.recording_folder import Recording, read_recording, write_recording
from simulator.recording.truth_files import write_truth

ORIGIN = "planted.json"
TABLE = "planted.csv"
COLUMNS = (
    *("name", "recording", "onset_s", "clearance_s", "position_m", "lanes", "flow_vphpl", "next_station_m"),
    *("queue_max_veh", "impact", "draws", "weak"),
)
PLANTED_FROM = ("incidents", "recordings", "constants")
"""What the content of a folder depends on, by its name in ORIGIN."""
Show = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class PlantedSet:
    """Incidents as planted and those that could not be, with the reason, by name; and the constants used."""

    planted: tuple[Planted, ...]
    refused: dict[str, str]
    site: SiteConstants


def read_sources(folders: Sequence[Path]) -> tuple[Source, ...]:
    """Return the recordings in `folders`, all in memory. Raises UserError, MissingFileError."""
    check_distinct_names(folders)
    found = []
    for folder in folders:
        recording = read_recording(folder)
        found.append(Source(folder.resolve().name, recording, series_of(recording.frames)))
    return tuple(found)


def constants_of(sources: Sequence[Source], given: dict[str, float]) -> SiteConstants:
    """Return the constants of the sources' site: as given, else estimated, else the defaults."""
    return given_constants(estimated_constants([(s.recording.corridor, s.series) for s in sources]), given)


def plant_recordings(
    sources: Sequence[Source],
    plan: PlantingPlan,
    site: SiteConstants,
    out: Path,
    show: Show = lambda done, of, line: None,
) -> PlantedSet:
    """Plant every incident of `plan` and write the recordings into `out`.

    Incidents that cannot be planted are named with the reason in the result; where none can be, the first reason is raised as
    UserError. Raises UserError where `out` holds anything that this command did not write, or incidents planted otherwise.
    """
    origin = _origin(plan, site, sources)
    _check_folder(out, origin)
    planted: list[Planted] = []
    refused: dict[str, str] = {}
    with lock_folder(out, needed=False):
        write_json(out / ORIGIN, origin)
        for number, incident in enumerate(plan.incidents, start=1):
            try:
                found = plant_drawn(incident, sources, site)
            except UserError as error:
                refused[incident.name] = str(error)
                show(number, len(plan.incidents), str(error))
                continue
            write_planted(out / "runs" / incident.name, found, site)
            planted.append(_without_frames(found))
            show(number, len(plan.incidents), line_of(found))
        write_csv(out / TABLE, [COLUMNS, *(row_of(each) for each in planted)])
    if not planted:
        raise UserError(next(iter(refused.values())))
    return PlantedSet(tuple(planted), refused, site)


def write_planted(place: Path, found: Planted, site: SiteConstants) -> None:
    """Write one recording with its incident into `place`; an earlier one there is replaced when it is complete."""
    with staged_folder(place, "planted") as stage:
        write_recording(stage, found.result.recording)
        write_truth(stage, found.result.truth)
        write_json(stage / ORIGIN, _note(found, site))
        write_record(stage, {"scenario": None, "seed": found.incident.seed, **provenance()})
        move_files(stage, place, last="run.json")


def row_of(found: Planted) -> tuple[str, ...]:
    """Return one incident as a row of the table."""
    scene, result = found.scene, found.result
    incident = result.truth.incidents[0]
    return (
        *(
            found.incident.name,
            found.source.name,
            f"{scene.onset_s:g}",
            f"{scene.clearance_s:g}",
            f"{scene.position_m:g}",
        ),
        *(";".join(map(str, scene.lanes)), f"{result.flow_vphpl:.0f}", f"{result.next_station_m:.0f}"),
        *(f"{incident.queue_max_veh:.0f}", str(incident.impact).lower(), str(found.draws), "; ".join(result.weak)),
    )


def line_of(found: Planted) -> str:
    """Return one incident as a line for people."""
    scene, result = found.scene, found.result
    lanes = "+".join(map(str, scene.lanes))
    weak = f"; weak: {'; '.join(result.weak)}" if result.weak else ""
    return (
        f"{found.incident.name}: {found.source.name} at {scene.onset_s:g} s for {scene.clearance_s - scene.onset_s:g} s, "
        f"{scene.position_m:g} m, lane {lanes}, {result.flow_vphpl:.0f} veh/h/lane{weak}"
    )


def _without_frames(found: Planted) -> Planted:
    """The same without the frames: of sixty long recordings one is in memory."""
    recording = found.result.recording
    bare = Recording(recording.corridor, (), recording.incidents)
    result = type(found.result)(
        bare,
        found.result.truth,
        found.result.flow_vphpl,
        found.result.next_station_m,
        found.result.free_mps,
        found.result.weak,
    )
    return Planted(found.incident, found.source, found.scene, result, found.draws)


def _note(found: Planted, site: SiteConstants) -> dict[str, object]:
    result = found.result
    logged = found.source.recording.incidents
    return {
        "recording": found.source.name,
        "incident": found.incident.model_dump(),
        "scene": asdict(found.scene),
        "free_mps": round(result.free_mps, 3),
        "flow_vphpl": round(result.flow_vphpl, 1),
        "next_station_m": result.next_station_m,
        "weak": list(result.weak),
        "constants": asdict(site),
        "scored_until_s": found.scene.clearance_s + SCORED_S,
        "logged_incidents_left_out": len(logged or ()),
    }


def _check_folder(out: Path, origin: dict[str, object]) -> None:
    """Raise UserError where `out` holds other files, or incidents planted otherwise: none is written over."""
    if not out.exists() or not any(out.iterdir()):
        return
    if not (out / ORIGIN).is_file():
        raise UserError(f"{out}: holds other files (wanted a new folder, or one that this command wrote)")
    before = json.loads((out / ORIGIN).read_text(encoding="utf-8"))
    wanted = json.loads(json.dumps(origin))
    changed = [key for key in PLANTED_FROM if before.get(key) != wanted[key]]
    if changed:
        raise UserError(
            f"{out}: holds incidents planted with other {' and '.join(changed)} (wanted a new folder, or the same command again)"
        )


def _origin(plan: PlantingPlan, site: SiteConstants, sources: Sequence[Source]) -> dict[str, object]:
    return {
        "plan": plan.name,
        "incidents": [each.model_dump() for each in plan.incidents],
        "constants": asdict(site),
        "recordings": [source.name for source in sources],
        **provenance(),
    }
