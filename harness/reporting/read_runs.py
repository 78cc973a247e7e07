"""Finished runs read from their folders for a report: frames, truth, and the decisions of one detector."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.records.decisions import Decisions, EstimateRow, read_decisions, read_estimates
from harness.records.known_truth import known_truth
from harness.records.reason_log import read_reasons
from harness.records.run_folder import RunFolder, read_record, recorded_scenario
from harness.reporting.figures.run_picture import RunPicture, aligned, estimate_paths, shown_alarms, stack_frames
from harness.reporting.number_text import first_names
from harness.scoring.detection_score import Score
from harness.scoring.score_runs import ScoredRun
from scenarios.run_labels import run_labels
from scenarios.scenario import Scenario
from simulator.frame import LoopFrame
from simulator.recording.loop_table import read_loops
from simulator.recording.recording_folder import Recording, read_recording
from simulator.recording.traffic_file import read_traffic
from simulator.traffic_account import TrafficAccount
from simulator.truth import Truth


@dataclass(frozen=True, slots=True, eq=False)
class ReportedRun:
    """One finished run and one detector's decisions on it; `record` is its run.json.

    `truth` is None where incidents are not known; `twin_frames` None where no twin was run; `estimates` None
    for a detector that makes none; `scenario` None where the run is a recording; `traffic` None where it was not recorded.
    `reasons`, of a detector that says why, by section and raise [ms] of each alarm; None from any other, and in runs of an
    older laneblock.
    """

    name: str
    record: Mapping[str, Any]
    scenario: Scenario | None
    recording: Recording
    twin_frames: tuple[LoopFrame, ...] | None
    truth: Truth | None
    decisions: Decisions
    estimates: tuple[EstimateRow, ...] | None
    traffic: TrafficAccount | None
    reasons: Mapping[tuple[int, int], str] | None = None


def read_run(folder: RunFolder, detector: str) -> ReportedRun:
    """Read a finished run. Raises MissingFileError or UserError naming the file that is missing or does not fit."""
    record = read_record(folder.path)
    recording = read_recording(folder.path)
    twin = folder.twin_loops
    estimates = folder.estimates(detector)
    return ReportedRun(
        name=folder.name,
        record=record,
        scenario=recorded_scenario(folder.path),
        recording=recording,
        twin_frames=read_loops(twin, recording.corridor) if twin.is_file() else None,
        truth=known_truth(folder.path, recording),
        decisions=read_decisions(folder.decisions(detector)),
        estimates=read_estimates(estimates) if estimates.is_file() else None,
        traffic=read_traffic(folder.path),
        reasons=read_reasons(folder.reasons(detector)),
    )


def run_to_score(run: ReportedRun) -> ScoredRun:
    """Return the input of the scorer: decisions, truth and factors of the run."""
    corridor, scenario = run.recording.corridor, run.scenario
    return ScoredRun(
        name=run.name,
        corridor=corridor,
        times_s=run.decisions.times_s,
        alarm=run.decisions.alarm,
        truth=run.truth,
        estimates=run.estimates,
        factors={} if scenario is None else run_labels(scenario, corridor),
        reasons=run.reasons or {},
    )


def run_picture(run: ReportedRun, score: Score) -> RunPicture:
    """Return what the figures of the run are drawn from, with the alarms of `score` and their verdicts."""
    times_s, count, speed, occupancy = stack_frames(run.recording.frames)
    twin_count = None
    if run.twin_frames and not (run.truth and len(run.truth.incidents) > 1):  # a twin is without one of them
        twin_times_s, twin, _, _ = stack_frames(run.twin_frames)
        twin_count = aligned(times_s, twin_times_s, twin)
    return RunPicture(
        name=run.name,
        corridor=run.recording.corridor,
        times_s=times_s,
        count=count,
        speed=speed,
        occupancy=occupancy,
        twin_count=twin_count,
        score=aligned(times_s, run.decisions.times_s, run.decisions.score),
        decided=aligned(times_s, run.decisions.times_s, run.decisions.alarm.astype(np.float64)) == 1,
        alarms=shown_alarms(score, run.name),
        incidents=() if run.truth is None else run.truth.incidents,
        truth_lanes=() if run.truth is None else run.truth.lanes,
        estimates=estimate_paths(run.estimates or (), times_s),
    )


def unrealistic_traffic(truths: Mapping[str, Truth | None]) -> tuple[str, ...]:
    """Return a notice that names the runs in which vehicles collided or were teleported; `truths` by the run's name."""
    bad = [name for name, truth in truths.items() if truth is not None and (truth.collisions or truth.teleports)]
    if not bad:
        return ()
    return (f"Not to be trusted: vehicles collided or were teleported in {len(bad)} runs: {first_names(bad)}.",)
