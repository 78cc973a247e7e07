"""One run is one process: `python -m harness.running.worker ORDER.json`.

The order is a `harness.records.run_order.Order` as JSON. Everything is written beside the order file, into `run/` and `work/`; when
the run is whole, `run/` becomes the order's `out`, in one step. A failure is told in `error.json` beside the order
({"reason": one line}) and by the exit code: 2 for an order that cannot be carried out, 1 for anything unforeseen.

A worker does not outlive the process that started it: when its standard input ends, it ends, with what it started.
"""

import contextlib
import json
import os
import signal
import sys
import threading
import traceback
from pathlib import Path

from harness.records.run_order import ERROR_FILE, Order
from harness.running.simulate_run import play


def carry_out(order_file: Path) -> int:
    """Do one order; returns the exit code, and never raises for a run that fails."""
    box = order_file.parent
    try:
        order = Order.model_validate_json(order_file.read_text(encoding="utf-8"))
        run, work = box / "run", box / "work"
        run.mkdir()
        work.mkdir()
        play(order.job, run, work)
        run.rename(order.out)
    except (ValueError, RuntimeError, OSError) as error:
        _tell(box, str(error) or type(error).__name__)
        return 2
    except Exception as error:
        traceback.print_exc()
        _tell(box, f"{type(error).__name__}: {error}")
        return 1
    return 0


def _tell(box: Path, reason: str) -> None:
    line = " ".join(reason.split())
    with contextlib.suppress(OSError):  # a full disk: the exit code is what is left
        (box / ERROR_FILE).write_text(json.dumps({"reason": line}), encoding="utf-8")
    with contextlib.suppress(OSError):
        sys.stderr.write(f"laneblock: {line}\n")
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
