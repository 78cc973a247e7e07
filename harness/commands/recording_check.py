"""What `laneblock check` says of a recording: what is there, what is missing, what looks wrong."""

from pathlib import Path

from harness.commands.console import say


def check_recording(folder: Path, out: Path | None = None) -> None:
    """Print what was found, and write it into `out` with a picture.

    Raises UserError for what cannot be read at all, MissingFileError.
    """
    from harness.commands.progress_bar import reading_lines
    from harness.records.folder_lock import lock_folder
    from harness.records.output_paths import check_out
    from harness.reporting.text_table import terminal_width
    from harness.studies.recording_doubt.doubt_findings import doubt_findings
    from harness.studies.recording_doubt.doubt_text import doubt_text
    from harness.studies.recording_doubt.readings import readings_of
    from simulator.recording.recording_folder import open_recording

    if out is not None:
        check_out(out)
    recording = open_recording(folder, reading_lines(str(folder), say))
    readings = readings_of(recording.corridor, recording.frames)
    found = doubt_findings(str(folder), readings, None if recording.incidents is None else len(recording.incidents))
    print(doubt_text(found, terminal_width()))
    if out is not None:
        from harness.studies.recording_doubt.doubt_files import write_doubts  # with Matplotlib

        with lock_folder(out):
            write_doubts(out, found)
        say(f"Page: {out / 'check.html'}")
