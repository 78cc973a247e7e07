"""Output paths: what cannot be written is told before the work; what others could change is not used."""

import os
from pathlib import Path

import pytest

from harness.records.output_paths import check_file, check_out
from scenarios.errors import UserError

AS_ROOT = os.geteuid() == 0


def test_a_folder_that_can_be_made_or_written_to_is_fine(tmp_path: Path) -> None:
    check_out(tmp_path)
    check_out(tmp_path / "a" / "b")
    check_file(tmp_path / "a" / "b.json", "--out")


def test_a_file_where_a_folder_is_wanted_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(UserError, match="file"):
            check_out(path)


@pytest.mark.skipif(AS_ROOT, reason="root may write everywhere")
def test_a_folder_without_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UserError, match="no permission to write to"):
        check_out(tmp_path / "a")


def test_a_read_only_file_system_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Mounted:
        f_flag = os.ST_RDONLY

    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr(os, "statvfs", lambda _: Mounted)
    with pytest.raises(UserError, match="is on a read-only file system"):
        check_out(tmp_path / "a")


def test_a_link_to_nowhere_and_a_path_that_is_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    with pytest.raises(UserError, match="which does not exist"):
        check_out(tmp_path / "link")
    with pytest.raises(UserError, match="wanted a path that is text in utf-8"):
        check_out(tmp_path / os.fsdecode(b"\xff"))
