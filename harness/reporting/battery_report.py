"""The report of a battery or of one run, as data: finished runs are shown, missing ones are named."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.records.battery_folder import ResultsFolder, finished_runs
from harness.records.record_fields import FailureFields, read_fields
from harness.records.recorded_detectors import mask_text
from harness.records.run_folder import RunFolder, read_record
from harness.reporting.characterization_tables import characterization_tables
from harness.reporting.detection_tables import breakdown_tables, persistence_table
from harness.reporting.evidence_pictures import explained_runs
from harness.reporting.own_effect_tables import own_effect_notes, own_effect_tables
from harness.reporting.paper_table import paper_table
from harness.reporting.provenance_facts import provenance_facts
from harness.reporting.read_runs import ReportedRun, read_run, run_to_score, unrealistic_traffic
from harness.reporting.report_document import DASH, FailedRun, ReportData
from harness.reporting.report_entries import index_table
from harness.reporting.report_groups import entry_groups
from harness.reporting.report_headline import report_headline
from harness.reporting.report_prose import score_sentences
from harness.reporting.traffic_notices import own_file_notes, traffic_notices
from harness.reporting.traffic_tables import traffic_tables
from harness.scoring.alarms import PERSISTENCES
from harness.scoring.detection_score import Score
from harness.scoring.score_runs import score_runs

HOW = (
    "SUMO simulates traffic and incidents. The detector sees the loops' counts, speeds and occupancies frame by frame "
    "and decides at the end of each frame. Its alarms are scored against the simulated truth."
)


def battery_report(out: Path) -> ReportData:
    """Return the report of a battery, finished or not.

    Raises MissingFileError where `out` holds no battery, UserError where a file of it cannot be read.
    """
    results = ResultsFolder(out)
    record = results.read()
    scenarios = record.get("scenarios") or []
    rank = {str(one["name"]): place for place, one in enumerate(scenarios)}
    folders = sorted(
        (run for run in finished_runs(out) if run.name in rank or not rank), key=lambda folder: rank.get(folder.name, 0)
    )
    finished = {folder.name for folder in folders}
    failed = tuple(
        _failed(results.failed.file(name), name)
        for name in sorted(rank)
        if name not in finished and results.failed.file(name).is_file()
    )
    detectors = _texts(record.get("detectors"))
    seeds = sorted({int(one["seed"]) for one in scenarios if one.get("seed") is not None})
    empty = ReportData(
        title=f"{' and '.join(detectors) or 'Incident detection'} on battery {record.get('name', out.name)}",
        lead=_lead(str(record.get("description") or "")) + _masking(record, "causes.csv"),
        notices=_unfinished(len(folders), len(scenarios), len(failed)),
        failed=failed,
        provenance=(
            *_provenance(record),
            ("Seeds", ", ".join(map(str, seeds)) or DASH),
            ("Runs", f"{len(folders)} of {len(scenarios)} finished"),
        ),
    )
    return _filled(empty, folders, detectors, alone=False)


def run_report(folder: Path) -> ReportData:
    """Return the report of one finished run. Raises MissingFileError where it is not finished."""
    run = RunFolder(folder)
    record = read_record(folder)
    detectors = [name for name in _texts(record.get("detectors")) if name in run.detectors] or list(run.detectors)
    empty = ReportData(
        title=f"{' and '.join(detectors)} on run {run.name}",
        lead=f"One run. {HOW}" + _masking(record, f"causes-{(detectors or ['DETECTOR'])[0]}.csv"),
        provenance=(*_provenance(record), ("Seed", str(record.get("seed", DASH)))),
    )
    return _filled(empty, [run], detectors, alone=True)


def _filled(empty: ReportData, folders: Sequence[RunFolder], detectors: Sequence[str], alone: bool) -> ReportData:
    """Return the report with the scores of the finished runs; `empty` without any."""
    if not folders or not detectors:
        return empty
    runs = [read_run(folder, detectors[0]) for folder in folders]
    by_detector: dict[str, list[Score]] = {}
    shown: dict[str, list[ReportedRun]] = {}
    for name in detectors:
        read = runs if name == detectors[0] else [read_run(each, name) for each in folders]
        if alone or name == detectors[0]:
            shown[name] = read
        own = [run_to_score(run) for run in read]
        by_detector[name] = [score_runs(own, persistence) for persistence in PERSISTENCES]
    first, *others = by_detector.values()
    tables = list(characterization_tables(first[0]))
    for name, scores in zip(detectors[1:], others, strict=True):
        tables += [
            replace(table, caption=f"{table.caption}: {name}")
            for table in (persistence_table(scores), *characterization_tables(scores[0]))
        ]
    if not alone:
        tables += breakdown_tables(first[0])
    accounts = {run.name: run.traffic for run in runs}
    sides = {run.recording.corridor.outermost for run in runs}
    tables += (*own_effect_tables(runs, first[0]), *traffic_tables(accounts))
    return replace(
        empty,
        notices=(
            *empty.notices,
            *unrealistic_traffic({run.name: run.truth for run in runs}),
            *traffic_notices(accounts),
        ),
        notes=(*own_effect_notes(runs, first[0]), *own_file_notes(accounts)),
        headline=report_headline({name: scores[0] for name, scores in by_detector.items()}, runs if alone else ()),
        summary=paper_table(first),
        figures=persistence_table(first),
        sentences=score_sentences(detectors[0], first),
        tables=tuple(tables),
        index=index_table(first[0]),
        outermost=sides.pop() if len(sides) == 1 else "outermost",
        groups=entry_groups(runs, first, alone, explained_runs(shown, by_detector)),
    )


def _lead(description: str) -> str:
    """Return the battery's description and how a detector is tested."""
    ended = description.rstrip(". ")
    return f"{ended}. {HOW}" if ended else HOW


def _masking(record: Mapping[str, Any], file: str) -> str:
    """Return what the mask did; "" without a mask."""
    if record.get("mask") is None:
        return ""
    return (
        f" A loop was hidden from the detector while {mask_text(record)} took it for faulty; {file} lists every alarm of both, "
        "with the probabilities that its cause is an incident, a faulty loop, or nothing."
    )


def _unfinished(done: int, planned: int, failed: int) -> tuple[str, ...]:
    if done >= planned:
        return ()
    return (
        f"Not finished: {done} of {planned} runs are done, {failed} failed. All figures are of the finished "
        "runs only; repeat the same command to continue.",
    )


def _failed(path: Path, name: str) -> FailedRun:
    record = read_fields(path, FailureFields)
    reason, error_output, command = (str(record.get(key) or "") for key in ("reason", "stderr", "command"))
    return FailedRun(name, reason, error_output, command)


def _provenance(record: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    masked = (("Faulty loops masked by", mask_text(record)),) if record.get("mask") is not None else ()
    return (*provenance_facts(record), *masked)


def _texts(values: object) -> list[str]:
    return [str(value) for value in values] if isinstance(values, list) else []
