"""What `laneblock check` says of a recording: what is there, what is missing, what looks wrong."""

from pathlib import Path


def check_recording(folder: Path) -> None:
    """Print the recording's page of doubt. Raises UserError for what cannot be read at all, MissingFileError."""
    from harness.studies.recording_doubt.doubt_page import doubt_page
    from harness.studies.recording_doubt.readings import readings_of
    from simulator.recording.recording_folder import open_recording

    recording = open_recording(folder)
    readings = readings_of(recording.corridor, recording.frames)
    print(doubt_page(str(folder), readings, None if recording.incidents is None else len(recording.incidents)))
