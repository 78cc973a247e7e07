"""Files of a source, told by their first bytes: plain, gzip, zip and gzip in zip; and the bounds of what they expand to."""

import gzip
from pathlib import Path
from zipfile import ZipFile

import pytest

from scenarios.errors import UserError
from simulator.formats.source_files import SourceFile, first_lines, lines_of, source_files

TEXT = b"a;b\n\n1;2\n"


def zipped(path: Path, **members: bytes) -> Path:
    with ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("packed", ["plain", "gzip", "zip", "gzip in zip"])
def test_lines_are_the_same_however_a_file_is_packed(tmp_path: Path, packed: str) -> None:
    path = tmp_path / "rows.txt"
    content = gzip.compress(TEXT) if "gzip" in packed else TEXT
    if "zip" in packed.split():
        zipped(path, rows=content)
    else:
        path.write_bytes(content)
    assert list(lines_of(path)) == [(1, "a;b"), (3, "1;2")]


@pytest.mark.parametrize("most", [0, 5, 199_999, 200_000, 1 << 25])
def test_content_is_read_up_to_one_byte_more_than_wanted(tmp_path: Path, most: int) -> None:
    text = bytes(range(200)) * 1000
    (tmp_path / "a.gz").write_bytes(gzip.compress(text))
    assert SourceFile(tmp_path / "a.gz").content(most) == text[: most + 1]


def test_a_zip_of_several_files_is_one_source_for_each(tmp_path: Path) -> None:
    files = source_files((zipped(tmp_path / "day.zip", b_csv=TEXT, a_csv=gzip.compress(TEXT)),), "csv")
    assert [file.name for file in files] == ["a_csv", "b_csv"]
    for file in files:
        with file.opened() as stream:
            assert stream.read() == TEXT


def test_a_zip_of_several_files_is_no_file_of_lines(tmp_path: Path) -> None:
    path = zipped(tmp_path / "day.zip", a=TEXT, b=TEXT)
    with pytest.raises(UserError, match=r"day\.zip: wanted a zip of one file, got 2"):
        list(lines_of(path))
    assert first_lines(path) == []


@pytest.mark.parametrize("inside", [False, True])
def test_lines_that_fill_the_memory_are_refused(tmp_path: Path, inside: bool) -> None:
    bomb = gzip.compress((b"1" * 10_000 + b"\n") * 7_200)
    path = tmp_path / "bomb.csv"
    if inside:
        zipped(path, bomb=bomb)
    else:
        path.write_bytes(bomb)
    with SourceFile(path).opened() as stream, pytest.raises(UserError, match=r"bomb\.csv: expands to more than"):
        for _ in stream:
            pass


def test_cut_data_are_told_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv.gz"
    path.write_bytes(gzip.compress(TEXT * 500)[:-9])
    with pytest.raises(
        UserError, match=r"rows\.csv\.gz: the compressed data are damaged: .*cut off or interrupted\?\)"
    ):
        list(lines_of(path))


def test_an_encrypted_archive_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = zipped(tmp_path / "day.zip", rows=TEXT)
    content = bytearray(path.read_bytes())
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(header) + flags] |= 1
    path.write_bytes(content)
    with pytest.raises(UserError, match="is encrypted: unpack it"), SourceFile(path).opened():
        pass
