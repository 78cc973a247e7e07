"""What is taken for a recording and is none: the message names the likely slip."""

from pathlib import Path

import pytest

from scenarios.errors import UserError
from simulator.formats.format_catalogue import recognise
from simulator.recording.not_a_recording import file_slip, folder_slip
from simulator.recording.recording_folder import open_recording


def made(folder: Path, *files: str) -> Path:
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("files", "slip"),
    [
        ((), "(the folder is empty)"),
        ((".DS_Store",), "(the folder is empty)"),
        (("loops.csv",), ""),
        (("export.csv",), "(laneblock convert auto {0} --out DIR makes recordings of field data"),
        (("monday/corridor.toml",), "(the folder holds a recording: name it, {0}/monday)"),
        (
            ("b/corridor.toml", "a/corridor.toml", "notes.txt"),
            "(the folder holds 2 recordings: name one or several, such as {0}/a)",
        ),
        (("deep/down/corridor.toml",), "(the folder above, or one of those in it?)"),
    ],
)
def test_a_folder_without_a_corridor_is_told_for_what_it_is(tmp_path: Path, files: tuple[str, ...], slip: str) -> None:
    folder = made(tmp_path, *files)
    assert folder_slip(folder).strip().startswith(slip.format(folder))
    with pytest.raises(UserError) as told:
        open_recording(folder)
    assert slip.format(folder) in str(told.value)


def test_a_file_is_one_of_a_recording_or_field_data() -> None:
    assert file_slip(Path("day/loops.csv.gz")) == " (name the folder that holds it?)"
    assert "laneblock convert auto day/export.csv --out DIR" in file_slip(Path("day/export.csv"))


def test_nothing_is_converted_twice(tmp_path: Path) -> None:
    made(tmp_path, "monday/corridor.toml")
    with pytest.raises(UserError, match="monday: is a recording already"):
        recognise(tmp_path / "monday")
    with pytest.raises(UserError, match=r"looks like no field data .*the folder holds a recording"):
        recognise(tmp_path)
