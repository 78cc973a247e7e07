"""Records in append-only files."""

import errno
import os
from pathlib import Path

import pytest

from harness.service.store.spool_folder import SpoolFolder


def contents(folder: Path) -> list[object]:
    spool = SpoolFolder(folder)
    return [content for part in spool.parts() for content, _ in spool.read(part)]


def filled(folder: Path, count: int = 3) -> SpoolFolder:
    spool = SpoolFolder(folder)
    for number in range(count):
        spool.append({"number": number})
    return spool


def test_records_are_read_in_the_order_in_which_they_were_written(tmp_path: Path) -> None:
    filled(tmp_path).close()
    filled(tmp_path, 2).close()
    assert contents(tmp_path) == [{"number": number} for number in (0, 1, 2, 0, 1)]


def test_a_record_is_readable_before_the_file_is_closed(tmp_path: Path) -> None:
    spool = filled(tmp_path)
    assert len(contents(tmp_path)) == 3
    spool.close()


@pytest.mark.parametrize("cut", [1, 5, 15])
def test_a_last_line_that_a_crash_cut_short_is_left_out(tmp_path: Path, cut: int) -> None:
    filled(tmp_path).close()
    (part,) = SpoolFolder(tmp_path).parts()
    part.write_bytes(part.read_bytes()[:-cut])
    filled(tmp_path, 1).close()
    assert contents(tmp_path) == [{"number": 0}, {"number": 1}, {"number": 0}]


def test_a_damaged_line_is_told_and_the_next_are_read(tmp_path: Path) -> None:
    filled(tmp_path).close()
    (part,) = SpoolFolder(tmp_path).parts()
    part.write_bytes(part.read_bytes().replace(b'"number":1', b'"number":7'))
    assert contents(tmp_path) == [{"number": 0}, None, {"number": 2}]


def test_a_write_that_fails_leaves_nothing_of_its_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = filled(tmp_path)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("harness.service.store.spool_folder.os.fsync", full)
        with pytest.raises(OSError, match="No space left"):
            spool.append({"number": "lost"})
    spool.append({"number": 3})
    spool.close()
    assert contents(tmp_path) == [{"number": number} for number in range(4)]


def test_a_large_file_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.service.store.spool_folder.PART_BYTES", 50)
    spool = filled(tmp_path, 5)
    assert len(spool.parts()) > 1
    assert len(contents(tmp_path)) == 5
    spool.close()
