"""Incidents of a recording that are refused, and those that are kept."""

import re
from pathlib import Path

import pytest

from simulator.recording.recording_folder import read_recording
from tests.simulator.recording.short_recording import INCIDENTS


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("40,100,400,2", r"lanes are 0 to 1 at 400 m, got 2 \(are lanes counted from 1\?"),
        ("40,100,900,0", r"sections reach from 0 to 800 m, got 900.0 m \(kilometres, miles"),
        ("40,100,-1,0", r"sections reach from 0 to 800 m"),
        ("100,40,400,0", r"clearance_s comes after onset_s, got 100 to 40 s \(are the two exchanged\?\)"),
        ("40,40,400,0", r"clearance_s comes after onset_s"),
        ("1e300,,400,0", r"times are in seconds, got 1e\+300 \(is it in milliseconds\?\)"),
        ("40,1e300,400,0", r"times are in seconds, got 1e\+300"),
        (",100,400,0", r"onset_s needs a finite number, got an empty field"),
        ("40,soon,400,0", r"clearance_s needs a finite number, got 'soon'"),
        ("40,100,,0", r"position_m needs a finite number, got an empty field"),
        (
            "40,100,400,left",
            r"lanes are whole numbers separated by ';' \(like 0;1\), empty where not known, shoulder .*, got 'left'",
        ),
        ("40,100,400,-1", r"lanes are whole numbers separated by ';'"),
        ("40,100,400,1;1", r"lanes names a lane twice, got '1;1'"),
        ("40,100,400", r"wanted 4 fields, got 3 \(is it cut off\?\)"),
        ("40,100,400,0,1", r"wanted 4 fields, got 5"),
    ],
)
def test_an_impossible_incident_is_refused(folder: Path, row: str, message: str) -> None:
    (folder / "incidents.csv").write_text(f"{INCIDENTS}45,60,0,0\n{row}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=f"{re.escape(str(folder / 'incidents.csv'))}, line 3: .*{message}"):
        read_recording(folder)


@pytest.mark.parametrize("times", ["1040,1100", "-60,0", "120,"])
def test_incidents_of_another_time_only_are_refused(folder: Path, times: str) -> None:
    (folder / "incidents.csv").write_text(f"{INCIDENTS}{times},400,0\n", encoding="utf-8")
    with pytest.raises(
        ValueError, match=r"line 2: the recording goes from 0 to 120 s.*\(is it on the loops' clock\?\)"
    ):
        read_recording(folder)


def test_an_incident_of_another_time_beside_one_in_time_is_kept(folder: Path) -> None:
    (folder / "incidents.csv").write_text(f"{INCIDENTS}1040,1100,400,0\n40,50,400,0\n", encoding="utf-8")
    incidents = read_recording(folder).incidents
    assert incidents is not None
    assert [incident.onset_s for incident in incidents] == [40, 1040]


def test_an_empty_incidents_file_is_refused(folder: Path) -> None:
    (folder / "incidents.csv").write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match=r"incidents.csv is empty: wanted a header line"):
        read_recording(folder)


def test_incidents_behind_a_link_to_nowhere_are_not_taken_for_unknown(folder: Path) -> None:
    (folder / "incidents.csv").symlink_to("nowhere")
    with pytest.raises(FileNotFoundError, match=r"incidents.csv"):
        read_recording(folder)
