"""The formats by name: each keeps the interface, and a file is recognised as one of them, as several, or as none."""

import inspect
from pathlib import Path
from zipfile import ZipFile

import pytest

from scenarios.errors import MissingFileError, UserError
from simulator.formats import format_catalogue
from simulator.formats.format_catalogue import FORMATS, REPEATING, TITLES, load_format, read_as, recognise, recognised
from simulator.recording.recording_folder import read_recording
from tests.harness.command_line import calling


@pytest.fixture
def two_formats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = "def describe(source):\n    return 'lines' if source.suffix == '.txt' else None\n"
    for name in ("one", "other"):
        (tmp_path / f"fmt_{name}.py").write_text(body, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(format_catalogue, "FORMATS", {"one": "fmt_one", "other": "fmt_other"})


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_offers_the_interface_and_has_a_title(name: str) -> None:
    module = load_format(name)
    assert callable(module.describe)
    assert callable(module.read)
    assert TITLES[name]


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_takes_the_choice_of_duplicates_where_readings_can_come_twice(name: str) -> None:
    module = load_format(name)
    reads = [getattr(module, each) for each in ("read", "read_files") if hasattr(module, each)]
    assert {"keep" in inspect.signature(read).parameters for read in reads} == {name in REPEATING}


@pytest.mark.parametrize("content", [b"", b"\0\xff\x1f\x8b" * 50, b"hello\n", "gr\u00fc\u00dfe;1\n".encode("latin-1")])
@pytest.mark.parametrize(
    "suffix", ["", ".txt", ".csv", ".xml", ".gz", ".zip", ".h5", ".npz", ".parquet", ".traffic", ".json"]
)
def test_a_file_of_no_format_is_recognised_as_none(content: bytes, suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"file{suffix}"
    file.write_bytes(content)
    assert recognised(file) == []


def test_an_empty_folder_is_recognised_as_none(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"looks like no field data \(the folder is empty\)"):
        recognise(tmp_path)


@pytest.mark.usefixtures("two_formats")
def test_a_file_of_two_formats_is_refused_with_both_names(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("1\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"looks like 2 formats: one \(lines\), other \(lines\); name one of them"):
        recognise(file)


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="no such file or folder"):
        recognised(tmp_path / "none.csv")


def test_a_name_of_no_format_is_refused_with_all_names(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"wanted one of .*portland.*, got 'pens'"):
        read_as("pens", [tmp_path])


def test_the_command_refuses_what_it_does_not_recognise_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("hello\n", encoding="utf-8")
    code, _, err = calling(capsys)("convert", "auto", file, "--out", tmp_path / "to")
    assert (code, err.count("\n")) == (2, 1)
    assert "looks like none of the formats" in err
    assert not (tmp_path / "to").exists()


def test_an_archive_of_many_files_is_refused_where_a_folder_is_wanted(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("d07_text_station_raw_2024_03_12.txt", "")
        archive.writestr("d07_text_meta_2024_03_01.txt", "")
    with pytest.raises(UserError, match=r"all.zip: wanted a folder, got an archive of several files \(unpack it"):
        read_as("pems", [tmp_path / "all.zip"])


TWICE = "time,station,position_m,lane,count,speed_kmh\n" + "".join(
    f"2024-03-12 07:{minute:02}:00,{station},{place},1,{count},90\n"
    for minute, count in ((1, 11), (2, 12), (3, 13), (2, 22))
    for station, place in (("A", 0), ("B", 800))
)


@pytest.mark.parametrize("name", ["auto", "generic_csv"])
@pytest.mark.parametrize(("words", "count"), [((), 12.0), (("--duplicates", "last"), 22.0)])
def test_the_command_takes_the_reading_that_is_asked_for(
    name: str, words: tuple[str, ...], count: float, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "loops.csv").write_text(TWICE, encoding="utf-8")
    code, out, _ = calling(capsys)("convert", name, tmp_path / "loops.csv", "--out", tmp_path / "to", *words)
    assert code == 0
    assert "2 readings that came twice, 2 of them with other values" in out
    assert read_recording(tmp_path / "to" / "loops").frames[1].count[0, 0] == count


def test_the_command_refuses_readings_that_come_twice_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "loops.csv").write_text(TWICE, encoding="utf-8")
    words = ("convert", "auto", tmp_path / "loops.csv", "--out", tmp_path / "to", "--duplicates", "refuse")
    code, _, err = calling(capsys)(*words)
    assert code == 2
    assert "got 2 readings that came twice, 2 of them with other values: A lane 1 at 07:0" in err
    assert not (tmp_path / "to").exists()
