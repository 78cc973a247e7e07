"""A process and its helpers do not outlive the one that started it, not even where C code keeps Python's threads from running."""

import os
import signal
import subprocess
import sys
import time

CHILD = """
import ctypes, subprocess, sys
from harness.running.parent_end import end_with_parent
end_with_parent()
helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], stdin=subprocess.DEVNULL)
print(helper.pid, flush=True)
{then}
"""
PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {child!r}], stdin=subprocess.PIPE, start_new_session=True)
print(child.pid, flush=True)
child.wait()
print("waited", flush=True)
sys.stdin.read()
"""


def parent_of_a_child(then: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", PARENT.format(child=CHILD.format(then=then))]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_a_process_that_is_stuck_in_c_code_and_its_helper_end_when_its_parent_is_killed() -> None:
    with parent_of_a_child("ctypes.PyDLL(None).sleep(60)") as parent:
        assert parent.stdout is not None
        child, helper = int(parent.stdout.readline()), int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    assert is_gone(child)
    assert is_gone(helper)


def test_nothing_waits_for_the_watching_process() -> None:
    with parent_of_a_child("helper.kill(); helper.wait(); import os; os.waitpid(-1, 0)") as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.stdout.readline()
        assert parent.stdout.readline() == "waited\n"  # the child had no other child to wait for
        assert is_gone(child)
        parent.kill()


def is_gone(number: int) -> bool:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False
