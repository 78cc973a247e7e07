"""Detectors learned at the site: on the first half of the days alone, each direction by itself, scored on the second half."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.portland_alarms import Raised
from benchmarks.portland_site import half_s, learned_file, site_table
from detectors.catalogue import DETECTORS, Entry
from detectors.reference.coin import Coin
from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from simulator.formats.field_recordings import write_all
from simulator.formats.portland import recordings_of
from simulator.formats.portland_files import PortlandDirection, PortlandSource
from simulator.formats.portland_stations import PERIOD_S

DAY_S, HOUR_ROWS, DAYS = 86400, 180, 4
FIRST_S = 15_000 * DAY_S


def made_source() -> PortlandSource:
    """Four days of one hour each, in two directions of three stations; an event is labelled on the first day northbound."""
    starts = np.array([FIRST_S + day * DAY_S + k * PERIOD_S for day in range(DAYS) for k in range(HOUR_ROWS)])
    shape = (len(starts), 3, 2)
    rng = np.random.default_rng(1)
    event = np.zeros(shape, dtype=np.bool_)
    event[50:60, 1] = True
    ways = [
        PortlandDirection(
            name,
            Corridor(f"made {name}", float(PERIOD_S), tuple(Station(f"{name} {k}", 800.0 * k, 2) for k in range(3))),
            rng.poisson(5.0, shape).astype(float),
            rng.normal(28.0, 1.0, shape),
            event if name == "north" else np.zeros_like(event),
            np.full(3, name == "north"),
        )
        for name in ("north", "south")
    ]
    return PortlandSource(starts, tuple(ways))


@pytest.fixture
def taught(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[Any]]:
    """What a detector called `learner` was taught; it raises alarms at random."""
    seen: list[Sequence[Any]] = []

    def calibrate(runs: Sequence[Any], out: Path, sources: str, aim: float) -> None:
        seen.append(runs)
        out.write_text("learned")

    entry = Entry("learner", "alarms at random", lambda corridor, file, aim: Coin(corridor, 2.0, 1), calibrate)
    monkeypatch.setitem(DETECTORS, "learner", entry)
    return seen


def test_the_second_half_begins_at_the_midnight_of_its_first_day() -> None:
    assert half_s(made_source()) == FIRST_S + 2 * DAY_S


def test_it_learns_the_first_half_of_one_direction_and_no_incident(tmp_path: Path, taught: list[Sequence[Any]]) -> None:
    source = made_source()
    write_all(recordings_of(source), tmp_path / "recordings")
    file = learned_file(source, "north", "learner", tmp_path)
    (runs,) = taught
    assert [run.corridor.name for run in runs] == ["made north"] * 2
    assert [run.incidents for run in runs] == [None, None]
    assert sum(len(run.frames) for run in runs) == 2 * HOUR_ROWS
    assert learned_file(source, "north", "learner", tmp_path) == file
    assert len(taught) == 1, "what is learned is kept"


def test_a_row_as_shipped_and_one_as_learned_are_of_the_second_half(
    tmp_path: Path, taught: list[Sequence[Any]]
) -> None:
    source = made_source()
    write_all(recordings_of(source), tmp_path / "recordings")
    early, late = FIRST_S + 100.0, FIRST_S + 3 * DAY_S + 100.0
    shipped = {"learner": [Raised("north", 0, time_s, 100.0) for time_s in (early, late, late + 20.0)]}
    table = site_table(source, ["learner"], shipped, np.ones(len(source.start_s), dtype=np.bool_), tmp_path)
    assert [row[:2] for row in table.rows] == [("learner", "shipped"), ("learner", "learned at the site")]
    days = 2 * 2 * 2 / 24 / 7  # hours x directions x sections
    assert table.rows[0][2:4] == ("2", f"{2 / days:.2f}")
    assert len(taught) == 2, "each direction by itself"
    assert int(str(table.rows[1][2])) > 0


def test_a_detector_that_refuses_the_history_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(runs: Sequence[Any], out: Path, sources: str, aim: float) -> None:
        raise UserError("wanted more")

    entry = Entry("learner", "refuses", lambda corridor, file, aim: Coin(corridor, 2.0, 1), refuse)
    monkeypatch.setitem(DETECTORS, "learner", entry)
    source = made_source()
    write_all(recordings_of(source), tmp_path / "recordings")
    table = site_table(source, ["learner"], {}, np.ones(len(source.start_s), dtype=np.bool_), tmp_path)
    assert [row[1] for row in table.rows] == ["not learned here: wanted more"]
