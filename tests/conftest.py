"""What holds for all tests: one OpenMP thread in their own process, and no silent skip where their servers must be there.

With LANEBLOCK_MUST_RUN="postgres redis" in the environment, a skipped test with one of these marks makes the session fail: CI sets
it, so that a server that did not start is not taken for a pass.
"""

import gc
import os
import sys
from collections.abc import Iterator

import pytest

# scikit-learn's threads wait for each other where tests run side by side.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Commands that tests start compile every module anew where bytecode is not kept: a sixth of a service's start.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

MUST_RUN = frozenset(os.environ.get("LANEBLOCK_MUST_RUN", "").split())
_skipped: dict[str, list[str]] = {}


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Keep the garbage collector off what is collected: a million objects that all live to the end, walked again and again."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    for mark in MUST_RUN & report.keywords.keys():
        if report.skipped:
            _skipped.setdefault(mark, []).append(report.nodeid)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for mark, tests in sorted(_skipped.items()):
        terminalreporter.write_line(
            f"{len(tests)} tests marked {mark!r} were skipped, and LANEBLOCK_MUST_RUN wants them: {tests[0]} ..."
        )


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
