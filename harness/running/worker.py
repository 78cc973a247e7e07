"""The process of one run: `python -m harness.running.worker ORDER.json`.

The order is a `harness.records.run_order.Order` as JSON. Everything is written beside the order file, into `run/` and `work/`; when
the run is complete, `run/` becomes the order's `out`, in one step. A failure is written to `error.json` beside the order
(a `harness.records.failure.Failure`, with the traceback as its log), and the exit code names its cause: 2 the user,
3 the machine, 1 a plug-in or a bug.

A worker does not outlive the process that started it: when its standard input ends, it ends with all it started.
"""

import contextlib
import json
import os
import signal
import sys
import threading
from dataclasses import asdict
from pathlib import Path

from harness.records.atomic_files import move_folder
from harness.records.failure import Failure, failure_of
from harness.records.run_order import ERROR_FILE, Order
from harness.running.simulate_run import simulate_run
from scenarios.errors import UserError


def carry_out(order_file: Path) -> int:
    """Do one order and return the exit code; a failed run raises nothing."""
    box = order_file.parent
    try:
        order = _read(order_file)
        run, work = box / "run", box / "work"
        run.mkdir()
        work.mkdir()
        simulate_run(order.job, run, work)
        move_folder(run, order.out)
    except Exception as error:
        failure = failure_of(error)
        _report(box, failure)
        return failure.exit_code
    return 0


def _read(order_file: Path) -> Order:
    try:
        return Order.model_validate_json(order_file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UserError(f"{order_file}: no order for this version of laneblock: {error}") from None


def _report(box: Path, failure: Failure) -> None:
    with contextlib.suppress(OSError):  # a full disk: the exit code is still returned
        (box / ERROR_FILE).write_text(json.dumps(asdict(failure)), encoding="utf-8")
    with contextlib.suppress(OSError):
        sys.stderr.write(f"laneblock: {failure.reason}\n")
        sys.stderr.flush()


def _end_with_parent() -> None:
    """Wait until standard input ends, then end this process and all of its group (SUMO behind a socket, say)."""
    while os.read(0, 1024):
        pass
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def main() -> None:
    """The command line of one worker."""
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m harness.running.worker ORDER.json")
    if not os.isatty(0):
        threading.Thread(target=_end_with_parent, daemon=True).start()
    raise SystemExit(carry_out(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
