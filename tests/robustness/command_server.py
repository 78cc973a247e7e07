"""Runs `laneblock` commands in forked processes, with limits: a script, started by `forked_command.CommandServer`.

It has imported all of laneblock when the first order comes, so that a command costs milliseconds instead of a second. An
order is a line of JSON on standard input, the answer a line of JSON on standard output (`forked_command.Order`, `Ended`).

Unless an order asks for SUMO, no simulation starts: libsumo and a battery's workers refuse, with NO_SUMO as their reason.
"""

import contextlib
import importlib
import json
import os
import pkgutil
import resource
import signal
import sys
import time
import types
from pathlib import Path
from typing import Any

NO_SUMO = "SUMO is not started in this trial"
"""Said by a command where it would have simulated: its input was accepted."""
GRACE_S = 1.0
"""Time that helpers of an ended command have to end. Chosen: those that end with their process take some milliseconds."""
POLL_S = 0.01
"""Between two looks at a running command. Chosen: less than the quickest command."""
SAVED_CHARACTERS = 20_000
"""Characters kept of an output from its start and from its end. Chosen: tables may be long, and messages come last."""
PRETENDING_WORKER = f"""
import json, pathlib, sys
told = {{"whose": "machine", "reason": {NO_SUMO!r}, "log": ""}}
(pathlib.Path(sys.argv[-1]).parent / "error.json").write_text(json.dumps(told))
sys.exit(3)
"""


def import_everything() -> None:
    """Import the four rooms, and what they import only when a command runs."""
    for room in ("scenarios", "simulator", "detectors", "harness"):
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            # Made for pytest, or a program: not for a command.
            if not module.name.endswith(("pytest_plugin", "pytest_fixture", "worker")):
                importlib.import_module(module.name)
    for name in ("scipy.optimize", "scipy.stats", "scipy.special", "sklearn.ensemble", "sklearn.neural_network"):
        importlib.import_module(name)


def refuse_sumo() -> None:
    """Let libsumo and workers say NO_SUMO in this process."""
    traci = importlib.import_module("traci")

    def refuse(*_: object) -> None:
        raise traci.exceptions.FatalTraCIError(NO_SUMO)

    refusing: Any = types.ModuleType("libsumo")
    refusing.start = refuse
    refusing.TraCIException = traci.exceptions.TraCIException
    refusing.FatalTraCIError = traci.exceptions.FatalTraCIError
    sys.modules["libsumo"] = refusing
    run_process: Any = importlib.import_module("harness.running.run_process")
    assert run_process.WORKER
    run_process.WORKER = (sys.executable, "-S", "-E", "-c", PRETENDING_WORKER)
    run_command: Any = importlib.import_module("harness.commands.run_command")
    assert run_command.watch_sumo
    run_command.watch_sumo = lambda context: None  # a process of its own would start SUMO all the same


def carry_out(order: dict[str, Any], out: int, err: int) -> None:
    """Be the command of an order; never return."""
    os.setsid()
    os.chdir(order["folder"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.environ.update(order["environment"])
    if not order["sumo"]:
        refuse_sumo()
    sys.argv = ["laneblock", *order["arguments"]]
    cli = importlib.import_module("harness.cli")
    code = 0
    try:
        cli.main(None)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        import traceback

        traceback.print_exc()
        code = 99
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    threads: Any = importlib.import_module("concurrent.futures.thread")
    with contextlib.suppress(Exception):
        threads._python_exit()
    os._exit(code)


def resident_mb(pid: int) -> float:
    """The largest memory that a process has had so far, in MB; 0 where it has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def watch(pid: int, limit_s: float, limit_mb: float) -> tuple[int, str, float, float]:
    """Wait for a process; return its exit code, the limit that ended it or "", wall time and peak memory."""
    started = time.monotonic()
    stopped, seen_mb = "", 0.0
    while True:
        ended, status, used = os.wait4(pid, os.WNOHANG)
        if ended:
            break
        seen_mb = max(seen_mb, resident_mb(pid))
        if not stopped and time.monotonic() - started > limit_s:
            stopped = "time"
        if not stopped and seen_mb > limit_mb:
            stopped = "memory"
        if stopped:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        time.sleep(POLL_S)
    wall_s = time.monotonic() - started
    return os.waitstatus_to_exitcode(status), stopped, wall_s, max(seen_mb, used.ru_maxrss / 1024)


def group_ends(pid: int) -> bool:
    """Whether no process of a group runs any more within GRACE_S; one that only waits to be noted by its parent has ended."""
    deadline = time.monotonic() + GRACE_S
    while runs_in_group(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True


def runs_in_group(pid: int) -> bool:
    """Whether a process of a group runs."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, group = file.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[:3]
            if int(group) == pid and state != "Z":
                return True
    return False


def answer(order: dict[str, Any]) -> dict[str, Any]:
    """Carry out an order in a forked process."""
    texts = []
    names = [Path(order["outputs"]) / name for name in ("stdout", "stderr")]
    out, err = (os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC) for name in names)
    pid = os.fork()
    if pid == 0:
        carry_out(order, out, err)
    code, stopped, wall_s, peak_mb = watch(pid, order["limit_s"], order["limit_mb"])
    left = not group_ends(pid)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    for name, opened in zip(names, (out, err), strict=True):
        os.close(opened)
        text = name.read_bytes().decode("utf-8", errors="replace")
        if len(text) > 2 * SAVED_CHARACTERS:
            text = f"{text[:SAVED_CHARACTERS]}[...]{text[-SAVED_CHARACTERS:]}"
        texts.append(text)
        name.unlink()
    return {
        "code": code,
        "stopped_by": stopped,
        "out": texts[0],
        "err": texts[1],
        "wall_s": wall_s,
        "peak_mb": peak_mb,
        "left_processes": left,
    }


def main() -> None:
    """Answer orders until standard input ends."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import_everything()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        answers.write(json.dumps(answer(json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
