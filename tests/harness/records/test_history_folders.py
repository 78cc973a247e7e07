"""Folders of recordings: which recordings they are, in which order, and what is refused."""

from pathlib import Path

import pytest

from harness.records.history_folders import history_recordings


def made(folder: Path, *names: str) -> Path:
    """A folder with such sub-folders, each of which has a corridor.toml."""
    for name in names:
        (folder / name).mkdir(parents=True)
        (folder / name / "corridor.toml").touch()
    return folder


def names_of(*folders: Path) -> list[str]:
    return [each.name for each in history_recordings(folders, "--recordings")]


def test_a_folder_of_recordings_is_all_of_them_in_natural_order(tmp_path: Path) -> None:
    made(tmp_path / "history", "day-10", "day-2", "day-1", "2024-01-09", "2024-01-10")
    assert names_of(tmp_path / "history") == ["2024-01-09", "2024-01-10", "day-1", "day-2", "day-10"]


def test_a_recording_is_itself_though_it_has_folders_in_it(tmp_path: Path) -> None:
    made(tmp_path, "monday")
    made(tmp_path / "monday", "inside")
    assert names_of(tmp_path / "monday") == ["monday"]


@pytest.mark.parametrize("name", ["loops.csv", "loops.csv.gz", "loops.parquet"])
def test_a_recording_without_its_corridor_is_one_all_the_same(name: str, tmp_path: Path) -> None:
    (tmp_path / "day").mkdir()
    (tmp_path / "day" / name).touch()
    assert names_of(tmp_path / "day") == ["day"]


def test_results_are_their_runs(tmp_path: Path) -> None:
    made(tmp_path / "results" / "runs", "day-1", "day-2")
    (tmp_path / "results" / "failed").mkdir()
    assert names_of(tmp_path / "results") == ["day-1", "day-2"]


def test_files_and_hidden_names_beside_recordings_do_not_matter(tmp_path: Path) -> None:
    made(tmp_path / "history", "day-1")
    (tmp_path / "history" / "notes.txt").touch()
    (tmp_path / "history" / ".day-2.part").mkdir()
    assert names_of(tmp_path / "history") == ["day-1"]


def test_folders_are_taken_in_the_order_in_which_they_are_named(tmp_path: Path) -> None:
    made(tmp_path, "z", "a")
    made(tmp_path / "more", "m-2", "m-1")
    assert names_of(tmp_path / "z", tmp_path / "more", tmp_path / "a") == ["z", "m-1", "m-2", "a"]


def test_a_link_to_a_recording_is_one(tmp_path: Path) -> None:
    made(tmp_path, "day")
    (tmp_path / "history").mkdir()
    (tmp_path / "history" / "linked").symlink_to(tmp_path / "day")
    assert names_of(tmp_path / "history") == ["linked"]


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"--recordings .*: wanted a recording .*, got an empty folder$"):
        names_of(tmp_path)


def test_a_folder_of_files_alone_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data.csv").touch()
    with pytest.raises(ValueError, match="got one without sub-folders"):
        names_of(tmp_path)


def test_a_folder_with_others_in_it_is_refused_and_they_are_named(tmp_path: Path) -> None:
    made(tmp_path, "day-1")
    for name in ("a", "b", "c", "d"):
        (tmp_path / name).mkdir()
    with pytest.raises(ValueError, match=r"got 4 of 5 that are none: a, b, c, \.\.\. \(move them away"):
        names_of(tmp_path)


def test_results_of_results_are_refused_with_what_is_meant(tmp_path: Path) -> None:
    made(tmp_path / "results" / "sr91" / "runs", "day-1")
    with pytest.raises(ValueError, match=r"got 1 of 1 that are none: sr91 \(did you mean .*sr91/runs\?\)"):
        names_of(tmp_path / "results")


def test_a_broken_link_is_refused(tmp_path: Path) -> None:
    made(tmp_path, "day-1")
    (tmp_path / "day-2").symlink_to(tmp_path / "gone")
    with pytest.raises(ValueError, match="that are none: day-2"):
        names_of(tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"--recordings: no such folder: .*nowhere"):
        names_of(tmp_path / "nowhere")


def test_a_file_is_refused_with_what_is_meant(tmp_path: Path) -> None:
    (tmp_path / "loops.csv").touch()
    with pytest.raises(ValueError, match="wanted a folder, got a file"):
        names_of(tmp_path / "loops.csv")


def test_a_recording_named_twice_is_refused(tmp_path: Path) -> None:
    made(tmp_path / "history", "day-1", "day-2")
    with pytest.raises(ValueError, match=r"day-2: named twice, and it would count twice"):
        names_of(tmp_path / "history", tmp_path / "history" / "day-2")
