"""The table `normal`: round trip through JSON and TOML, and clear errors."""

import json
from typing import Any

import numpy as np
import pytest

from detectors.calibration.day_means import day_means
from detectors.calibration.hourly_normal import HourlyNormal
from detectors.calibration.normal_file import normal_in, normal_table, normal_toml
from scenarios.toml_text import parse_toml_text
from tests.detectors.site_days import on_one_clock, site_day

DAY = day_means([site_day(), site_day(offset=25.0), site_day(hours=range(20))]).normal(24)
PARTIAL = day_means([site_day(hours=range(20)), site_day(hours=range(21))]).normal(24)
WEEK = day_means(on_one_clock(14)).normal(168)


@pytest.mark.parametrize("normal", [DAY, PARTIAL, WEEK])
@pytest.mark.parametrize("by", ["json", "toml"])
def test_a_normal_reads_back(normal: HourlyNormal, by: str) -> None:
    table = normal_table(normal)
    text = json.loads(json.dumps(table)) if by == "json" else parse_toml_text(normal_toml(table))["normal"]
    found = normal_in(text, "site")
    assert (found.corridor, found.stations, found.hours) == (normal.corridor, normal.stations, normal.hours)
    for name in ("mean", "sd", "day_sd", "days", "level_sd", "level_days"):
        assert getattr(found, name) == pytest.approx(getattr(normal, name), rel=1e-5, abs=1e-5, nan_ok=True)


def spoiled(**changes: Any) -> dict[str, Any]:
    return {**normal_table(DAY), **changes}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (5, "normal: wanted a table, got 5"),
        (spoiled(flow=["1 2", "1 2", "1 2"]), r"\.flow\[0\]: wanted numbers of 24 or 168 hours, got 2"),
        (
            spoiled(speed=["9 " * 24, "9 " * 24, "9 " * 23]),
            r"\.speed\[2\]: wanted 24 numbers, one for each hour, got 23",
        ),
        (spoiled(speed=["9 " * 24] * 2), r"\.speed: wanted 3 entries, one for each station, got 2"),
        (spoiled(speed=["9 " * 23 + "fast"] * 3), r"\.speed\[0\]: wanted numbers, - where one is not known"),
        (spoiled(speed=["9 " * 23 + "nan"] * 3), r"\.speed\[0\]: wanted numbers of 0 or more, .* got nan"),
        (spoiled(speed=["9 " * 23 + "-1"] * 3), r"\.speed\[0\]: wanted numbers of 0 or more, .* got -1"),
        (spoiled(speed_sd=["9 " * 23 + "0"] * 3), r"\.speed_sd\[0\]: wanted numbers above 0, .* got 0"),
        (spoiled(stations=["A", "B", "A"]), r"\.stations: wanted names that differ"),
        (spoiled(lanes=[1, 1, 0]), r"lanes\[2\]: wanted greater than or equal to 1"),
        (spoiled(flow_level_sd=[-1.0, 1.0, 1.0]), r"flow_level_sd\[0\]: wanted greater than or equal to 0"),
        (spoiled(flwo=1), r"flwo: unknown key \(did you mean 'flow'"),
    ],
)
def test_what_is_wrong_in_a_table_is_named(table: object, message: str) -> None:
    with pytest.raises(ValueError, match=rf"site\.toml: .*{message}"):
        normal_in(table, "site.toml")


def test_numbers_keep_six_digits() -> None:
    found = normal_in(normal_table(DAY), "site")
    assert np.nanmax(np.abs(found.mean / DAY.mean - 1.0)) < 1e-5
