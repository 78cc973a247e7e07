"""Processes for a study: work that has not begun is cancelled when the study ends early."""

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
