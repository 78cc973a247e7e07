"""What a replay is given: a name for each recording, and checks before the work."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.records.output_paths import check_out
from harness.running.carried_memory import CarriedMemory
from harness.running.fault_mask import FaultMask
from harness.running.replay_recording import ORACLE, begin_with, build_detector
from scenarios.errors import UserError
from simulator.recording.corridor_file import read_corridor
from simulator.recording.loop_table import find_loops
from simulator.recording.recording_folder import check_folder


def recording_names(folders: Sequence[Path]) -> list[str]:
    """Return a name for each recording: the shortest end of its path that no other has."""
    if not folders:
        raise UserError("a replay needs at least one recording's folder, got none")
    paths = [folder.resolve() for folder in folders]
    for path in paths:
        if paths.count(path) > 1:
            raise UserError(f"{path}: the same recording twice")
    for depth in range(1, max(len(path.parts) for path in paths) + 1):
        names = ["_".join(path.parts[1:][-depth:]) for path in paths]
        if len(set(names)) == len(names):
            return names
    return [f"{k}_{path.name}" for k, path in enumerate(paths)]


def check_inputs(
    folders: Sequence[Path],
    detectors: Mapping[str, Path | None],
    out: Path,
    mask: FaultMask | None,
    memory: CarriedMemory | None,
) -> None:
    """Raise UserError for a wrong folder, detector, mask or memory before the replay, not after it."""
    check_out(out, option="")
    for name in ("corridor.toml", "battery.json"):
        if (out / name).exists():
            raise UserError(f"{out}: holds {name}; results there would replace its files (use another folder)")
    for folder in folders:
        check_folder(folder)
        corridor = read_corridor(folder)
        find_loops(folder)
        for detector, parameters in detectors.items():
            if detector != ORACLE:
                begin_with(memory, detector, build_detector(detector, corridor, parameters, None), corridor, parameters)
            elif memory is not None:
                raise UserError(f"--site-memory: {ORACLE} remembers nothing of a site")
        if mask is not None:
            mask.build(corridor)
