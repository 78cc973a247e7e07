"""Processes for a study: work that has not begun is cancelled when the study ends early."""

import time

import pytest

from harness.running.process_pool import process_pool


def test_work_not_yet_begun_is_cancelled_where_the_block_fails() -> None:
    waiting = []
    with pytest.raises(KeyboardInterrupt), process_pool(1) as pool:
        waiting += [pool.submit(time.sleep, 0.05) for _ in range(20)]
        raise KeyboardInterrupt
    assert waiting[-1].cancelled()
