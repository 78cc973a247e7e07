"""Replays of every detector on the same recordings; scores and alarms are kept until a detector or a recording changes.

    run folder --> read once --> every detector, at every aim it needs --> DIR/replays/RUN.npz

A detector with thresholds is replayed once, since its scores give every operating point; one without, once per aim. The file
of a run holds the detectors' fingerprints, a digest of the code and one of the recording; where one of these has changed, it is
written again.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from detectors.calibration.aims import AIMS
from detectors.catalogue import DETECTORS, build, fingerprint
from harness.records.atomic_files import write_text
from harness.records.detector_code import own_code_digest, simulation_code_digest
from harness.records.failure import Failure, failure_of, note_log_file
from harness.records.kept_arrays import key_of, read_kept, replay_file, write_kept
from harness.records.run_folder import RunFolder
from harness.running.process_pool import process_pool
from scenarios.corridor import Corridor
from scenarios.errors import PluginError, UserError
from simulator.frame import Array, Flags
from simulator.recording.recording_folder import read_recording


@dataclass(frozen=True, slots=True, eq=False)
class ComparisonReplay:
    """Replays of one run: `times_s` (T,), `scores` (T, N) by detector, `alarms` (T, N) by detector and aim for those
    without thresholds, `failed`: why, by detector."""

    times_s: Array
    period_s: float
    scores: Mapping[str, Array]
    alarms: Mapping[tuple[str, float], Flags]
    failed: Mapping[str, Failure]

    def alarm(self, detector: str, corridor: Corridor, aim: float, threshold: float | None = None) -> Flags:
        """Return the (T, N) alarms at an aim; at `threshold` instead, where one is given."""
        if threshold is None and (detector, aim) in self.alarms:
            return self.alarms[detector, aim]
        entry = DETECTORS[detector]
        assert entry.thresholds is not None
        chosen = entry.thresholds()[aim] if threshold is None else threshold
        return entry.alarms(self.scores[detector], chosen, self.times_s, corridor)


def detector_aims(name: str, corridor: Corridor) -> tuple[list[float], str]:
    """Return the aims that a detector has settings for, and its error for the others; "" without one."""
    fit, reason = [], ""
    for aim in AIMS:
        try:
            build(name, corridor, aim=aim)
            fit.append(aim)
        except (UserError, PluginError) as error:
            reason = reason or str(error)
    return fit, reason


def replay_all(
    folders: Sequence[RunFolder], names: Sequence[str], out: Path, jobs: int
) -> Iterator[tuple[str, ComparisonReplay | Exception]]:
    """Yield replays by the run's name as they finish, those kept first; a failure is yielded, not raised.

    Raises MachineError where a process is lost.
    """
    todo = []
    made_by = {name: "".join(fingerprint(name, aim=aim) for aim in AIMS) for name in names}
    for folder in folders:
        try:
            code = own_code_digest(), simulation_code_digest()
            key = key_of(*code, folder.corridor.read_bytes(), folder.loops.read_bytes())
            known = _read(replay_file(out, folder.name), made_by, key)
        except OSError as missing:  # a run whose recording is not there
            yield folder.name, missing
            continue
        if known is None:
            todo.append((folder, key))
        else:
            yield folder.name, known
    if not todo:
        return
    with process_pool(jobs) as pool:
        waiting = {
            pool.submit(folder.name, _replay, folder, made_by, replay_file(out, folder.name), key): folder.name
            for folder, key in todo
        }
        for done in as_completed(waiting):
            error = done.exception()
            if isinstance(error, BrokenExecutor):
                raise error
            if isinstance(error, Exception):
                log = out / "failed" / f"{waiting[done]}.log.txt"
                note_log_file(error, _with_log_file(failure_of(error), log).log_file)
            yield waiting[done], error if isinstance(error, Exception) else done.result()


def _replay(folder: RunFolder, made_by: Mapping[str, str], file: Path, key: str) -> ComparisonReplay:
    recording = read_recording(folder.path)
    times_s = np.array([frame.time_s for frame in recording.frames])
    scores, alarms_by_aim, failed = {}, {}, {}
    for name in made_by:
        own_rules = DETECTORS[name].thresholds is None
        for aim in detector_aims(name, recording.corridor)[0] if own_rules else AIMS[:1]:
            try:
                detector = build(name, recording.corridor, aim=aim)
                decisions = [detector.step(frame) for frame in recording.frames]
            except Exception as error:  # one detector that fails must not stop the others
                log = file.parents[1] / "failed" / f"{folder.name}-{name}.log.txt"
                failed[name] = _with_log_file(failure_of(error), log)
                break
            scores[name] = np.array([decision.score for decision in decisions])
            if own_rules:
                alarms_by_aim[name, aim] = np.array([decision.alarm for decision in decisions])
    done = ComparisonReplay(times_s, recording.corridor.period_s, scores, alarms_by_aim, failed)
    if not failed:
        _write(file, done, made_by, key)
    return done


def _with_log_file(failure: Failure, log: Path) -> Failure:
    """Write the log of the failure to `log`, and return the failure with its path."""
    if not failure.log:
        return failure
    write_text(log, failure.log)
    return replace(failure, log_file=log)


def _write(file: Path, done: ComparisonReplay, made_by: Mapping[str, str], key: str) -> None:
    arrays = {"times_s": done.times_s, "period_s": np.array(done.period_s)}
    arrays |= {f"made by {name}": np.array(fingerprints) for name, fingerprints in made_by.items()}
    arrays |= {f"score {name}": score for name, score in done.scores.items()}
    arrays |= {f"alarm {name} {aim:g}": alarm for (name, aim), alarm in done.alarms.items()}
    write_kept(file, key, arrays)


def _read(file: Path, made_by: Mapping[str, str], key: str) -> ComparisonReplay | None:
    kept = read_kept(file, key)
    if kept is None or any(str(kept.get(f"made by {name}")) != by for name, by in made_by.items()):
        return None
    alarms_by_aim = {
        (name, aim): kept[f"alarm {name} {aim:g}"]
        for name in made_by
        for aim in AIMS
        if f"alarm {name} {aim:g}" in kept
    }
    scores = {name: kept[f"score {name}"] for name in made_by}
    return ComparisonReplay(kept["times_s"], float(kept["period_s"]), scores, alarms_by_aim, {})
