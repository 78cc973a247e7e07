"""Files are read one after the other, and who converts them is told how many, also those that were read before."""

from pathlib import Path

import pytest

from simulator.formats.conversion_work import READ, ConversionWork, working
from simulator.formats.kept_reading import each_kept


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    found = [tmp_path / name for name in "abc"]
    for path in found:
        path.write_text(path.name)
    return found


def work(tmp_path: Path, told: list[tuple[int, int, str]]) -> ConversionWork:
    """A conversion that keeps what it has after each file."""
    return ConversionWork(
        tmp_path / "work", {}, (), print, show=lambda *progress: told.append(progress), most_rows=0, every_s=0
    )


def test_every_file_is_told_and_the_end(files: list[Path], tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    with working(work(tmp_path, told)):
        assert list(each_kept(files, [], [])) == files
    assert told == [(done, 3, READ) for done in range(4)]


def test_without_a_conversion_all_files_are_read(files: list[Path], tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    with working(work(tmp_path, told)):
        pass
    assert list(each_kept(files, [], [])) == files
    assert told == []


def test_files_that_were_read_before_are_left_out_and_count_as_done(files: list[Path], tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    with working(work(tmp_path, told)):
        ended = each_kept(files, [], [])
        assert [next(ended), next(ended), next(ended)] == files  # two of them are passed
    told.clear()
    with working(work(tmp_path, told)):
        assert list(each_kept(files, [], [])) == files[2:]
    assert told == [(2, 3, READ), (3, 3, READ)]
