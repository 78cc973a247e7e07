"""`laneblock convert incidents`: a log beside a recording, what was assumed, and what is refused."""

from pathlib import Path

import numpy as np
import pytest

from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame
from simulator.recording.recording_folder import Recording, read_recording, write_recording
from tests.harness.command_line import calling

LOG = "ID,Road,Dir,MP,Start,End,Type,Lanes\n5,I-9,NB,3.5,6/20/2024 00:10,6/20/2024 00:30,Crash,left lane\n"


@pytest.fixture
def recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An hour of two stations whose names say mileposts 3 and 4."""
    monkeypatch.chdir(tmp_path)
    corridor = Corridor("I-9 NB", 60.0, (Station("MP 3.0", 0.0, 2), Station("MP 4.0", 1609.0, 2)))
    values = np.ones((2, 2))
    frames = tuple(LoopFrame(60.0 * (k + 1), values, 20 * values, 0.05 * values) for k in range(60))
    folder = tmp_path / "monday"
    write_recording(folder, Recording(corridor, frames, None))
    path = folder / "corridor.toml"
    path.write_text('zero = "2024-06-20T00:00:00-05:00"\n' + path.read_text())
    Path("log.csv").write_text(LOG)
    return folder


def test_a_log_becomes_the_recordings_incidents(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = calling(capsys)("convert", "incidents", "log.csv", "--corridor", recording)
    assert (code, err.splitlines()[-1]) == (0, f"Incidents: {recording}/incidents.csv")
    assert out.splitlines()[0] == "1 incidents; left out: none"
    assert "assumed: mileposts are those of the stations' names, 3 to 4" in out
    (one,) = read_recording(recording).incidents or ()
    assert (one.onset_s, one.clearance_s, one.position_m, one.lanes) == (600.0, 1800.0, 804.7, (1,))


def test_incidents_that_are_there_are_not_written_over(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = calling(capsys)
    (recording / "incidents.csv").write_text("onset_s,position_m\n")
    code, _, err = call("convert", "incidents", "log.csv", "--corridor", recording)
    assert code == 2
    assert "incidents.csv exists already" in err
    assert call("convert", "incidents", "log.csv", "--corridor", recording, "--overwrite")[0] == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("none.csv",), "none.csv: no such file"),
        (("log.csv", "--kind", "wase"), "--kind: wanted auto or one of waze, wzdx"),
        (("log.csv", "--road", "none.toml"), "no such file: none.toml"),
        (("monday/corridor.toml",), "wanted columns for starts"),
    ],
)
def test_wrong_words_are_told(
    recording: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], message: str
) -> None:
    code, _, err = calling(capsys)("convert", "incidents", *words, "--corridor", recording)
    assert code == 2
    assert message in err
