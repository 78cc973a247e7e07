"""The study in the folder of its results, so that further detectors can be scored on its runs without simulating them again.

RESULTS/study.json    the study as it was read, written after its runs
"""

from pathlib import Path

from harness.records.atomic_files import write_json
from harness.records.battery_folder import ResultsFolder
from harness.records.run_folder import recorded_scenario
from harness.studies.anomalies.anomaly_scenarios import StudyRun
from scenarios.errors import UserError, at
from scenarios.files.anomaly_study_file import AnomalyStudy
from scenarios.files.validation import validate
from simulator.recording.json_file import read_object

STUDY_FILE = "study.json"


def write_study(results: Path, study: AnomalyStudy) -> None:
    """Write the study into the folder of its results."""
    write_json(results / STUDY_FILE, study.model_dump(mode="json", exclude_none=True), lasting=True)


def read_study(results: Path) -> AnomalyStudy:
    """Return the study of a results folder. Raises MissingFileError, or UserError with the file and the place in it."""
    file = results / STUDY_FILE
    content = read_object(file, "wanted a study's name, its TOML file, or the folder of its results")
    try:
        return validate(AnomalyStudy, content)
    except UserError as error:
        raise at(file, error) from None


def check_recorded(results: Path, runs: tuple[StudyRun, ...]) -> None:
    """Refuse results of which a finished run was made of another scenario than the study's. Raises UserError."""
    folder = ResultsFolder(results)
    for run in runs:
        if folder.run(run.name).finished and recorded_scenario(folder.run(run.name).path) != run.placed.scenario:
            raise UserError(
                f"{folder.run(run.name).path}: was made of another scenario than this laneblock makes of the study"
            )
