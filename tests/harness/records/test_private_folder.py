"""A private folder is its owner's alone."""

from pathlib import Path

from harness.records.private_folder import private_folder


def test_a_cache_is_this_user_s_alone(tmp_path: Path) -> None:
    mine = private_folder(tmp_path / "a" / "mine")
    assert mine == tmp_path / "a" / "mine"
    assert mine.stat().st_mode & 0o777 == 0o700
    assert private_folder(mine) == mine


def test_a_cache_that_others_can_change_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "link").symlink_to(private_folder(tmp_path / "mine"))
    (tmp_path / "file").touch()
    for path in (tmp_path / "open", tmp_path / "link", tmp_path / "file"):
        other = private_folder(path)
        assert other != path
        assert other.stat().st_mode & 0o777 == 0o700
        other.rmdir()
