"""`laneblock calibrate --feedback`: what it prints and writes, and what it refuses."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from detectors.catalogue import DETECTORS, build, fingerprint
from harness.service.store.sql_store import SqlStore
from tests.harness.command_line import Call, calling
from tests.harness.service.feedback.closed_store import ROAD, add_recurring
from tests.harness.service.store.database_servers import quick_folder


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    return calling(capsys)


@pytest.fixture
def database() -> Iterator[Path]:
    """A SQLite file with closed incidents."""
    with quick_folder() as folder:
        store = SqlStore(str(folder / "live.db"))
        add_recurring(store)
        store.close()
        yield folder / "live.db"


def test_what_changes_where_is_told_and_the_file_is_one_that_detectors_read(
    call: Call, database: Path, tmp_path: Path
) -> None:
    out = tmp_path / "site.json"
    code, told, _ = call("calibrate", "sequential", "--feedback", database, "--out", out)
    assert code == 0
    assert "north: 15 closed incidents, 12 of them false" in told
    (row,) = (line.split() for line in told.splitlines() if line.startswith("1 b to c"))
    assert row[4:9] == ["12", "1", "0", "8.5", "11.8"]
    build("sequential", ROAD, out)
    assert fingerprint("sequential", out) != fingerprint("sequential")
    provenance = json.loads(out.read_text(encoding="utf-8"))["provenance"]
    assert provenance["version"] == "1"
    assert provenance["feedback"].startswith("15 closings on north, 12 of them false")
    assert len(provenance["feedback_data"]) == 64


def test_learning_again_from_the_same_closings_changes_nothing(call: Call, database: Path, tmp_path: Path) -> None:
    out = tmp_path / "site.json"
    call("calibrate", "sequential", "--feedback", database, "--out", out)
    first = out.read_bytes()
    code, told, _ = call("calibrate", "sequential", "--feedback", database, "--out", out)
    assert (code, told.splitlines()[-1]) == (0, f"No threshold changes: {out} is not written")
    assert out.read_bytes() == first


def test_a_file_that_is_there_is_kept_as_a_version(call: Call, database: Path, tmp_path: Path) -> None:
    out, shipped = tmp_path / "site.json", DETECTORS["sequential"].shipped
    assert shipped is not None
    out.write_bytes(shipped(1.0).read_bytes())
    assert call("calibrate", "sequential", "--feedback", database, "--out", out)[0] == 0
    assert (tmp_path / "site.v1.json").read_bytes() == shipped(1.0).read_bytes()
    assert json.loads(out.read_text(encoding="utf-8"))["provenance"]["version"] == "2"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--battery", "sr91"), "--battery: means nothing with --feedback"),
        (("--corridor", "south"), "the store has no 'south'"),
        (("--operator-error", "10"), "is it in percent?"),
        (("--aim", "3"), "is calibrated for 0.1, 1, 10 false alarms per corridor-day, got 3"),
    ],
)
def test_wrong_input_is_one_line_and_ends_with_2(
    call: Call, database: Path, tmp_path: Path, more: tuple[str, ...], told: str
) -> None:
    code, _, said = call("calibrate", "sequential", "--feedback", database, "--out", tmp_path / "site.json", *more)
    assert (code, said.count("\n")) == (2, 1)
    assert told in said


@pytest.mark.parametrize("detector", ["sheu2004", "ensemble", "silent", "pems", "nothing"])
def test_detectors_without_such_thresholds_are_refused_with_those_that_have_some(
    call: Call, database: Path, detector: str
) -> None:
    code, _, said = call("calibrate", detector, "--feedback", database)
    assert code == 2
    assert f"'{detector}'" in said
    assert "sequential" in said


def test_another_detector_than_the_stores_is_told(call: Call, database: Path, tmp_path: Path) -> None:
    code, _, said = call("calibrate", "snd", "--feedback", database, "--out", tmp_path / "snd.toml")
    assert code == 2
    assert "got 15 opened by sequential" in said


def test_options_of_feedback_need_it(call: Call) -> None:
    code, _, said = call("calibrate", "sequential", "--battery", "sr91", "--wanted", "1")
    assert code == 2
    assert "--wanted: wanted --feedback STORE with it" in said


def test_a_store_that_is_not_there_is_told(call: Call, tmp_path: Path) -> None:
    code, _, said = call("calibrate", "sequential", "--feedback", tmp_path / "none.db")
    assert code == 2
    assert "no such database" in said
