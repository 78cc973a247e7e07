"""Processes for a study: work that has not begun is cancelled when the study ends early, and none outlives the study."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import CancelledError, Future

import pytest

from harness.running.process_pool import process_pool


def test_work_not_yet_begun_is_cancelled_where_the_block_fails() -> None:
    waiting: list[Future[None]] = []

    def interrupted() -> None:
        with process_pool(1) as pool:
            waiting.extend(pool.submit(time.sleep, 0.1) for _ in range(20))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with pytest.raises(CancelledError):
        waiting[-1].result(timeout=10)


STUDY = """
import time
from harness.running.process_pool import process_pool
with process_pool(2) as pool:
    print(*pool.map(abs, range(4)), flush=True)
    time.sleep(60)
"""


def test_processes_end_with_a_study_that_is_killed() -> None:
    command = [sys.executable, "-c", STUDY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as study:
        assert study.stdout is not None
        assert study.stdout.readline() == "0 1 2 3\n"
        study.kill()
        try:
            said, _ = study.communicate(timeout=20)  # its processes hold the other end of the pipe, too
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(study.pid, signal.SIGKILL)
    assert said == ""
