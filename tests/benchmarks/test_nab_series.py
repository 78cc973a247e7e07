"""Series in NAB's format, made here, are read with their windows; each slip in them has its message."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks.nab_series import read_series, windows_around
from scenarios.errors import MissingFileError, UserError
from tests.benchmarks.nab_files import FIRST, PERIOD_S, made_series, write_series

ONE = {"speed_1.csv": [50.0] * 40}
NOON = "2015-09-01 01:00:00"


def test_times_values_and_windows_are_those_of_the_files(tmp_path: Path) -> None:
    windows = {"realTraffic/speed_1.csv": [["2015-09-01 00:30:00.000000", "2015-09-01 01:30:00.000000"]]}
    (found,) = read_series(write_series(tmp_path, ONE, {"realTraffic/speed_1.csv": [NOON]}, windows))
    assert (found.name, found.period_s) == ("speed_1", PERIOD_S)
    assert found.time_s[0] == FIRST.timestamp()
    assert np.flatnonzero(found.in_window()).tolist() == list(range(6, 19))


def test_a_folder_without_windows_gets_a_tenth_of_the_time_around_its_labels(tmp_path: Path) -> None:
    (found,) = read_series(write_series(tmp_path, ONE, {"speed_1.csv": [NOON]}))
    ((from_s, to_s),) = found.windows
    assert to_s - from_s == pytest.approx(0.1 * 39 * PERIOD_S)
    assert (from_s + to_s) / 2 == FIRST.timestamp() + 3600.0


def test_windows_share_a_tenth_and_end_where_the_series_does() -> None:
    assert windows_around(np.array([0.0, 2000.0]), [500.0, 1990.0]) == ((450.0, 550.0), (1940.0, 2000.0))


def test_a_series_without_anomalies_has_no_window(tmp_path: Path) -> None:
    (found,) = read_series(write_series(tmp_path, ONE, {"speed_1.csv": []}))
    assert found.windows == ()
    assert not found.in_window().any()


def test_the_first_samples_are_fifteen_percent_and_never_more_than_nab_has() -> None:
    assert made_series(1000).probation == 150
    assert made_series(10_000).probation == 750


@pytest.mark.parametrize(
    ("values", "labels", "windows", "message"),
    [
        (ONE, {"other.csv": []}, None, "labels.json names 'other.csv', and there is no such file"),
        (ONE, [], None, r"labels.json: wanted a list of times by file, got \[\]"),
        (ONE, {"speed_1.csv": "noon"}, None, "wanted a list of times by file"),
        (ONE, {"speed_1.csv": ["noon"]}, None, "labels.json, speed_1.csv: wanted a time like .*, got 'noon'"),
        (ONE, {"speed_1.csv": [12]}, None, "labels.json, speed_1.csv: wanted a time like .*, got 12"),
        (ONE, {"speed_1.csv": [NOON]}, {"speed_1.csv": [NOON]}, "windows.json, speed_1.csv: a window is two times"),
        (ONE, {"speed_1.csv": [NOON]}, {"speed_1.csv": [[NOON, NOON]]}, "a window begins before it ends"),
        ({"speed_1.csv": [50.0]}, {"speed_1.csv": []}, None, "speed_1.csv: wanted two samples or more, got 1"),
        ({"speed_1.csv": [50.0, "fast"]}, {"speed_1.csv": []}, None, "speed_1.csv, line 3: .*fast"),
        ({"speed_1.csv": [50.0, ""]}, {"speed_1.csv": []}, None, "speed_1.csv, line 3"),
    ],
)
def test_a_slip_is_named(
    values: Mapping[str, Sequence[object]], labels: object, windows: object, message: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=message):
        read_series(write_series(tmp_path, values, labels, windows))


def test_samples_out_of_order_are_named_with_their_line(tmp_path: Path) -> None:
    write_series(tmp_path, ONE, {"speed_1.csv": []})
    (tmp_path / "speed_1.csv").write_text("timestamp,value\n2015-09-01 01:00:00,1\n2015-09-01 00:00:00,1\n")
    with pytest.raises(UserError, match=r"speed_1.csv, line 3: samples stand in order of time"):
        read_series(tmp_path)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="no such folder"):
        read_series(tmp_path / "none")
    with pytest.raises(MissingFileError, match=r"holds no CSV file"):
        read_series(tmp_path)
    (write_series(tmp_path / "one", ONE, {"speed_1.csv": []}) / "labels.json").unlink()
    with pytest.raises(MissingFileError, match=r"labels.json is missing"):
        read_series(tmp_path / "one")


def test_labels_that_are_no_json_are_named(tmp_path: Path) -> None:
    write_series(tmp_path, ONE, {"speed_1.csv": []})
    (tmp_path / "labels.json").write_text(json.dumps({"speed_1.csv": []})[:-3])
    with pytest.raises(UserError, match=r"labels.json: it is not JSON"):
        read_series(tmp_path)
