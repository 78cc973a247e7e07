"""The fixture `laneblock`, for tests of your own: a battery or recordings through a detector, in three lines.

    def test_mine_finds_what_it_should(laneblock):
        tried = laneblock.replay("shipped", detector="mine")
        tried.check(dr_at_least=0.8, false_alarms_per_day_at_most=1, ttd_mean_s_at_most=120)

Results are cached between tests and sessions (`pytest_fixture`), safe under pytest-xdist. Where a test fails, the figures and
the report's path are printed with it. Nothing of ours but this file is imported before a test asks for the fixture.
"""

import os
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from harness.studies.baseline.pytest_fixture import Bench, Tried

_TRIED = pytest.StashKey["list[Tried]"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Two options of ours."""
    group = parser.getgroup("laneblock")
    group.addoption("--laneblock-cache", metavar="DIR", help="Where results are cached. [default: pytest's own cache]")
    group.addoption("--laneblock-fresh", action="store_true", help="Leave cached results alone, and make new ones.")


@pytest.fixture
def laneblock(request: pytest.FixtureRequest) -> "Bench":
    """Tries detectors on batteries and recordings: see `harness.studies.baseline.pytest_fixture.Bench`."""
    from harness.studies.baseline.pytest_fixture import Bench

    tried: list[Tried] = []
    request.node.stash[_TRIED] = tried
    config = request.config
    # All workers of one pytest-xdist session share one fresh cache.
    session = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    return Bench(_cache(config), session if config.getoption("--laneblock-fresh") else "", tried.append)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell of what was tried, where the test fails."""
    report = yield
    tried = item.stash.get(_TRIED, None)
    if tried and report.when == "call" and report.failed:
        report.sections.append(("laneblock", "\n".join(str(one) for one in tried)))
    return report


def _cache(config: pytest.Config) -> Path:
    chosen = config.getoption("--laneblock-cache")
    if chosen:
        from harness.records.output_paths import check_out
        from scenarios.errors import UserError

        try:
            check_out(Path(chosen), "--laneblock-cache")
        except UserError as error:
            raise pytest.UsageError(str(error)) from None
        return Path(chosen)
    if hasattr(config, "cache"):  # not there with -p no:cacheprovider
        return Path(config.cache.mkdir("laneblock"))
    return Path(tempfile.gettempdir()) / f"laneblock-{os.getuid()}"
