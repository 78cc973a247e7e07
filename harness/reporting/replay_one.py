"""One recording replayed through one detector, with everything that is kept of it in the folder of the results."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from harness.records.cause_log import write_causes
from harness.records.decisions import Step, write_decisions
from harness.records.known_truth import known_truth
from harness.records.reason_log import ReasonLog, reasons_by_raise, write_reasons
from harness.records.run_folder import RunFolder
from harness.reporting.kept_evidence import EvidenceLog, write_evidence
from harness.reporting.traffic_sketch import SketchLog, write_sketch
from harness.running.carried_memory import CarriedMemory
from harness.running.fault_mask import FaultMask
from harness.running.replay_recording import replay_recording
from harness.scoring.incident_extent import Extent
from harness.scoring.run_verdicts import truth_by_extents
from harness.scoring.score_runs import ScoredRun
from simulator.recording.corridor_file import read_corridor
from simulator.recording.recording_folder import open_recording


def replay_one(
    name: str,
    folder: Path,
    detector: str,
    parameters: Path | None,
    out: Path,
    mask: FaultMask | None,
    show: Callable[[str, str, float], None],
    memory: CarriedMemory | None,
    days: bool,
) -> ScoredRun:
    """Replay the recording in `folder` and write its decisions, reasons, evidence by part, causes and traffic to `out`/runs/`name`.

    With `days` the traffic of all days is kept, else only that near alarms. Raises as `replay_recording` does.
    """
    run = RunFolder(out / "runs" / name)
    reasons = ReasonLog()
    corridor = read_corridor(folder)
    traffic = SketchLog(corridor, _onsets_s(folder), days)
    evidence = EvidenceLog(corridor.sections, corridor.period_s)

    def watch(step: Step) -> None:
        reasons.add(step)
        evidence.add(step)
        traffic.add(step)

    scored, decisions, caused = replay_recording(
        name,
        folder,
        detector,
        parameters,
        mask,
        run.estimates(detector),
        lambda share: show(name, detector, share),
        watch,
        memory,
    )
    write_decisions(run.decisions(detector), decisions)
    write_sketch(run.traffic(detector), traffic.sketch())
    if (parts := evidence.kept()) is not None:
        write_evidence(run.evidence(detector), parts)
    if caused is not None:
        write_causes(run.causes(detector), caused, scored.corridor)
    if reasons.alarms is not None:
        write_reasons(run.reasons(detector), reasons.alarms, scored.corridor)
    return replace(scored, reasons=reasons_by_raise(reasons.alarms))


def by_extents(run: ScoredRun, extents: Sequence[Extent] | None) -> ScoredRun:
    """Return the run scored by the extents of its log's incidents; as it is where there are none."""
    if extents is None or run.truth is None:
        return run
    return replace(run, truth=truth_by_extents(run.truth, extents, run.times_s), extents=extents)


def _onsets_s(folder: Path) -> list[float]:
    """The onsets of a recording's known incidents."""
    truth = known_truth(folder, open_recording(folder))
    return [] if truth is None else [incident.onset_s for incident in truth.incidents]
