"""Simulate one scenario with detectors that see each frame live, and write the run folder.

The folder's `run.json` is written last: a run that has it is complete. Every detector sees each frame before the
simulation continues, and all see the same frames.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from itertools import tee
from pathlib import Path

from detectors.fault_masking import masked
from harness.records.cause_log import CauseLog, write_causes
from harness.records.decisions import Step, write_decisions, write_estimates
from harness.records.failure import add_path_to_errors
from harness.records.provenance import provenance, versions
from harness.records.reason_log import ReasonLog, write_reasons
from harness.records.recorded_detectors import fingerprint_in, other_detectors, recorded_detectors
from harness.records.run_folder import RunFolder, write_record
from harness.records.run_inputs import checked_inputs
from harness.records.run_order import Job
from harness.running.build_detectors import build_detectors
from harness.running.carried_memory import CarriedMemory
from harness.running.fault_mask import unpack_mask
from harness.running.feed_detector import Collector, step_all
from harness.running.peak_memory import peak_memory_mb
from harness.running.sumo_traces import note_work
from scenarios.corridor import Corridor
from scenarios.errors import MachineError
from scenarios.fault import SensorFault
from simulator.frame import LoopFrame
from simulator.recording.corridor_file import write_corridor
from simulator.recording.fault_log import TRUE_LOOPS, write_faults
from simulator.recording.incident_log import RecordedIncident, write_incidents
from simulator.recording.loop_table import write_loops
from simulator.recording.traffic_file import write_traffic
from simulator.recording.truth_files import write_truth
from simulator.run import Outcome, Simulation

Watch = Callable[[Corridor, Mapping[str, Step]], None]
"""Called with the corridor and every detector's step, at the end of each frame, before the next is simulated."""


def simulate_run(
    job: Job,
    folder: Path,
    work: Path,
    gui: bool = False,
    watch: Watch | None = None,
    memory: CarriedMemory | None = None,
) -> None:
    """Simulate `job` and write its run folder into `folder`; SUMO's own files go into `work`. Both must exist.

    Detectors begin with the `memory` of the corridor, which holds what they have learned when the run is complete.

    Raises UserError for a scenario or parameters that are not valid, SumoError quoting SUMO where it refuses or fails,
    PluginError where a detector of another package fails, MachineError where SUMO, a detector's model or laneblock's code is
    another than the job names, UserError where the content of the user's files is. System errors name `folder` where they
    name no file.
    """
    installed = versions()["libsumo"]
    if job.sumo_version and installed != job.sumo_version:
        raise MachineError(
            f"this machine has SUMO {installed or '(none)'}, the other runs are made with {job.sumo_version}, and "
            "results change between versions: install the same on all machines"
        )
    started = time.perf_counter()
    inputs = checked_inputs(job)
    frames: list[LoopFrame] = []
    note_work(work, job.scenario)
    with add_path_to_errors(work), Simulation(job.scenario, work, job.backend, gui) as simulation:
        corridor = simulation.corridor
        detectors = build_detectors(job.detectors, corridor, work)
        mask = None if job.mask is None else unpack_mask(job.mask, work)
        made_by = recorded_detectors(job.detectors, job.mask)
        others = other_detectors({**made_by, "fingerprints": job.fingerprints or made_by["fingerprints"]}, made_by)
        if others:
            raise MachineError(f"this machine has another detector than the other runs: {'; '.join(others)}")
        prints = {name: fingerprint_in(made_by, name) for name in detectors}
        if memory is not None:
            for name, detector in detectors.items():
                memory.begin(name, prints[name], detector, corridor)
        if mask is not None:
            detectors = {name: masked(detector, mask.build(corridor)) for name, detector in detectors.items()}
        collectors = {name: Collector(corridor) for name in detectors}
        logs = {name: (CauseLog(), ReasonLog()) for name in detectors}
        streams = tee(simulation.frames(), len(detectors))
        stepping = (
            step_all(detector, stream, corridor) for detector, stream in zip(detectors.values(), streams, strict=True)
        )
        for steps in zip(*stepping, strict=True):
            frames.append(steps[0].frame)
            for name, step in zip(detectors, steps, strict=True):
                collectors[name].add(step)
                for log in logs[name]:
                    log.add(step)
            if watch is not None:
                watch(corridor, dict(zip(detectors, steps, strict=True)))
        outcome = simulation.finish()
    checked_inputs(job)  # SUMO reads routes as the simulation goes on
    with add_path_to_errors(folder):
        _write(folder, corridor, frames, outcome, collectors, job.scenario.faults)
        for name, (causes, reasons) in logs.items():
            if causes.alarms is not None:
                write_causes(RunFolder(folder).causes(name), causes.alarms, corridor)
            if reasons.alarms is not None:
                write_reasons(RunFolder(folder).reasons(name), reasons.alarms, corridor)
    record = {
        "scenario": job.scenario.model_dump(mode="json"),
        "seed": job.scenario.seed,
        **made_by,
        **inputs,
        **provenance(),
        "command": job.command,
        "wall_s": round(time.perf_counter() - started, 3),
        "peak_memory_mb": round(peak_memory_mb(), 1),
        "status": "done",
    }
    if memory is not None:
        record["site_memory"] = {name: memory.record(name) for name in detectors}
    with add_path_to_errors(folder):
        write_record(folder, record)
    if memory is not None and frames:
        for name, detector in detectors.items():
            memory.end(name, prints[name], detector, len(frames), frames[-1].time_s)


def _write(
    folder: Path,
    corridor: Corridor,
    frames: list[LoopFrame],
    outcome: Outcome,
    collectors: Mapping[str, Collector],
    faults: Sequence[SensorFault],
) -> None:
    run = RunFolder(folder)
    write_corridor(folder, corridor)
    write_loops(run.loops, corridor, frames)
    incidents = outcome.truth.incidents
    write_incidents(folder, [RecordedIncident(i.onset_s, i.clearance_s, i.position_m, i.lanes) for i in incidents])
    write_truth(folder, outcome.truth)
    write_traffic(folder, outcome.traffic)
    if outcome.true_frames is not None:
        write_faults(folder, corridor, faults)
        write_loops(folder / TRUE_LOOPS, corridor, outcome.true_frames)
    if outcome.twin_frames is not None:
        write_loops(run.twin_loops, corridor, outcome.twin_frames)
    for name, collector in collectors.items():
        write_decisions(run.decisions(name), collector.decisions)
        if collector.estimates is not None:
            write_estimates(run.estimates(name), collector.estimates)
