"""Replay one recording through a new detector, frame by frame. Nothing here needs SUMO."""

from pathlib import Path

from detectors.catalogue import build
from detectors.detector import Detector
from detectors.fault_masking import masked
from harness.records.cause_log import CausedAlarm, CauseLog
from harness.records.decisions import Decisions
from harness.records.known_truth import known_truth
from harness.running.fault_mask import FaultMask
from harness.running.feed_detector import collect
from harness.scoring.oracle_detector import Oracle
from harness.scoring.score_runs import ScoredRun
from scenarios.corridor import Corridor
from scenarios.errors import PluginError, UserError, at
from simulator.recording.recording_folder import read_recording
from simulator.truth import Truth

ORACLE = "oracle"


def build_detector(detector: str, corridor: Corridor, parameters: Path | None, truth: Truth | None) -> Detector:
    """Return a new detector by its name; `oracle` is the reference detector that knows the `truth`. Raises UserError."""
    if detector != ORACLE:
        return build(detector, corridor, parameters)
    if parameters is not None:
        raise UserError(f"detector {ORACLE!r} takes no parameter file, got {parameters}")
    if truth is None:
        raise UserError(f"detector {ORACLE!r} needs recordings whose incidents are known (incidents.csv or truth.json)")
    return Oracle(corridor, truth)


def replay_recording(
    name: str, folder: Path, detector: str, parameters: Path | None, mask: FaultMask | None = None
) -> tuple[ScoredRun, Decisions, tuple[CausedAlarm, ...] | None]:
    """Return a recording as a run to score, every decision of a new detector and, behind a mask, the causes of alarms.

    Raises UserError and PluginError naming the recording.
    """
    recording = read_recording(folder)
    truth = known_truth(folder, recording)
    try:
        built = build_detector(detector, recording.corridor, parameters, truth)
        if mask is not None:
            built = masked(built, mask.build(recording.corridor))
        log = CauseLog()
        decisions, estimates = collect(built, recording.frames, recording.corridor, log.add)
    except (UserError, PluginError) as error:
        raise at(folder, error) from error
    run = ScoredRun(name, recording.corridor, decisions.times_s, decisions.alarm, truth, estimates)
    return run, decisions, log.alarms
