"""Folders are equal where only times and memory differ."""

from pathlib import Path

from tests.robustness.compared_folders import contents, differences, leftovers


def written(folder: Path, **texts: str) -> dict[str, bytes]:
    folder.mkdir()
    for name, text in texts.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return contents(folder)


def test_times_and_memory_may_differ(tmp_path: Path) -> None:
    before = written(tmp_path / "a", run_json='{"seed": 1, "wall_s": 2.0, "peak_memory_mb": 5}')
    assert differences(before, written(tmp_path / "b", run_json='{"seed": 1, "wall_s": 3.0}')) == []


def test_missing_new_and_changed_files_are_named(tmp_path: Path) -> None:
    before = written(tmp_path / "a", x_csv="1", y_csv="1")
    assert differences(before, written(tmp_path / "b", y_csv="2", z_csv="1")) == [
        "x.csv is missing",
        "z.csv is new",
        "y.csv differs",
    ]


def test_unfinished_files_are_leftovers_and_a_lock_is_none(tmp_path: Path) -> None:
    for name in (".lock", ".run.part", "run.part", "run"):
        (tmp_path / name).touch()
    assert sorted(leftovers(tmp_path)) == [".run.part", "run.part"]
