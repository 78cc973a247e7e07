"""Values that no loop measures are made unknown and told: else the recording would be refused when it is read."""

from pathlib import Path

import numpy as np
import pytest

from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from simulator.formats.field_recordings import FieldRecordings, write_all
from simulator.formats.possible_values import only_possible
from simulator.frame import LoopFrame
from simulator.recording.recording_folder import Recording, read_recording

CORRIDOR = Corridor("field", 60.0, (Station("A", 0.0, 1), Station("B", 900.0, 1)))


def recording(speeds: list[float], counts: list[float]) -> Recording:
    """Frames of two stations; `speeds` and `counts` are those of the second one, the first has 25 m/s and 10 vehicles."""
    frames = tuple(
        LoopFrame(60.0 * k, np.array([[10.0], [count]]), np.array([[25.0], [speed]]), np.full((2, 1), 0.1))
        for k, (speed, count) in enumerate(zip(speeds, counts, strict=True), 1)
    )
    return Recording(CORRIDOR, frames, None)


def test_a_speed_and_a_count_beyond_any_road_are_unknown_and_the_rest_stays(tmp_path: Path) -> None:
    # 70.8 m/s are 255 km/h, a code; 121 vehicles in a minute are more than two a second.
    found = FieldRecordings([("road", recording([70.8, 30.0], [10.0, 121.0]))], "nothing left out")
    done = write_all(found, tmp_path)
    assert done.left_out == "nothing left out; 2 impossible values (taken as unknown)"
    first, second = read_recording(tmp_path / "road").frames
    assert np.isnan(first.speed[1, 0])
    assert np.isnan(second.count[1, 0])
    assert (first.count[1, 0], second.speed[1, 0], first.speed[0, 0]) == (10.0, 30.0, 25.0)


def test_a_recording_of_possible_values_stays_as_it_is() -> None:
    whole = recording([30.0], [120.0])
    assert only_possible("road", whole) == (whole, 0)


def test_a_kind_of_which_most_cannot_be_is_refused() -> None:
    frames = tuple(
        LoopFrame(60.0 * k, np.full((2, 1), 10.0), np.full((2, 1), 95.0), np.full((2, 1), 0.1)) for k in (1, 2)
    )
    with pytest.raises(UserError, match=r"recording road: 4 of 4 values of speed cannot be .*another unit"):
        only_possible("road", Recording(CORRIDOR, frames, None))
