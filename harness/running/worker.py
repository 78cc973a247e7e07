"""The process of one run: `laneblock.work()` in a process of its own, with an order's file as argument.

The order is a `harness.records.run_order.Order`, as JSON. Everything is written beside the order file, into `run/` and
`work/`; when the run is complete, `run/` becomes the order's `out`, in one step. A failure is written to `error.json` beside
the order (a `harness.records.failure.Failure`, with the traceback as its log), and the exit code names its cause: 2 the
user, 3 the machine, 1 a plug-in or a bug.

A worker does not outlive the process that started it (`harness.running.parent_end`).
"""

import contextlib
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from harness.records.atomic_files import move_folder
from harness.records.failure import Failure, failure_of
from harness.records.run_order import ERROR_FILE, Order
from harness.running.simulate_run import simulate_run
from scenarios.errors import PluginError, UserError, in_one_line


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
    except BaseException as error:
        failure = failure_of(error if isinstance(error, Exception) else _raised_by_a_detector(error))
        _report(box, failure)
        return failure.exit_code
    return 0


def _raised_by_a_detector(error: BaseException) -> PluginError:
    """The error of a detector that raises what ends a process: no one interrupts a worker."""
    named = PluginError(f"a detector raised {in_one_line(error)}")
    named.__cause__ = error
    return named


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


def main() -> None:
    """The command line of one worker."""
    if len(sys.argv) != 2:
        raise SystemExit("usage: laneblock.work() with the file of an order as argument")
    code = carry_out(Path(sys.argv[1]))
    with contextlib.suppress(OSError, ValueError):  # a full disk, or closed by a detector
        sys.stdout.flush()
    os._exit(code)  # at once, whatever threads a detector has left
