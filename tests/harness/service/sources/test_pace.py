import math
import threading
import time

import pytest

from harness.service.sources.pace import Pacer, read_pace
from scenarios.errors import UserError


def test_data_time_runs_at_the_pace() -> None:
    pacer = Pacer(100.0, threading.Event())
    started_s = time.monotonic()
    assert all(pacer.wait_until(1e9 + 10.0 * k) for k in range(4))
    assert time.monotonic() - started_s >= 0.3


def test_as_fast_as_possible_never_waits() -> None:
    pacer = Pacer(math.inf, threading.Event())
    started_s = time.monotonic()
    assert all(pacer.wait_until(3600.0 * k) for k in range(1000))
    assert time.monotonic() - started_s < 1


def test_a_stop_ends_the_wait() -> None:
    stopped = threading.Event()
    pacer = Pacer(1.0, stopped)
    pacer.wait_until(0.0)
    threading.Timer(0.05, stopped.set).start()
    assert not pacer.wait_until(1000.0)


@pytest.mark.parametrize("text", ["0", "-1", "fast", "nan", ""])
def test_what_is_no_pace_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="pace: wanted a number of data seconds per second over 0"):
        read_pace(text)
