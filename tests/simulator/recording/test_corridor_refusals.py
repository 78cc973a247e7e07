"""Files of a corridor that are refused: one clear message with the key and the likely slip."""

import re
from pathlib import Path

import pytest

from scenarios.corridor import Corridor
from simulator.recording.corridor_file import write_corridor
from simulator.recording.recording_folder import read_recording
from tests.simulator.recording.short_recording import CORRIDOR, TOML


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"short"', "short", r"broken TOML: .*at line 1"),
        ("period_s = 30", "period_s = ", r"broken TOML: .*at line 2"),
        ("period_s = 30", "period = 30", r"period_s is missing \(is it 'period'\?\)"),
        ("period_s = 30", "period_s = -30", r"period_s is a number, 1 to 3600, got -30"),
        ("period_s = 30", "period_s = nan", r"period_s is a number, 1 to 3600, got nan"),
        ("period_s = 30", "period_s = inf", r"period_s is a number, 1 to 3600, got inf"),
        ("period_s = 30", "period_s = 1e-300", r"period_s is a number, 1 to 3600, got 1e-300"),
        ("period_s = 30", "period_s = 1e300", r"period_s is a number, 1 to 3600, got 1e\+300"),
        ("position_m = 800", "position_m = 1e308", r"line 9: position_m is a number, -1e\+07 to 1e\+07, got 1e\+308"),
        ("position_m = 800", "position_m = 0.8", r"line 9: stations stand 1 m apart or more, .*0\.8 m after 'north'"),
        ('name = "short"', f'name = "{"long" * 100}"', r"name has 200 characters at most, got 400"),
        ('"north"', '"n\\u2028rth"', r"name is one line without control characters"),
        ("period_s = 30", 'period_s = "30"', r"period_s is a number, got '30' \(without quotation marks\?\)"),
        ('name = "short"', "name = 91", r"name is a text, got 91 \(are the quotation marks missing\?\)"),
        ("position_m = 800", "positon_m = 800", r"line 9: position_m is missing \(is it 'positon_m'\?\)"),
        ("position_m = 800", "position_m = true", r"line 9: position_m is a number, got True"),
        ("position_m = 800", f"position_m = 1{'0' * 400}", r"line 9: position_m is a number, -1e\+07 to 1e\+07"),
        ("position_m = 800", "position_m = -800", r"stations must stand strictly downstream"),
        ('"south"', '"north"', r"station names must differ, got 'north' twice"),
        ("lanes = 2\n\n", "lanes = 0\n\n", r"line 4: lanes is a whole number, 1 to 100, got 0"),
        ("lanes = 2\n\n", "lanes = 1000000\n\n", r"line 4: lanes is a whole number, 1 to 100, got 1000000"),
        ("lanes = 2\n\n", "lanes = 2.5\n\n", r"line 4: lanes is a whole number"),
        ("[[station]]", "[[stations]]", r"wanted a table \[\[station\]\] for each station"),
        ('"north"', '"n\x00rth"', r"broken TOML"),
    ],
)
def test_a_wrong_corridor_is_refused(folder: Path, old: str, new: str, message: str) -> None:
    (folder / "corridor.toml").write_text(TOML.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=f"{re.escape(str(folder / 'corridor.toml'))}.*{message}"):
        read_recording(folder)


def test_one_station_is_no_corridor(folder: Path) -> None:
    (folder / "corridor.toml").write_text(TOML[: TOML.rindex("[[station]]")], encoding="utf-8")
    with pytest.raises(ValueError, match=r"corridor.toml: a corridor needs at least two stations, got 1"):
        read_recording(folder)


def test_a_corridor_in_another_encoding_is_refused(folder: Path) -> None:
    (folder / "corridor.toml").write_bytes(TOML.replace("south", "süd").encode("latin-1"))
    with pytest.raises(ValueError, match=r"corridor.toml: wanted UTF-8 text, got byte 0xfc"):
        read_recording(folder)


def test_a_station_name_of_two_lines_is_neither_read_nor_written(folder: Path) -> None:
    (folder / "corridor.toml").write_text(TOML.replace('"north"', '"no\\rth"'), encoding="utf-8")
    with pytest.raises(ValueError, match=r"line 4: name is one line without control characters, got 'no\\rth'"):
        read_recording(folder)
    with pytest.raises(ValueError, match=r"name is one line"):
        write_corridor(folder, Corridor("a\nb", 30.0, CORRIDOR.stations))
