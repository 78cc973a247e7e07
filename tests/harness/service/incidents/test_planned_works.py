"""Planned works."""

from math import nan
from pathlib import Path

import pytest

from harness.service.incidents.planned_works import PlannedWork, read_works, silencing
from scenarios.errors import UserError

WORK = PlannedWork(name="joint", corridor="road", from_m=1000.0, to_m=2000.0, starts=100.0, ends=200.0)
GOOD = """
[[works]]
name = "joint"
corridor = "road"
from_m = 1000
to_m = 2000.5
starts = 2026-03-01T21:00:00-08:00
ends = 2026-03-02T05:00:00-08:00
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "works.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_times_with_an_offset_are_seconds_since_1970(tmp_path: Path) -> None:
    (work,) = read_works(written(tmp_path, GOOD))
    assert (work.starts_s, work.ends_s) == (1772427600.0, 1772456400.0)


def test_times_may_be_seconds_of_the_data(tmp_path: Path) -> None:
    text = GOOD.replace("2026-03-01T21:00:00-08:00", "3600").replace("2026-03-02T05:00:00-08:00", "7200.5")
    (work,) = read_works(written(tmp_path, text))
    assert (work.starts_s, work.ends_s) == (3600.0, 7200.5)


@pytest.mark.parametrize(("time_s", "name"), [(100.0, ""), (100.5, "joint"), (200.0, "joint"), (230.0, "")])
def test_frames_that_end_in_the_window_are_silenced(time_s: float, name: str) -> None:
    assert silencing([WORK], time_s, 1500.0, (1200.0, 1800.0)) == name


@pytest.mark.parametrize(
    ("position_m", "bounds_m", "name"),
    [
        (1500.0, (1200.0, 1800.0), "joint"),
        (900.0, (800.0, 1100.0), "joint"),
        (nan, (800.0, 1100.0), "joint"),
        (900.0, (500.0, 1000.0), ""),
        (2500.0, (2000.0, 3000.0), ""),
        (nan, (2100.0, 3000.0), ""),
    ],
)
def test_its_stretch_or_a_section_that_overlaps_it_is_silenced(
    position_m: float, bounds_m: tuple[float, float], name: str
) -> None:
    assert silencing([WORK], 150.0, position_m, bounds_m) == name


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("to_m = 2000.5", "to_m = 800", r"line 6: works\[0\]: to_m: wanted downstream of from_m"),
        ("2026-03-02T05:00:00-08:00", "2026-03-01T05:00:00-08:00", r"line 8: works\[0\]: ends: wanted after starts"),
        (
            "2026-03-01T21:00:00-08:00",
            "2026-03-01T21:00:00",
            r"line 7: works\[0\]: starts: wanted a time with its offset",
        ),
        ('corridor = "road"', "corridor = 5", r"line 4: works\[0\].corridor"),
        ("from_m = 1000\n", "", r"line 2: works\[0\].from_m: wanted, but missing"),
        ("from_m = 1000", "from_km = 1", r"line 5: works\[0\].from_km: unknown key"),
        ("to_m = 2000.5", "to_m = inf", r"line 6: works\[0\].to_m"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, before: str, after: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        read_works(written(tmp_path, GOOD.replace(before, after)))
