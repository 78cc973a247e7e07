"""What is known of the incidents in a folder: the simulator's truth, or what a recording's incidents.csv says."""

from pathlib import Path

from harness.matching import truth_of_recording
from simulator.recording import Recording
from simulator.truth import Truth
from simulator.truth_files import TRUTH_FILE, read_truth


def known_truth(folder: Path, recording: Recording) -> Truth | None:
    """What is known of the incidents in a recording's folder; None where nothing is."""
    if (folder / TRUTH_FILE).is_file():
        return read_truth(folder)
    return None if recording.incidents is None else truth_of_recording(recording.incidents, recording.corridor)
