"""The pytest plug-in with the fixture `laneblock`: test a detector on a battery or on recordings.

    def test_my_detector(laneblock):
        result = laneblock.replay("shipped", detector="mine")
        result.check(dr_at_least=0.8, false_alarms_per_day_at_most=1, ttd_mean_s_at_most=120)

Results are cached between tests and sessions (`pytest_fixture`), also under pytest-xdist. A failing test prints the figures
and the report's path. No other file of laneblock is imported before a test uses the fixture, so a project under test may
have a `harness/` or a `detectors/` of its own; only the tests that use the fixture fail there, and say why.
"""

import os
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from laneblock import foreign_room

if TYPE_CHECKING:
    from harness.studies.baseline.fixture_result import FixtureResult
    from harness.studies.baseline.pytest_fixture import LaneblockFixture

_RESULTS = pytest.StashKey["list[FixtureResult]"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add laneblock's two options."""
    group = parser.getgroup("laneblock")
    group.addoption("--laneblock-cache", metavar="DIR", help="Where results are cached. [default: pytest's own cache]")
    group.addoption("--laneblock-fresh", action="store_true", help="Ignore cached results, and compute new ones.")


@pytest.fixture
def laneblock(request: pytest.FixtureRequest) -> "LaneblockFixture":
    """Return a `harness.studies.baseline.pytest_fixture.LaneblockFixture`, which replays detectors on batteries and recordings."""
    foreign = foreign_room()
    if foreign:
        pytest.fail(f"laneblock: {foreign}", pytrace=False)
    from harness.studies.baseline.pytest_fixture import LaneblockFixture

    results: list[FixtureResult] = []
    request.node.stash[_RESULTS] = results
    config = request.config
    # All workers of one pytest-xdist session share one fresh cache.
    session = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    return LaneblockFixture(_cache(config), session if config.getoption("--laneblock-fresh") else "", results.append)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the figures of the replayed detectors to the report of a failing test."""
    report = yield
    results = item.stash.get(_RESULTS, None)
    if results and report.when == "call" and report.failed:
        report.sections.append(("laneblock", "\n".join(str(one) for one in results)))
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
    if hasattr(config, "cache"):  # absent with -p no:cacheprovider
        return Path(config.cache.mkdir("laneblock"))
    from harness.records.private_folder import private_folder

    return private_folder(Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "laneblock" / "pytest")
