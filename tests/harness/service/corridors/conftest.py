"""Detectors of the tests in the catalogue."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from detectors.catalogue import DETECTORS, Entry
from detectors.detector import Detector
from scenarios.corridor import Corridor
from tests.harness.service.corridors import played_frames


@pytest.fixture(scope="module", autouse=True)
def alarming() -> Iterator[None]:
    """Let the catalogue have the detector `alarming`."""

    def build(corridor: Corridor, parameters: Path | None, aim: float) -> Detector:
        return played_frames.Alarming(corridor)

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(DETECTORS, "alarming", Entry("alarming", "told to", build, module=played_frames.__name__))
        yield
