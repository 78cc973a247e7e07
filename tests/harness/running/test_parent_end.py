"""A process does not outlive the one that started it, not even where C code keeps Python's threads from running."""

import os
import signal
import subprocess
import sys
import time

import pytest

CHILD = """
import ctypes
from harness.running.parent_end import end_with_parent
end_with_parent()
print("ready", flush=True)
ctypes.PyDLL(None).sleep(60)
"""
PARENT = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {CHILD!r}], stdin=subprocess.PIPE, start_new_session=True)
print(child.pid, flush=True)
child.wait()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux kills it there")
def test_a_process_that_is_stuck_in_c_code_ends_when_its_parent_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        number = int(parent.stdout.readline())
        assert parent.stdout.readline() == "ready\n"
        parent.send_signal(signal.SIGKILL)
    until = time.monotonic() + 20
    while _is_there(number) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _is_there(number)


def _is_there(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True
