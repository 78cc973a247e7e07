"""A study kept with its results: it reads back equal, and other scenarios are refused."""

import shutil
from pathlib import Path

import pytest

from harness.studies.anomalies.anomaly_scenarios import study_runs
from harness.studies.anomalies.study_record import STUDY_FILE, check_recorded, read_study, write_study
from scenarios.errors import MissingFileError, UserError
from scenarios.files.anomaly_study_file import AnomalyStudy, anomaly_study_names, load_anomaly_study


@pytest.mark.parametrize("name", anomaly_study_names())
def test_a_study_reads_back_equal(name: str, tmp_path: Path) -> None:
    write_study(tmp_path, load_anomaly_study(name))
    assert read_study(tmp_path) == load_anomaly_study(name)


def test_a_folder_without_a_study_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"study.json: no such file \(wanted a study's name"):
        read_study(tmp_path)
    (tmp_path / STUDY_FILE).write_text('{"seed": 1}', encoding="utf-8")
    with pytest.raises(UserError, match=r"study.json: name: wanted, but missing"):
        read_study(tmp_path)


def test_runs_of_other_scenarios_are_refused(made: AnomalyStudy, results: Path, tmp_path: Path) -> None:
    shutil.copytree(results, tmp_path / "results")
    check_recorded(tmp_path / "results", study_runs(made))
    with pytest.raises(UserError, match="history-1: was made of another scenario"):
        check_recorded(tmp_path / "results", study_runs(made.model_copy(update={"seed": 8})))
