"""Files and folders appear complete or not at all, and a mixture of old and new looks like no result."""

import errno
import os
from pathlib import Path

import pytest

from harness.records.atomic_files import (
    move_files,
    move_folder,
    remove_leftovers,
    staged_folder,
    write_json,
    write_text,
)
from scenarios.errors import UserError


def test_a_full_disk_names_the_file_and_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_text(tmp_path / "a.txt", "old")

    def full(*arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match=r"No space left on device: '.*/a\.txt'"):
        write_text(tmp_path / "a.txt", "new")
    monkeypatch.undo()
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "old"


def test_a_record_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there: list[bool] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: there.append((tmp_path / "a.json").exists()))
    write_json(tmp_path / "a.json", {}, lasting=True)
    assert there == [False, True]


def no_links(*paths: object) -> None:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))


@pytest.mark.parametrize("links", [True, False], ids=["with links", "without links, as on exFAT"])
def test_a_new_file_replaces_none_that_appeared_meanwhile(
    links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_text(tmp_path / "a.txt", "theirs")
    if not links:
        monkeypatch.setattr(os, "link", no_links)
    with pytest.raises(UserError, match=r"a\.txt was written by another process meanwhile: use another --out"):
        write_text(tmp_path / "a.txt", "mine", new=True)
    write_text(tmp_path / "b.txt", "mine", new=True)
    (tmp_path / "b.txt").unlink()
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["theirs"]


def test_a_folder_replaces_none_with_content(tmp_path: Path) -> None:
    for name in ("new", "old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name, encoding="utf-8")
    with pytest.raises(OSError, match="not empty"):
        move_folder(tmp_path / "new", tmp_path / "old")
    assert (tmp_path / "old" / "file").read_text(encoding="utf-8") == "old"


def test_the_file_that_makes_the_others_readable_is_removed_first_and_moved_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "corridor.toml").write_text("old", encoding="utf-8")
    moved: list[str] = []
    real = Path.replace

    def note(self: Path, target: Path) -> Path:
        moved.append(target.name)
        assert not (tmp_path / "corridor.toml").exists()
        return real(self, target)

    monkeypatch.setattr(Path, "replace", note)
    with staged_folder(tmp_path, "trial") as stage:
        for name in ("corridor.toml", "loops.csv", "a.csv"):
            (stage / name).write_text("new", encoding="utf-8")
        move_files(stage, tmp_path, last="corridor.toml")
    assert moved == ["a.csv", "loops.csv", "corridor.toml"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "corridor.toml", "loops.csv"]


def test_what_was_there_before_and_is_owned_goes_where_it_is_not_written_again(tmp_path: Path) -> None:
    for name in ("truth.json", "mine.txt", "loops.csv"):
        (tmp_path / name).write_text("old", encoding="utf-8")
    with staged_folder(tmp_path, "trial") as stage:
        (stage / "loops.csv").write_text("new", encoding="utf-8")
        move_files(stage, tmp_path, owned=("truth.json", "loops.csv"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["loops.csv", "mine.txt"]


def test_a_leftover_that_is_a_link_is_removed_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").touch()
    (tmp_path / ".a.part").symlink_to(tmp_path / "mine")
    remove_leftovers(tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["mine", "file"]


def test_bytes_of_a_path_that_are_no_text_become_question_marks(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", os.fsdecode(b"o\xff"))
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "o?"
