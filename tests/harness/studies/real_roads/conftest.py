"""A comparison on the recordings of two made roads (`made_recordings`)."""

from pathlib import Path

import pytest

from harness.running.road_recordings import roads_of
from harness.studies.real_roads.real_roads_study import RealRoads, compare_on_roads

NAMES = ("california7", "snd", "coin")


@pytest.fixture(scope="session")
def real_roads(made_recordings: Path, tmp_path_factory: pytest.TempPathFactory) -> RealRoads:
    """A comparison on them."""
    out = tmp_path_factory.mktemp("compared")
    return compare_on_roads(roads_of([made_recordings]), NAMES, out, 1, 1.0, lambda what, done, of: None)
