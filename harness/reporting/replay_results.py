"""Results of a replay: recordings through detectors, frame by frame, scored where incidents are known.

Files in the folder of the results:

    alarms.csv, runs.csv       of the first detector: a row per alarm, a row per recording
    causes.csv                 with a mask: a row per alarm of either detector, with its cause (`harness.records.cause_log`)
    score.json, incidents.csv  of the first detector; only where at least one recording's incidents are known, incidents.csv only
                               where the detector had what it needs in one of them (figures are null in score.json where not)
    alarms-NAME.csv, ...       the same files of every further detector, as in a battery's folder
    summary.txt                one page per detector; only where there are scores
    replay.json                recordings, detectors, notices, versions, command
    report.html                the page, written from these files (`harness.reporting.replay_page`) by the command
    replays/                   each finished replay, from which an interrupted one goes on (`harness.reporting.resumed_replays`)
    runs/NAME/                 decisions-DETECTOR.csv.gz; from an estimating detector estimates-DETECTOR.csv.gz; from one that
                               says why reasons-DETECTOR.csv, by part evidence-DETECTOR.npz; traffic-DETECTOR.npz: what the page
                               draws

Conventions: a recording's incidents are known where it has `incidents.csv` (a header only: there were none) or
`truth.json`, which holds more and takes precedence. Where `incidents.csv` states tolerances (how early, late or far off an entry
may be), alarms are judged by the extents of its incidents, found from the loops (`harness.running.logged_extents`); else by times
and places as written. Of a recording, decisions alone are in memory: of a month of 39 sections, 30 MB; with tolerances, also the
speeds of its road. SUMO is not needed. Results of an earlier replay in the same folder stay until the new ones are complete. A
replay that is kept, of the same recording through the same detector, is not made again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from detectors.catalogue import DETECTORS, fingerprint
from harness.records.atomic_files import move_files, staged_folder, write_csv, write_json, write_text
from harness.records.cause_log import gather_causes
from harness.records.folder_lock import lock_folder
from harness.records.provenance import provenance
from harness.records.run_folder import RunFolder
from harness.records.score_names import remove_scores
from harness.reporting.number_text import counted
from harness.reporting.recording_notices import (
    estimated_speed_notices,
    rough_log_notices,
    sight_notices,
    unjudged_runs,
    untried_periods,
)
from harness.reporting.replay_findings import REPORT_FILE
from harness.reporting.replay_inputs import check_inputs, recording_names
from harness.reporting.replay_one import by_extents
from harness.reporting.replay_record import write_replay_record
from harness.reporting.resumed_replays import ResumedReplays
from harness.reporting.score_files import alarm_rows, incident_rows, run_rows, score_document
from harness.reporting.summary_text import summary_text
from harness.running.carried_memory import CarriedMemory
from harness.running.fault_mask import FaultMask
from harness.running.logged_extents import logged_extents
from harness.running.replay_recording import ORACLE
from harness.scoring.alarms import PERSISTENCES
from harness.scoring.score_runs import ScoredRun, score_runs
from scenarios.errors import UserError

Show = Callable[[str, str, float], None]
"""Called with the recording's name, the detector, and the share of the recording that this detector has been through."""
_FIGURES = (
    *("incidents", "detected", "false_alarms", "decisions", "section_hours", "dr", "far"),
    *("ttd_mean_s", "ttd_median_s"),
)


def replay(
    folders: Sequence[Path],
    detectors: Mapping[str, Path | None],
    out: Path,
    mask: FaultMask | None = None,
    show: Show = lambda name, detector, share: None,
    memory: CarriedMemory | None = None,
    say: Callable[[str], None] = lambda text: None,
    fresh: bool = False,
) -> dict[str, dict[str, object]]:
    """Replay every recording in `folders` through each of `detectors`, and write the results to `out`.

    `detectors` maps each detector to its parameter file, None for its shipped parameters. With a `mask`, loops under an
    alarm of its fault detector are not known to the detectors. `show` is told how far the replay is. With a `memory` the
    recordings, of one corridor, are watched through in the order given; without one, each detector begins each recording anew.
    `say` gets lines on what is kept of an earlier replay into `out`; with `fresh` nothing is.

    Returns the content of `score.json` by detector, figures at the first persistence; where no incidents are known,
    the same keys with None. `alarms` counts the alarms. Raises UserError or MissingFileError for a detector, a
    folder or a parameter file that does not fit, before anything is written.
    """
    if not detectors:
        raise UserError("a replay needs at least one detector, got none")
    runs = dict(zip(recording_names(folders), folders, strict=True))
    check_inputs(folders, detectors, out, mask, memory)
    with lock_folder(out, needed=False):
        replays = ResumedReplays(runs, detectors, out, mask, memory)
        for line in replays.begin(fresh):
            say(line)
        documents = _replay(replays, out, show)
        replays.finish()
    return documents


def _replay(replays: ResumedReplays, out: Path, show: Show) -> dict[str, dict[str, object]]:
    runs, detectors, mask = replays.runs, replays.detectors, replays.mask
    replayed: dict[str, list[ScoredRun]] = {detector: [] for detector in detectors}
    with staged_folder(out, "replay") as stage:
        for name in runs:
            for detector in detectors:
                replayed[detector].append(replays.one(name, detector, stage, show))
        extents = logged_extents(runs)
        for detector, scored in replayed.items():
            replayed[detector] = [by_extents(run, extents.get(run.name)) for run in scored]
        documents = _write_scores(stage, runs, replayed, detectors, mask, replays.memory)
        write_replay_record(stage, runs, replayed, detectors, documents, mask)
        _remove_old(out, runs, detectors)
        move_files(stage, out)
    return documents


def _write_scores(
    out: Path,
    runs: Mapping[str, Path],
    replayed: Mapping[str, Sequence[ScoredRun]],
    detectors: Mapping[str, Path | None],
    mask: FaultMask | None,
    memory: CarriedMemory | None,
) -> dict[str, dict[str, object]]:
    tolerant = {run.name for scored in replayed.values() for run in scored if run.extents is not None}
    texts, documents, estimated = [], {}, estimated_speed_notices(runs)
    rough = rough_log_notices(runs, tolerant)
    for index, (detector, scored) in enumerate(replayed.items()):
        scores = [score_runs(scored, persistence) for persistence in PERSISTENCES]
        first, own = scores[0], f"-{detector}" if index else ""
        of_loops = (*estimated, *untried_periods(runs, {detector: detectors[detector]}))
        notices = (*of_loops, *rough)
        write_csv(out / f"alarms{own}.csv", alarm_rows(first))
        write_csv(out / f"runs{own}.csv", run_rows(first))
        if mask is not None:
            causes = {name: RunFolder(out / "runs" / name).causes(detector) for name in runs}
            gather_causes(out / f"causes{own}.csv", causes)
        alarms: dict[str, object] = {"alarms": len(first.alarm_outcomes), "unjudged": unjudged_runs(first)}
        if not any(run.known for run in first.run_outcomes):
            blind = {"notices": [*sight_notices(first), *of_loops]}
            documents[detector] = {"detector": detector, **dict.fromkeys(_FIGURES), **alarms, **blind}
            continue
        origin = {
            "fingerprint": None if detector == ORACLE else fingerprint(detector, detectors[detector]),
            "mask_faults": None if mask is None else mask.text,
            "mask_fingerprint": None if mask is None else mask.fingerprint,
            "recordings": [str(folder) for folder in runs.values()],
            **({} if memory is None else {"site_memory": memory.record(detector)}),
            **provenance(),
        }
        extra = {**alarms, "notices": list(notices), **origin}
        if any(run.scored for run in first.run_outcomes):
            documents[detector] = score_document(detector, scores, extra)
            write_csv(out / f"incidents{own}.csv", incident_rows(first))
        else:
            documents[detector] = {"detector": detector, **dict.fromkeys(_FIGURES), **extra}
        write_json(out / f"score{own}.json", documents[detector])
        texts.append(summary_text(detector, scores, counted(len(runs), "recording"), notices))
    if texts:
        write_text(out / "summary.txt", "\n\n".join(texts))
    return documents


def _remove_old(out: Path, runs: Iterable[str], detectors: Iterable[str]) -> None:
    """Remove the results of an earlier replay into the same folder: scores of any detector, and what these kept of runs."""
    for run in (RunFolder(out / "runs" / name) for name in runs):
        for detector in detectors:
            run.causes(detector).unlink(missing_ok=True)
            run.reasons(detector).unlink(missing_ok=True)
            run.evidence(detector).unlink(missing_ok=True)
    (out / REPORT_FILE).unlink(missing_ok=True)
    remove_scores(out, (*DETECTORS, ORACLE))
