"""Parameters of a detector, learned on a study's history where it can, as `laneblock calibrate NAME --recordings` does.

    history runs --> calibrate_detector --> DIR/parameters/NAME.json or .toml, kept until the history or the code changes

A detector that needs known incidents cannot learn from days without any, and one that sets its own rate of alarms would learn never
to raise one: these keep the parameters that they ship with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from detectors.catalogue import DETECTORS
from harness.records.atomic_files import write_text
from harness.records.detector_code import detector_code_digest
from harness.records.kept_arrays import key_of
from harness.running.calibrate_detector import calibrate_detector
from scenarios.errors import UserError

OWN_RATE = "it sets its own rate of alarms"


@dataclass(frozen=True, slots=True)
class Parameters:
    """The file that a detector is built from (None: as shipped), and why it did not learn from the history ("": it did)."""

    file: Path | None
    why_shipped: str

    @property
    def basis(self) -> str:
        """What its parameters come from, in one word."""
        return "history" if self.file is not None else "shipped"


def history_parameters(name: str, history: Sequence[Path], digest: str, out: Path, command: str) -> Parameters:
    """Return the parameters of a detector; `digest` stands for the content of the recordings in `history`."""
    entry = DETECTORS[name]
    if entry.calibrate is None or entry.thresholds is None:
        return Parameters(None, "it has nothing to calibrate" if entry.calibrate is None else OWN_RATE)
    file, note = out / f"{name}{entry.suffix}", out / f"{name}.made-of.txt"
    key = key_of(detector_code_digest([name]), digest)
    if note.is_file() and note.read_text(encoding="utf-8").partition("\n")[0] == key:
        why = note.read_text(encoding="utf-8").partition("\n")[2].strip()
        if why or file.is_file():
            return Parameters(None if why else file, why)
    why = ""
    out.mkdir(parents=True, exist_ok=True)
    try:
        calibrate_detector(name, history, file, command, aim=1.0)
    except UserError as error:
        why = str(error).partition(" (calibrated on")[0]
    write_text(note, f"{key}\n{why}\n")
    return Parameters(None if why else file, why)
