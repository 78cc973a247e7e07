"""California #7 and #8 on occupancies made by hand: frames of 30 s, one lane, so that 60 s persist over two frames."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from detectors.classical.california import California7, California7Parameters, California8, California8Parameters
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame

SEVEN = California7Parameters(difference=0.08, relative=0.5, downstream=0.15, persistence_s=60.0)
EIGHT = California8Parameters(
    difference=0.08, relative=0.5, downstream=0.15, persistence_s=60.0, wave=0.3, wave_change=-0.3
)
DEAD = np.nan
INCIDENT = (0.30, 0.05)
STEADY = [(0.2, 0.2)] * 5
WAVE = [*STEADY, (0.2, 0.4)]  # DOCC from 0.2 to 0.4


def corridor(stations: int) -> Corridor:
    return Corridor("by hand", 30.0, tuple(Station(f"S{s}", 500.0 * s, 1) for s in range(stations)))


def replayed(detector: California7 | California8, occupancies: Sequence[tuple[float, ...]]) -> Array:
    """(T, N) the scores of frames with these occupancies of the stations."""
    frames = [np.array(occupancy)[:, None] for occupancy in occupancies]
    unknown = np.full_like(frames[0], np.nan)
    return np.array([detector.score(LoopFrame(30.0 * (k + 1), unknown, unknown, o)) for k, o in enumerate(frames)])


def seven(occupancies: Sequence[tuple[float, ...]], parameters: California7Parameters = SEVEN) -> Array:
    return replayed(California7(corridor(len(occupancies[0])), parameters), occupancies)


def eight(occupancies: Sequence[tuple[float, ...]], parameters: California8Parameters = EIGHT) -> Array:
    return replayed(California8(corridor(len(occupancies[0])), parameters), occupancies)


@pytest.mark.parametrize(
    ("up", "down", "wanted"),
    [
        # OCCDF = 0.20 is 2.5 T1; OCCRDF = 0.20 / 0.30 = 2/3 is 4/3 T2
        (0.30, 0.10, 4 / 3),
        # OCCDF = 0.06 is 0.75 T1; OCCRDF = 0.06 / 0.08 = 0.75 is 1.5 T2
        (0.08, 0.02, 0.75),
    ],
)
def test_seven_by_hand(up: float, down: float, wanted: float) -> None:
    assert seven([(up, down)] * 2)[1, 0] == pytest.approx(wanted)


@pytest.mark.parametrize(("down", "wanted"), [(0.15, 1.25), (0.151, 0.0)])
def test_seven_asks_for_a_free_road_downstream(down: float, wanted: float) -> None:
    # OCCRDF = 0.25 / 0.40 = 0.625 is 1.25 T2; OCCDF = 0.25 is more than 3 T1
    assert seven([(0.40, down)] * 2)[1, 0] == pytest.approx(wanted)


def test_seven_is_the_least_of_the_frames_it_must_persist() -> None:
    # down 0.10; up 0.30 gives 4/3, as above; up 0.40 OCCRDF = 0.75, 1.5 T2
    up = [0.30, 0.40, 0.40, 0.30, 0.10, 0.40]
    scores = seven([(occupancy, 0.10) for occupancy in up])[:, 0]
    assert scores == pytest.approx([0.0, 4 / 3, 1.5, 4 / 3, 0.0, 0.0])


def test_seven_with_a_persistence_of_one_frame_scores_at_once() -> None:
    assert seven([(0.30, 0.10)], replace(SEVEN, persistence_s=30.0))[0, 0] == pytest.approx(4 / 3)


def test_more_occupancy_downstream_is_no_evidence() -> None:
    assert seven([(0.05, 0.12)] * 3)[:, 0].tolist() == [0.0, 0.0, 0.0]


def test_an_empty_road_is_no_evidence() -> None:
    assert seven([(0.0, 0.0)] * 3)[:, 0].tolist() == [0.0, 0.0, 0.0]


def test_doubling_both_thresholds_halves_the_score() -> None:
    occupancies = [(0.30, 0.10), (0.09, 0.02), (0.20, 0.08), (0.35, 0.14)]
    doubled = replace(SEVEN, difference=0.16, relative=1.0)
    assert seven(occupancies, doubled) == pytest.approx(seven(occupancies) / 2)


@pytest.mark.parametrize("dead", [0, 1])
def test_a_dead_station_gives_nan_while_it_persists(dead: int) -> None:
    gap = tuple(DEAD if station == dead else INCIDENT[station] for station in (0, 1))
    known = np.isfinite(seven([gap, INCIDENT, INCIDENT, gap, INCIDENT, INCIDENT])[:, 0])
    # the first INCIDENT's persistence reaches back to the gap ahead of it, as does the one after the second gap
    assert known.tolist() == [False, False, True, False, False, True]


def test_a_dead_station_leaves_the_sections_beyond_it_alone() -> None:
    scores = seven([(DEAD, 0.30, 0.10)] * 2)[1]
    assert np.isnan(scores[0])
    assert scores[1] == pytest.approx(4 / 3)


def test_eight_is_seven_where_no_wave_passes() -> None:
    rng = np.random.default_rng(4)
    # all below the 0.3 of a wave
    occupancies = [tuple(row) for row in rng.uniform(0.0, 0.29, (60, 4))]
    assert np.array_equal(eight(occupancies), seven(occupancies))
    assert seven(occupancies).max() > 1


def test_eight_is_silent_for_five_minutes_from_a_compression_wave() -> None:
    # DOCCTD = (0.2 - 0.4) / 0.2 = -1 at the wave's frame: with it ten frames of 30 s are silent. Then
    # OCCDF = 0.25 is 3.125 T1; OCCRDF = 0.25 / 0.30 = 5/6 is 5/3 T2
    scores = eight([*WAVE, *[INCIDENT] * 11])[5:, 0]
    assert scores[:10].tolist() == [0.0] * 10
    assert scores[10:] == pytest.approx([5 / 3, 5 / 3])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (0.28, 0.34),  # dense, but DOCCTD = -0.06 / 0.28 = -0.21: traffic grows
        (0.10, 0.29),  # DOCCTD = -1.9, but not dense
        (0.50, 0.35),  # dense, and falling
    ],
)
def test_dense_traffic_or_a_rise_alone_is_no_wave(before: float, after: float) -> None:
    scores = eight([*[(0.2, before)] * 5, (0.2, after), INCIDENT, INCIDENT])[:, 0]
    assert scores[-1] == pytest.approx(5 / 3)


@pytest.mark.parametrize(("frames", "wanted"), [(4, 0.0), (3, 5 / 3)])
def test_a_wave_is_a_change_over_two_minutes(frames: int, wanted: float) -> None:
    # four frames of 30 s ahead of it make two minutes; with three nothing is known to compare it with
    scores = eight([*STEADY[:frames], (0.2, 0.4), INCIDENT, INCIDENT])[:, 0]
    assert scores[-1] == pytest.approx(wanted)


def test_a_wave_silences_only_the_section_it_leaves_downstream() -> None:
    # the wave is at the second station: downstream of section 0, upstream of section 1
    waves = [*[(0.2, 0.2, 0.02)] * 5, (0.2, 0.4, 0.02)]
    scores = eight([*waves, *[(0.40, 0.12, 0.02)] * 2])[-1]
    # section 1: OCCDF = 0.10 is 1.25 T1; OCCRDF = 0.10 / 0.12 = 5/6 is 5/3 T2
    assert scores == pytest.approx([0.0, 1.25])


def test_a_dead_station_stays_nan_while_a_wave_silences() -> None:
    assert np.isnan(eight([*WAVE, (DEAD, 0.05)])[-1, 0])
