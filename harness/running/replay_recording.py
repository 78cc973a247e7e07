"""Replay one recording through a new detector, frame by frame. Nothing here needs SUMO."""

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

from detectors.catalogue import DETECTORS, build, fingerprint
from detectors.detector import Decision, Detector
from detectors.fault_masking import masked
from harness.records.cause_log import CausedAlarm, CauseLog
from harness.records.decisions import Decisions, EstimateRow, Step, open_estimates
from harness.records.known_truth import known_truth
from harness.running.carried_memory import CarriedMemory
from harness.running.fault_mask import FaultMask
from harness.running.feed_detector import collect
from harness.scoring.judged_sections import SightCount
from harness.scoring.oracle_detector import Oracle
from harness.scoring.score_runs import ScoredRun
from harness.scoring.scored_estimates import ScoredEstimates
from scenarios.corridor import Corridor
from scenarios.errors import PluginError, UserError, at
from simulator.recording.recording_folder import open_recording
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


def begin_with(
    memory: CarriedMemory | None, name: str, detector: Detector, corridor: Corridor, parameters: Path | None
) -> None:
    """Let a new detector begin with the memory, if there is one. Raises UserError as `CarriedMemory.begin` does."""
    if memory is not None:
        memory.begin(name, "" if name == ORACLE else fingerprint(name, parameters), detector, corridor)


def replay_recording(
    name: str,
    folder: Path,
    detector: str,
    parameters: Path | None,
    mask: FaultMask | None = None,
    estimates_file: Path | None = None,
    show: Callable[[float], None] = lambda share: None,
    watch: Callable[[Step], None] = lambda step: None,
    memory: CarriedMemory | None = None,
) -> tuple[ScoredRun, Decisions, tuple[CausedAlarm, ...] | None]:
    """Return a recording as a run to score, every decision of a new detector and, behind a mask, the causes of alarms.

    Frames are read as the detector gets them, and of its estimates only those that scoring reads are kept: what is in memory
    are the decisions. All estimates go to `estimates_file`, which is there when the replay is complete. `show` is told the
    share of the recording that has been replayed; `watch` is called with every step as it is made. With a `memory` the detector
    begins with what it holds, and it holds what the detector has learned when the recording is over; its file is not written.
    Raises UserError and PluginError naming the recording.
    """
    recording = open_recording(folder, show)
    corridor, truth = recording.corridor, known_truth(folder, recording)
    scored = ScoredEstimates(corridor.sections, truth)
    log = CauseLog()
    entry = None if detector == ORACLE else DETECTORS[detector]
    with ExitStack() as files:
        write: Callable[[Iterable[EstimateRow]], None] | None = None

        def follow(step: Step) -> None:
            log.add(step)
            seen.add(step.frame, step.decision.score)
            watch(step)

        def keep(decision: Decision, rows: Sequence[EstimateRow]) -> list[EstimateRow]:
            nonlocal write
            if write is None and estimates_file is not None:
                write = files.enter_context(open_estimates(estimates_file))
            if write is not None:
                write(rows)
            return scored.pick(decision, rows)

        try:
            built = build_detector(detector, corridor, parameters, truth)
            seen = SightCount(entry, () if entry is None else entry.needed(parameters))
            begin_with(memory, detector, built, corridor, parameters)
            if mask is not None:
                built = masked(built, mask.build(corridor))
            decisions, estimates = collect(built, recording.frames, corridor, follow, keep)
            if memory is not None and decisions.times_s.size:
                frames, last_s = decisions.times_s.size, float(decisions.times_s[-1])
                memory.keep(detector, fingerprint(detector, parameters), built, frames, last_s)
        except (UserError, PluginError) as error:
            if str(error).startswith(
                f"{folder}{os.sep}"
            ):  # a file of the recording, which the message names with its line
                raise
            raise at(folder, error) from error
    run = ScoredRun(name, corridor, decisions.times_s, decisions.alarm, truth, estimates, sight=seen.sight)
    return run, decisions, log.alarms
