"""A replay's errors name the recording, and stay what they are."""

from pathlib import Path

import pytest

from detectors.catalogue import DETECTORS
from detectors.catalogue_entry import Entry
from detectors.detector import Detector
from harness.running.replay_recording import replay_recording
from scenarios.corridor import Corridor
from scenarios.errors import PluginError, UserError

GOLDEN = Path(__file__).parents[2] / "golden" / "smoke-incident-2"


@pytest.mark.parametrize("error", [UserError("no such lane"), PluginError("detector 'theirs' failed")])
def test_an_error_of_the_user_or_of_a_plug_in_names_the_recording(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(corridor: Corridor, parameters: Path | None, aim: float) -> Detector:
        raise error

    monkeypatch.setitem(DETECTORS, "theirs", Entry("theirs", "", build))
    with pytest.raises(type(error), match=f"{GOLDEN}: {error}"):
        replay_recording("one", GOLDEN, "theirs", None)


def test_a_bug_stays_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    def build(corridor: Corridor, parameters: Path | None, aim: float) -> Detector:
        raise ValueError("operands could not be broadcast together")

    monkeypatch.setitem(DETECTORS, "theirs", Entry("theirs", "", build))
    with pytest.raises(ValueError, match=r"^operands") as raised:
        replay_recording("one", GOLDEN, "theirs", None)
    assert not isinstance(raised.value, UserError)
