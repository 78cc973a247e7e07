"""Scores and report of a results folder, complete or not.

    score.json, incidents.csv, alarms.csv, runs.csv    of the first detector; of a further one: score-NAME.json, ...
    causes.csv                                         with a fault mask: the causes of the alarms of both detectors
    summary.txt                                        one page per detector
    report.html                                        figures of the first detector's runs, tables of all

The files depend only on the runs, in the battery's order: an interrupted and resumed battery has the same figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.records.atomic_files import write_csv, write_json, write_text
from harness.records.battery_folder import ResultsFolder
from harness.records.cause_log import gather_causes
from harness.records.folder_lock import lock_folder
from harness.records.recorded_detectors import fingerprint_in, mask_text
from harness.records.run_exchange import exchange_was_interrupted, finish_exchange
from harness.reporting.number_text import first_names
from harness.reporting.own_effect_tables import own_effect_document, own_effect_notes
from harness.reporting.read_runs import ReportedRun, read_run, run_to_score, unrealistic_traffic
from harness.reporting.score_files import alarm_rows, incident_rows, run_rows, score_document
from harness.reporting.summary_text import summary_text
from harness.reporting.traffic_notices import own_file_notes, traffic_notices
from harness.reporting.traffic_tables import traffic_document, traffic_sentence
from harness.scoring.alarms import PERSISTENCES
from harness.scoring.detection_score import Score
from harness.scoring.score_runs import score_runs
from scenarios.errors import MissingFileError
from simulator.recording.traffic_file import read_traffic


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Result of `evaluate`: `text` is the summary, `notices` name what is missing, `report` is the page's path.

    `warnings` are the notices on the runs' traffic, `notes` those on own files that cost no figure; both are also in `text`.
    """

    text: str
    notices: tuple[str, ...]
    report: Path | None
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def evaluate(path: Path, report: bool = True) -> Evaluation:
    """Score the finished runs in the results folder `path`, and write the files listed above.

    Raises MissingFileError where there is no such folder or no finished run, UserError naming a broken file.
    """
    if not path.exists():
        raise MissingFileError(f"no such folder: {path}")
    folder = ResultsFolder(path)
    if exchange_was_interrupted(path):
        with lock_folder(path):
            finish_exchange(path)
    made_with, names, detectors = folder.read_to_score()
    runs = [folder.run(name) for name in names if folder.run(name).finished]
    notices = _notices(folder, names, {run.name for run in runs})
    if not runs:
        raise MissingFileError(f"{path}: no run is finished yet. {' '.join(notices)}")
    title = str(made_with.get("name", path.name))
    accounts = {run.name: read_traffic(run.path) for run in runs}
    warnings, notes = traffic_notices(accounts), own_file_notes(accounts)
    texts = []
    for index, detector in enumerate(detectors):
        loaded = [read_run(run, detector) for run in runs]
        scores = scores_of(loaded)
        if index == 0:
            notes = (*own_effect_notes(loaded, scores[0]), *notes)
            notices = (*notices, *unrealistic_traffic({run.name: run.truth for run in loaded}), *warnings, *notes)
        own = f"-{detector}" if index else ""
        extra = {key: made_with.get(key) for key in ("mask_fingerprint", "versions", "platform", "command")}
        extra["traffic"] = traffic_document(accounts)
        extra["own_effects"] = own_effect_document(loaded, scores[0])
        extra["fingerprint"] = fingerprint_in(made_with, detector) or None
        masking = {} if made_with.get("mask") is None else {"mask_faults": mask_text(made_with)}
        document = score_document(detector, scores, {"battery": title, **masking, **extra, "notices": list(notices)})
        write_json(path / f"score{own}.json", document)
        for name, rows in (("incidents", incident_rows(scores[0])), ("alarms", alarm_rows(scores[0]))):
            write_csv(path / f"{name}{own}.csv", rows)
        write_csv(path / f"runs{own}.csv", run_rows(scores[0], accounts))
        if made_with.get("mask") is not None:
            gather_causes(path / f"causes{own}.csv", {run.name: run.causes(detector) for run in runs})
        heading = f"{title}, faulty loops masked by {masking['mask_faults']}" if masking else title
        texts.append(summary_text(detector, scores, heading, notices, traffic_sentence(accounts)))
    text = "\n\n".join(texts)
    write_text(path / "summary.txt", text)
    return Evaluation(text, notices, _report(path) if report else None, warnings, notes)


def scores_of(runs: Sequence[ReportedRun]) -> tuple[Score, ...]:
    """Return the scores of one detector over finished runs, by persistence."""
    prepared = [run_to_score(run) for run in runs]
    return tuple(score_runs(prepared, persistence) for persistence in PERSISTENCES)


def _notices(folder: ResultsFolder, names: list[str], finished: set[str]) -> tuple[str, ...]:
    failed = [name for name in names if name not in finished and folder.failed.file(name).exists()]
    unfinished = [name for name in names if name not in finished and name not in failed]
    notices = []
    for which, what in ((failed, "failed (see the folder failed)"), (unfinished, "not finished")):
        if which:
            notices.append(f"{len(which)} of {len(names)} runs {what}, and not in these figures: {first_names(which)}.")
    return tuple(notices)


def _report(path: Path) -> Path:
    from harness.reporting.write_report import write_report  # here, because drawing takes long to import

    return write_report(path)
