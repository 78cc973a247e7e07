"""McMaster on flows and occupancies made by hand: frames of 30 s, so that a vehicle is 120 veh/h, one lane.

Ten vehicles are 1200 veh/h; the first slope is 16 000 veh/h per occupancy, the line that ten vehicles meet at 0.075.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from detectors.classical.mcmaster import McMaster, McMasterParameters
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame

PARAMETERS = McMasterParameters(bound=0.75, critical=0.08, downstream=1.0, persistence_s=30.0)
DEAD = np.nan
Occupancies = tuple[float, ...]


def scores(
    occupancies: Sequence[Occupancies], parameters: McMasterParameters = PARAMETERS, vehicles: float = 10.0
) -> Array:
    """(T, N) the scores of frames with these occupancies of the stations; a dead station counts nothing either."""
    stations = len(occupancies[0])
    corridor = Corridor("by hand", 30.0, tuple(Station(f"S{s}", 500.0 * s, 1) for s in range(stations)))
    detector, found = McMaster(corridor, parameters), []
    for k, occupancy in enumerate(occupancies):
        share = np.array(occupancy)[:, None]
        count = np.where(np.isnan(share), np.nan, vehicles)
        found.append(detector.score(LoopFrame(30.0 * (k + 1), count, np.full_like(share, np.nan), share)))
    return np.array(found)


def test_congestion_upstream_by_hand() -> None:
    # upstream 1200 / 0.30 = 4000, a quarter of the slope: 1 - 0.25; downstream on the line
    assert scores([(0.30, 0.075)])[0, 0] == pytest.approx(0.75)


@pytest.mark.parametrize(("weight", "wanted"), [(0.0, 0.75), (1.0, 0.25), (2.0, 0.0)])
def test_congestion_downstream_counts_against_it(weight: float, wanted: float) -> None:
    # downstream 1200 / 0.15 = 8000, half the slope: 0.75 - weight * 0.5, at least 0
    found = scores([(0.30, 0.15)], replace(PARAMETERS, downstream=weight))
    assert found[0, 0] == pytest.approx(wanted)


def test_congestion_downstream_alone_is_no_evidence() -> None:
    assert scores([(0.075, 0.30)])[0, 0] == 0.0


@pytest.mark.parametrize(("occupancy", "wanted"), [(0.08, 0.0), (0.10, 0.25)])
def test_a_station_is_not_congested_up_to_the_critical_occupancy(occupancy: float, wanted: float) -> None:
    # 0.10: 1200 / 0.10 = 12 000, three quarters of the slope
    assert scores([(occupancy, 0.075)])[0, 0] == pytest.approx(wanted)


def test_the_score_is_the_least_of_the_frames_it_must_persist() -> None:
    # upstream 0.20: 1200 / 0.20 = 6000, 1 - 0.375
    rows = [(occupancy, 0.075) for occupancy in (0.30, 0.20, 0.30, 0.30, 0.075, 0.30)]
    found = scores(rows, replace(PARAMETERS, persistence_s=60.0))[:, 0]
    assert found == pytest.approx([0.0, 0.625, 0.625, 0.75, 0.0, 0.0])


def test_a_station_learns_its_slope_from_free_traffic_by_hand() -> None:
    # 1200 / 0.06 = 20 000; a frame weighs 30 / 1800 = 1/60: the slope becomes 16 000 + 4000 / 60 = 16 066.7,
    # and 4000 is then 1 - 4000 / 16 066.7 = 0.751037 below it
    assert scores([(0.06, 0.075), (0.30, 0.075)])[1, 0] == pytest.approx(0.751037, abs=5e-7)


def test_the_slope_tends_to_the_one_of_steady_free_traffic() -> None:
    # 600 frames leave (59/60)^600 = 4e-5 of the first error of 4000: 1 - 4000 / 20 000
    assert scores([(0.06, 0.075)] * 600 + [(0.30, 0.075)])[-1, 0] == pytest.approx(0.8, abs=1e-5)


@pytest.mark.parametrize(
    "frame",
    [
        (0.30, 0.075),  # congested
        (0.10, 0.075),  # 12 000: on the bound, 0.75 of the slope
        (0.02, 0.075),  # next to nobody on the road at night, where the ratio is of noise
        (DEAD, 0.075),
    ],
)
def test_other_frames_teach_no_slope(frame: Occupancies) -> None:
    assert scores([frame] * 20 + [(0.30, 0.075)])[-1, 0] == pytest.approx(0.75, abs=1e-12)


def test_an_empty_road_is_no_evidence() -> None:
    assert scores([(0.0, 0.0)] * 3, vehicles=0.0)[:, 0].tolist() == [0.0] * 3


@pytest.mark.parametrize("gap", [(DEAD, 0.075), (0.30, DEAD), (DEAD, DEAD)])
def test_a_dead_station_gives_nan_while_it_persists(gap: Occupancies) -> None:
    rows = [gap, (0.30, 0.075), (0.30, 0.075), gap, (0.30, 0.075), (0.30, 0.075)]
    known = np.isfinite(scores(rows, replace(PARAMETERS, persistence_s=60.0))[:, 0])
    assert known.tolist() == [False, False, True, False, False, True]


def test_a_dead_station_leaves_the_sections_beyond_it_alone() -> None:
    found = scores([(DEAD, 0.30, 0.075)])[0]
    assert np.isnan(found[0])
    assert found[1] == pytest.approx(0.75)


def test_twice_the_flow_at_twice_the_occupancy_gives_the_same_score() -> None:
    # of congested frames, which teach no slope
    assert scores([(0.60, 0.40)], vehicles=20.0) == pytest.approx(scores([(0.30, 0.20)], vehicles=10.0))
