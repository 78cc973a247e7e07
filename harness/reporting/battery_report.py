"""A battery's folder, or the folder of one run, as a report: what is finished is told, what is missing is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.records.recorded_detectors import fingerprints_text, mask_text
from harness.records.run_folder import RunFolder, finished_runs, read_record
from harness.reporting.characterization_tables import characterization_tables
from harness.reporting.detection_tables import breakdown_tables, persistence_table
from harness.reporting.paper_table import beside_the_paper
from harness.reporting.read_runs import distrust, read_run, scored
from harness.reporting.report_document import DASH, FailedRun, ReportData
from harness.reporting.report_entries import index_table
from harness.reporting.report_groups import groups
from harness.reporting.report_prose import reading
from harness.scoring.alarms import PERSISTENCES
from harness.scoring.score_runs import score_runs
from scenarios.errors import MissingFileError
from simulator.recording.json_file import read_object

HOW = (
    "SUMO plays traffic and incidents; the detector sees what the loops counted, frame by frame, and decides at the "
    "end of each frame; its alarms are scored against what really happened."
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the runs of a report come from: a title, what it is about, notices, and the facts to repeat it."""

    title: str
    lead: str
    notices: tuple[str, ...]
    failed: tuple[FailedRun, ...]
    provenance: tuple[tuple[str, str], ...]


def battery_report(out: Path) -> ReportData:
    """The report of a battery, finished or not.

    Raises MissingFileError where `out` holds no battery, UserError where a file of it cannot be read.
    """
    path = out / "battery.json"
    if not path.is_file():
        raise MissingFileError(f"{path}: no such file (wanted the folder a battery's results are in)")
    record = read_object(path)
    scenarios = [one for one in record.get("scenarios") or () if isinstance(one, dict)]
    rank = {str(one.get("name")): place for place, one in enumerate(scenarios)}
    folders = sorted(finished_runs(out), key=lambda folder: rank.get(folder.name, len(rank)))
    failed = tuple(_failed(one) for one in sorted((out / "failed").glob("*.json")) if not one.name.startswith("."))
    detectors = _texts(record.get("detectors"))
    seeds = sorted({int(one["seed"]) for one in scenarios if "seed" in one})
    origin = Origin(
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
    return _report(folders, detectors, origin, alone=False)


def run_report(folder: Path) -> ReportData:
    """The report of one finished run, alone. Raises MissingFileError where it is not finished."""
    run = RunFolder(folder)
    record = read_record(folder)
    detectors = [name for name in _texts(record.get("detectors")) if name in run.detectors] or list(run.detectors)
    origin = Origin(
        title=f"{' and '.join(detectors)} on run {run.name}",
        lead=f"One run. {HOW}" + _masking(record, f"causes-{(detectors or ['DETECTOR'])[0]}.csv"),
        notices=(),
        failed=(),
        provenance=(*_provenance(record), ("Seed", str(record.get("seed", DASH)))),
    )
    return _report([run], detectors, origin, alone=True)


def _report(folders: Sequence[RunFolder], detectors: Sequence[str], origin: Origin, alone: bool) -> ReportData:
    nothing = ReportData(
        origin.title, origin.lead, origin.notices, None, None, (), (), origin.failed, None, (), origin.provenance
    )
    if not folders or not detectors:
        return nothing
    first, *others = detectors
    runs = [read_run(folder, first) for folder in folders]
    scores = [score_runs([scored(run) for run in runs], persistence) for persistence in PERSISTENCES]
    tables = list(breakdown_tables(scores[0])) if not alone else []
    told_of = list(characterization_tables(scores[0]))
    for name in others:
        again = [score_runs([scored(read_run(folder, name)) for folder in folders], each) for each in PERSISTENCES]
        told_of += [
            replace(table, caption=f"{name}: {table.caption}")
            for table in (persistence_table(again), *characterization_tables(again[0]))
        ]
    tables = told_of + tables
    told = groups(runs, scores, alone)
    return replace(
        nothing,
        notices=(*origin.notices, *distrust(runs)),
        summary=beside_the_paper(scores),
        figures=persistence_table(scores),
        reading=reading(first, scores),
        tables=tuple(tables),
        index=index_table(scores[0]),
        groups=told,
    )


def _lead(description: str) -> str:
    """What the battery is, as a sentence, and how to read the page."""
    ended = description.rstrip(". ")
    return f"{ended}. {HOW}" if ended else HOW


def _masking(record: Mapping[str, Any], file: str) -> str:
    """What is to be said of a mask, if one watched."""
    if record.get("mask") is None:
        return ""
    return (
        f" Loops were hidden from it while {mask_text(record)} held them for faulty; {file} tells every alarm of both, and with "
        "what probability it is of an incident, of a faulty loop, or of nothing."
    )


def _unfinished(done: int, planned: int, failed: int) -> tuple[str, ...]:
    if done >= planned:
        return ()
    return (
        f"Not finished: {done} of {planned} runs are done, {failed} failed. All figures are of the finished "
        "runs only; the same command goes on where it stopped.",
    )


def _failed(path: Path) -> FailedRun:
    record = read_object(path)
    reason, last_words, command = (str(record.get(key) or "") for key in ("reason", "stderr", "command"))
    return FailedRun(str(record.get("name") or path.stem), reason, last_words, command)


def _provenance(record: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    versions = record.get("versions") or {}
    return (
        ("Command", str(record.get("command") or DASH)),
        ("Versions", ", ".join(f"{name} {version}" for name, version in versions.items() if version) or DASH),
        ("Platform", str(record.get("platform") or DASH)),
        ("Detectors' fingerprints", fingerprints_text(record) or DASH),
        *((("Faulty loops masked by", mask_text(record)),) if record.get("mask") is not None else ()),
    )


def _texts(values: object) -> list[str]:
    return [str(value) for value in values] if isinstance(values, list) else []
