"""Identity of the runs in a baseline: digests of scenario and frames, the battery's name, and what made the frames."""

import platform
import re
from collections.abc import Sequence
from pathlib import Path

from harness.records.battery_folder import ResultsFolder
from harness.records.digests import digest, frames_digest, scenario_digest
from harness.records.provenance import versions
from harness.records.run_folder import RunFolder, read_record, recorded_scenario
from harness.studies.baseline.baseline_file import MadeWith, RunIdentity
from scenarios.scenario import Scenario
from simulator.recording.corridor_file import read_corridor
from simulator.recording.incident_log import INCIDENT_FILE
from simulator.recording.loop_table import find_loops, stream_loops

CORRIDOR_FILE = "corridor.toml"
SHIPPED = Path(__file__).parent / "recordings"
_ARCHITECTURES = re.compile(r"x86_64|amd64|aarch64|arm64|riscv64|ppc64le", re.IGNORECASE)


def battery_name(folder: Path) -> str:
    """Return the name of the battery that the recordings in `folder` are from; the folder's name where none is known."""
    if folder.resolve() == SHIPPED.resolve():
        return "shipped"
    above = folder.resolve().parent / "battery.json"
    if folder.resolve().name == "runs" and above.is_file():
        return str(ResultsFolder(above.parent).read().get("name"))
    return folder.resolve().name


def run_identity(folder: Path) -> RunIdentity:
    """Return the digests and the period of the recording in `folder`."""
    corridor = read_corridor(folder)
    scenario = recorded_scenario(folder) if RunFolder(folder).finished else None
    frames = stream_loops(find_loops(folder), corridor)
    return RunIdentity(
        scenario=digest_of_scenario(scenario, folder), frames=frames_digest(frames), period_s=corridor.period_s
    )


def digest_of_scenario(scenario: Scenario | None, folder: Path) -> str:
    """Return the digest of the scenario; without one, of the files that describe the recording in `folder`."""
    if scenario is not None:
        return scenario_digest(scenario)
    files = (folder / name for name in (CORRIDOR_FILE, INCIDENT_FILE))
    return digest(file.read_bytes() for file in files if file.is_file())


def made_with(folders: Sequence[Path], command: str) -> MadeWith:
    """Return the origin of the frames; where runs differ, all values joined by "+"."""
    sumo, system, machine = set(), set(), set()
    for folder in folders:
        record = read_record(folder) if RunFolder(folder).finished else {}
        known = record.get("versions")
        text = str(record.get("platform", ""))
        found = _ARCHITECTURES.search(text)
        sumo.add(str(known.get("libsumo") or "") if isinstance(known, dict) else "")
        system.add(str(record.get("system") or text.partition("-")[0]))
        machine.add(str(record.get("machine") or (found[0] if found else "")))
    here = (platform.system(), platform.machine()) if sumo == {""} else None
    return MadeWith(
        sumo="+".join(sorted(sumo)),
        system=here[0] if here else "+".join(sorted(system)),
        machine=here[1] if here else "+".join(sorted(machine)),
        versions=versions(),
        command=command,
    )
