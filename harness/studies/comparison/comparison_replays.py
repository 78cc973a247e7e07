"""Every detector replayed on the same recordings, once: what it scored and where it alarmed, kept for as long as it holds.

    run folder --> read once --> every detector, at every aim it needs --> DIR/replays/RUN.npz

A detector with thresholds is replayed once, its scores tell every operating point; one without, once per aim. The file of a
run is kept with the detectors' fingerprints, a digest of their code and one of the recording, and made again where one of these
changed.
"""

import hashlib
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from detectors.calibration.aims import AIMS
from detectors.catalogue import DETECTORS, build, fingerprint
from detectors.threshold_detector import alarms
from harness.records.atomic_files import whole_file, write_text
from harness.records.detector_code import own_code
from harness.records.failure import Failure, failure_of
from harness.records.run_folder import RunFolder
from scenarios.corridor import Corridor
from scenarios.errors import PluginError, UserError
from simulator.frame import Array, Flags
from simulator.recording.recording_folder import read_recording


@dataclass(frozen=True, slots=True, eq=False)
class Replayed:
    """One run as every detector saw it: `times_s` (T,), `scores` (T, N) by detector, `alarms` (T, N) by detector and aim
    for those without thresholds, `failed`: what went wrong, by detector."""

    times_s: Array
    period_s: float
    scores: Mapping[str, Array]
    alarms: Mapping[tuple[str, float], Flags]
    failed: Mapping[str, str]

    def alarm(self, detector: str, aim: float, threshold: float | None = None) -> Flags:
        """(T, N) alarms at an aim; at `threshold` instead, where one is given."""
        if threshold is None and (detector, aim) in self.alarms:
            return self.alarms[detector, aim]
        thresholds = DETECTORS[detector].thresholds
        assert thresholds is not None
        return alarms(self.scores[detector], thresholds()[aim] if threshold is None else threshold, self.period_s)


def aims_of(name: str, corridor: Corridor) -> tuple[list[float], str]:
    """The aims that a detector comes with settings for, and what it says of the others."""
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
) -> Iterator[tuple[str, Replayed | Exception]]:
    """The runs as they get done, by name; what is there already and still holds, first. Failures are told, not raised."""
    todo = []
    made_by = {name: "".join(fingerprint(name, aim=aim) for aim in AIMS) for name in names}
    for folder in folders:
        try:
            key = own_code() + _recording_digest(folder)
            known = _read(_file(out, folder), made_by, key)
        except OSError as missing:  # a run whose recording is not there
            yield folder.name, missing
            continue
        if known is None:
            todo.append((folder, key))
        else:
            yield folder.name, known
    if not todo:
        return
    with ProcessPoolExecutor(jobs) as pool:
        waiting = {pool.submit(_replay, folder, made_by, _file(out, folder), key): folder.name for folder, key in todo}
        try:
            for done in as_completed(waiting):
                error = done.exception()
                if isinstance(error, Exception):
                    yield waiting[done], error
                else:
                    yield waiting[done], done.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _file(out: Path, folder: RunFolder) -> Path:
    return out / "replays" / f"{folder.name}.npz"


def _recording_digest(folder: RunFolder) -> str:
    recording = hashlib.sha256(folder.corridor.read_bytes())
    recording.update(folder.loops.read_bytes())
    return recording.hexdigest()


def _replay(folder: RunFolder, made_by: Mapping[str, str], file: Path, key: str) -> Replayed:
    recording = read_recording(folder.path)
    times_s = np.array([frame.time_s for frame in recording.frames])
    scores, alarmed, failed = {}, {}, {}
    for name in made_by:
        several = DETECTORS[name].thresholds is None
        for aim in aims_of(name, recording.corridor)[0] if several else AIMS[:1]:
            try:
                detector = build(name, recording.corridor, aim=aim)
                decisions = [detector.step(frame) for frame in recording.frames]
            except Exception as error:  # one detector that fails must not stop the others
                log = file.parents[1] / "failed" / f"{folder.name}-{name}.log.txt"
                failed[name] = str(_kept(failure_of(error), log))
                break
            scores[name] = np.array([decision.score for decision in decisions])
            if several:
                alarmed[name, aim] = np.array([decision.alarm for decision in decisions])
    done = Replayed(times_s, recording.corridor.period_s, scores, alarmed, failed)
    if not failed:
        _write(file, done, made_by, key)
    return done


def _kept(failure: Failure, log: Path) -> Failure:
    """The failure with its log in a file, where it has one."""
    if not failure.log:
        return failure
    write_text(log, failure.log)
    return replace(failure, log_file=log)


def _write(file: Path, done: Replayed, made_by: Mapping[str, str], key: str) -> None:
    arrays = {"times_s": done.times_s, "period_s": np.array(done.period_s), "key": np.array(key)}
    arrays |= {f"made by {name}": np.array(fingerprints) for name, fingerprints in made_by.items()}
    arrays |= {f"score {name}": score for name, score in done.scores.items()}
    arrays |= {f"alarm {name} {aim:g}": alarm for (name, aim), alarm in done.alarms.items()}
    file.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(file, ".npz") as part:
        np.savez_compressed(part, **arrays)  # type: ignore[arg-type]  # the names of arrays are no options


def _read(file: Path, made_by: Mapping[str, str], key: str) -> Replayed | None:
    if not file.is_file():
        return None
    try:
        with file.open("rb") as opened, np.load(opened) as kept:  # numpy leaves a file that is cut off open
            if str(kept["key"]) != key:
                return None
            if any(str(kept[f"made by {name}"]) != fingerprints for name, fingerprints in made_by.items()):
                return None
            alarmed = {
                (name, aim): kept[f"alarm {name} {aim:g}"]
                for name in made_by
                for aim in AIMS
                if f"alarm {name} {aim:g}" in kept
            }
            scores = {name: kept[f"score {name}"] for name in made_by}
            return Replayed(kept["times_s"], float(kept["period_s"]), scores, alarmed, {})
    except (
        OSError,
        EOFError,
        KeyError,
        ValueError,
        zipfile.BadZipFile,
        zlib.error,
    ):  # cut off, or of another version: made again
        return None
