"""What a frame of loop readings may hold, and what it refuses."""

from math import inf, nan

import numpy as np
import pytest

from scenarios.errors import UserError
from simulator.frame import LoopFrame


def frame(
    count: object = ((4.0, 6.0),), speed: object = ((20.0, 25.0),), occupancy: object = ((0.1, 0.2),)
) -> LoopFrame:
    return LoopFrame(30.0, np.array(count), np.array(speed), np.array(occupancy))


def test_a_frame_keeps_its_values_and_they_cannot_be_changed() -> None:
    given = np.array([[4.0, 6.0]])
    kept = LoopFrame(30.0, given, given, given / 100)
    given[0, 0] = 9.0
    assert kept.count.tolist() == [[4.0, 6.0]]
    for values in (kept.count, kept.speed, kept.occupancy):
        with pytest.raises(ValueError, match="read-only"):
            values[0, 0] = 1.0


def test_whole_numbers_become_floats_so_that_nan_can_stand_beside_them() -> None:
    assert frame(count=[[4, 6]]).count.dtype == np.float64


def test_what_is_not_known_is_accepted_everywhere() -> None:
    unknown = [[nan, nan]]
    assert np.isnan(frame(unknown, unknown, unknown).occupancy).all()


@pytest.mark.parametrize("at", [0.0, 1.0])
def test_occupancies_of_0_and_1_are_shares(at: float) -> None:
    assert frame(occupancy=[[at, at]]).occupancy.tolist() == [[at, at]]


@pytest.mark.parametrize("shape", [(), (2,), (1, 2, 1)])
def test_counts_that_are_no_table_of_stations_and_lanes_are_refused(shape: tuple[int, ...]) -> None:
    values = np.zeros(shape)
    with pytest.raises(UserError, match="stations by lanes"):
        LoopFrame(30.0, values, values, values)


@pytest.mark.parametrize("name", ["speed", "occupancy"])
def test_another_shape_than_that_of_the_counts_is_refused(name: str) -> None:
    with pytest.raises(UserError, match=r"share one shape, got \(1, 2\), .*\(2, 1\)"):
        frame(**{name: [[0.1], [0.1]]})


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"count": [[nan, -1.0]]}, r"count is 0 or more, got -1\.0 \(unknown is NaN\)"),
        ({"speed": [[-1.0, nan]]}, r"speed is 0 or more, got -1\.0 m/s \(no vehicle is NaN\)"),
        ({"occupancy": [[0.2, 12.5]]}, r"0 to 1, got 12\.5 \(is it a percentage\?\)"),
        ({"occupancy": [[nan, -0.5]]}, r"0 to 1, got -0\.5"),
        ({"occupancy": [[inf, 0.1]]}, "0 to 1, got inf"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_the_likely_slip(changed: dict[str, object], message: str) -> None:
    with pytest.raises(UserError, match=message):
        frame(**changed)
