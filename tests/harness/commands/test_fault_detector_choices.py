"""Fault detectors as they are named on the command line: every slip is refused in one message."""

from pathlib import Path

import pytest

from harness.commands.fault_detector_choices import chosen_fault_detectors, fault_mask


def test_without_names_those_that_need_no_file_or_have_one_run(tmp_path: Path) -> None:
    file = tmp_path / "site.npz"
    file.touch()
    assert chosen_fault_detectors([], [f"gp_cusum={file}"]) == {
        "gp_cusum": file,
        "pems": None,
        "iris": None,
        "health": None,
    }


def test_a_mask_is_a_name_or_a_name_and_a_file(tmp_path: Path) -> None:
    file = tmp_path / "site.npz"
    file.touch()
    assert fault_mask("iris").file is None
    assert fault_mask(f"gp_cusum={file}").file == file


@pytest.mark.parametrize(
    ("names", "parameters", "message"),
    [
        (["iris", "iris"], [], "--detector iris is given twice"),
        ([], ["gp_cusum={file}", "gp_cusum={file}"], "--parameters for gp_cusum is given twice"),
        (["iris"], ["gp_cusum={file}"], r"gp_cusum does not run \(add --detector gp_cusum\?\)"),
        ([], ["iris={file}"], "iris takes no file"),
        ([], ["gp_cusum={folder}"], "--parameters gp_cusum: wanted a file, got a folder"),
        ([], ["gp_cusum=none.npz"], "--parameters gp_cusum: no such file: none.npz"),
    ],
)
def test_a_slip_is_named(tmp_path: Path, names: list[str], parameters: list[str], message: str) -> None:
    file = tmp_path / "site.npz"
    file.touch()
    given = [text.format(file=file, folder=tmp_path) for text in parameters]
    with pytest.raises(ValueError, match=message):
        chosen_fault_detectors(names, given)
