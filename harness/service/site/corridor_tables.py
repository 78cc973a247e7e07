"""A corridor's table as the setup of a corridor: detectors, assembling, incidents."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from detectors.faults.fault_catalogue import FAULT_DETECTORS
from harness.records.state_pickle import pack_state
from harness.running.fault_mask import FaultMask
from harness.service.assembling.assembler_settings import AssemblerSettings
from harness.service.corridors.corridor_setup import CorridorSetup
from harness.service.corridors.detector_choice import DetectorChoice
from harness.service.incidents.described_incident import Guidance
from harness.service.incidents.incident_settings import IncidentSettings
from harness.service.site.placed_error import PlacedError, reading
from harness.service.site.service_tables import CorridorTable, DetectorTable
from scenarios.corridor import Corridor
from scenarios.errors import PluginError, UserError
from scenarios.suggestion import likely


def corridor_setup(
    table: CorridorTable, road: Corridor, exercise: bool, zone: ZoneInfo | None, guidance: Guidance, folder: Path
) -> CorridorSetup:
    """Return what a corridor is watched with; `exercise`: its traffic is played. Raises PlacedError naming the key.

    Each detector is built once, and packed: what fails now would fail later.
    """
    detectors = _detectors(table, road, folder)
    is_exercise = exercise if table.exercise is None else table.exercise
    # An hour of daylight saving moves the usual hours of congestion by one; the rest of the year they are right.
    offset = None if zone is None else datetime.now(UTC).astimezone(zone).utcoffset()
    with reading():
        assembling = AssemblerSettings(
            stamp=table.stamp,
            grid_offset_s=table.grid_offset_s,
            allowed_lateness_s=table.allowed_lateness_s,
            close_when_complete=table.close_when_complete,
            longest_gap_s=table.longest_gap_s,
            allowed_jump_s=table.allowed_jump_s,
            clock_share=table.clock_share,
            skip_silent_loops=table.skip_silent_loops,
        )
        incidents = IncidentSettings(
            clear_after_s=table.clear_after_s,
            return_within_s=table.return_within_s,
            utc_offset_s=0.0 if offset is None else offset.total_seconds(),
            exercise=is_exercise,
        )
    return CorridorSetup(
        road,
        detectors,
        importance=table.importance,
        assembling=assembling,
        incidents=incidents,
        guidance=guidance,
        silent_after_s=table.silent_after_s,
        exercise=is_exercise,
        time_zone=table.time_zone,
    )


def same_road(one: Corridor, other: Corridor) -> bool:
    """Return whether two corridors of one name are the same."""
    return (one.period_s, one.stations) == (other.period_s, other.stations)


def _detectors(table: CorridorTable, road: Corridor, folder: Path) -> tuple[DetectorChoice, ...]:
    if table.detectors is not None and table.detector:
        raise PlacedError(("detectors",), "wanted detectors, or [[corridor.detector]] tables, got both")
    if table.detectors is not None:
        tables = [(("detectors",), DetectorTable(name=name)) for name in table.detectors]
    else:
        tables = [(("detector", k), each) for k, each in enumerate(table.detector)] or [((), DetectorTable())]  # type: ignore[misc, list-item]
    choices: list[DetectorChoice] = []
    for place, each in tables:
        with reading(*place):
            choice = DetectorChoice(each.name, _file(each.parameters, folder), _mask(each, folder), each.aim)
            if choice.name in [other.name for other in choices]:
                raise UserError(f"{choice.name} is named twice")
            _try(choice, road)
        choices.append(choice)
    return tuple(choices)


def _try(choice: DetectorChoice, road: Corridor) -> None:
    """Build the detector and pack it. Raises UserError where that fails."""
    try:
        detector = choice.build(road)
    except PluginError as error:
        raise UserError(str(error)) from error
    try:
        pack_state(detector)
    except Exception as error:  # whatever pickle says of another package's objects
        raise UserError(
            f"{choice.name} cannot be packed, so the service could not resume it ({type(error).__name__}: {error}): does it hold "
            "a function, a file or a lock?"
        ) from error


def _file(text: str | None, folder: Path) -> Path | None:
    if text is None:
        return None
    path = folder / text
    if not path.is_file():
        raise UserError(f"no such file: {path}")
    return path


def _mask(table: DetectorTable, folder: Path) -> FaultMask | None:
    name = table.mask_faults
    if name is None:
        if table.mask_file is not None:
            raise UserError("mask_file: wanted mask_faults with it, the name of a fault detector")
        return None
    if name not in FAULT_DETECTORS:
        slip = likely(name, FAULT_DETECTORS)
        raise UserError(f"mask_faults: no fault detector {name!r}; there are {', '.join(FAULT_DETECTORS)}{slip}")
    if FAULT_DETECTORS[name].calibrate is not None and table.mask_file is None:
        raise UserError(f"mask_faults: {name} is fitted to a corridor: wanted mask_file (laneblock calibrate {name})")
    return FaultMask(name, _file(table.mask_file, folder))
