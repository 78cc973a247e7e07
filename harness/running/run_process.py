"""One run in a process of its own, with a time limit: a run that crashes or hangs does not affect the others.

On this machine the run's folder appears in its place; from a cluster, which need not share a file system with this
machine, it comes back packed.
"""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

from detectors.plugin_notes import WATCH_FOLDER
from detectors.plugin_offers import described, offered
from harness.records.atomic_files import move_folder
from harness.records.failure import Failure, Whose, add_path_to_errors, end_of, failure_of
from harness.records.run_folder import recorded_scenario
from harness.records.run_order import ERROR_FILE, Job, Order
from harness.running.ended_process import disk_is_full, memory_kills, why_it_ended
from harness.running.sumo_traces import SumoTraces, files_of
from scenarios.errors import BUG, UserError
from scenarios.scenario import Scenario

WORKER = (sys.executable, "-P", "-X", "faulthandler", "-c", "import laneblock; laneblock.work()")
"""The command of a worker process; the order file is its argument. -P: the working folder is not on its import path. With its
fault handler, a crash and SIGABRT leave a traceback."""
OUTPUT_TAIL_CHARACTERS = 4000
"""Characters kept of a failed worker's output. Chosen."""
_POLL_S = 0.1
_TRACEBACK_S = 1.0
"""Time that a worker out of time has to write where it is. Chosen."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """The result of one run: `failure` is None where it succeeded; `packed` is its folder, where it was done elsewhere."""

    name: str
    wall_s: float
    failure: Failure | None = None
    output_tail: str = ""
    packed: bytes | None = None


def run_job(
    job: Job,
    place: Path | None,
    time_limit_s: float,
    stop: threading.Event | None = None,
) -> RunResult:
    """Do one run in a process of its own and return its result; a failed run raises nothing.

    Its folder appears in `place` under the scenario's name, or comes back packed where `place` is None. The run is done where
    that folder holds the record of this scenario, whatever the exit code of its process.
    """
    started = time.monotonic()
    name = job.scenario.name
    try:
        with tempfile.TemporaryDirectory(
            prefix=f".{name}.", suffix=".part", dir=place, ignore_cleanup_errors=True
        ) as folder:
            box = Path(folder)
            out = place / name if place else box / "done"
            order = box / "order.json"
            with add_path_to_errors(order):
                order.write_text(Order(job=job, out=out.absolute()).model_dump_json(), encoding="utf-8")
            failure = _watch(order, job, time_limit_s, stop)
            if _is_whole(out, job.scenario):
                failure = None
            elif failure is None:
                failure = _unexplained(job, 0, "its process ended with exit code 0 before it was done")
            tail = _output_tail(box / "output.txt") if failure else ""
            if failure is not None and failure.whose != "user":
                failure = replace(failure, log=failure.log or tail or "Its process wrote nothing.\n")
            packed = None if failure or place else _pack(out)
    except OSError as error:
        failure, tail, packed = failure_of(error), "", None
    return RunResult(name, time.monotonic() - started, failure, tail, packed)


def _is_whole(folder: Path, scenario: Scenario) -> bool:
    try:
        return recorded_scenario(folder) == scenario
    except (UserError, OSError):
        return False


def _unexplained(job: Job, code: int | None, reason: str) -> Failure:
    """The failure of a run whose process gave no reason: that of its detectors of other packages, where it has any.

    `code` is the exit code of its process, None where it was out of time.
    """
    packages = offered()
    foreign = [described(name, packages[name]) for name in job.detectors if name in packages]
    if foreign:
        return Failure("plug-in", f"{reason} (because of {' or '.join(foreign)}?)")
    whose: Whose = "laneblock" if code in (0, BUG) else "machine"
    return Failure(whose, reason)


def unpack(packed: bytes, out: Path) -> None:
    """Put a packed run folder at `out`, complete or not at all. The folder above must exist."""
    with tempfile.TemporaryDirectory(
        prefix=f".{out.name}.", suffix=".part", dir=out.parent, ignore_cleanup_errors=True
    ) as folder:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(Path(folder) / "run", filter="data")
        move_folder(Path(folder) / "run", out)


def _pack(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path in sorted(folder.iterdir()):
            archive.add(path, arcname=path.name)
    return buffer.getvalue()


def _watch(order: Path, job: Job, time_limit_s: float, stop: threading.Event | None) -> Failure | None:
    """Run the worker until it ends, is stopped, or is out of time; return why it failed, None where it succeeded."""
    deadline = time.monotonic() + time_limit_s
    with (order.parent / "output.txt").open("wb") as output:
        # A session of its own: Ctrl-C reaches us alone, and SUMO behind a socket is ended with its worker. The worker
        # ends when its standard input does, so it ends with us however we do.
        kills_before = memory_kills()
        process = subprocess.Popen(
            [*WORKER, str(order.absolute())],
            stdin=subprocess.PIPE,
            env={name: value for name, value in os.environ.items() if name != WATCH_FOLDER},  # its time limit is ours
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        with process:
            try:
                while True:
                    try:
                        code = process.wait(_POLL_S)
                        break
                    except subprocess.TimeoutExpired:
                        if stop is not None and stop.is_set():
                            return Failure("machine", "stopped")
                        if time.monotonic() > deadline:
                            _ask_where_it_is(process)
                            limit = f"not done within the time limit of {time_limit_s:g} s (more: --time-limit)"
                            return _unexplained(job, None, limit)
            finally:
                _end_group(process)
    return None if code == 0 else _failure(order.parent, job, code, kills_before)


def _ask_where_it_is(process: subprocess.Popen[bytes]) -> None:
    """End a process so that its fault handler writes a traceback into its output."""
    process.send_signal(signal.SIGABRT)
    with contextlib.suppress(subprocess.TimeoutExpired):  # it does not heed the signal
        process.wait(_TRACEBACK_S)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
    finally:
        process.wait()


def _failure(box: Path, job: Job, code: int, kills_before: int | None) -> Failure:
    """The failure that the worker wrote, or else one by its exit code."""
    try:
        return Failure(**json.loads((box / ERROR_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):  # it wrote none
        reason = why_it_ended(code, kills_before, box, _output_tail(box / "output.txt"))
        if code == -signal.SIGKILL or disk_is_full(box):
            return Failure("machine", reason)
        if code < 0:
            traces = SumoTraces(box / "work", files_of(job.scenario))
            found = _unexplained(job, code, f"{reason}{traces.words}")
            return replace(found, log=f"{_output_tail(box / 'output.txt')}\nSUMO's messages:\n{traces.log}\n")
        return _unexplained(job, code, reason)


def _output_tail(path: Path) -> str:
    try:
        return end_of(path, OUTPUT_TAIL_CHARACTERS)
    except OSError:
        return ""
