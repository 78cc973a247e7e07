"""Scores of days with the normal of the others."""

import numpy as np

from detectors.calibration.day_means import day_means
from detectors.calibration.hourly_normal import HourlyNormal
from detectors.calibration.out_of_day import MOST_FOLDS, out_of_day_scores
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame
from tests.detectors.known_runs import Run
from tests.detectors.site_days import CORRIDOR, hour_flow, on_one_clock, site_day


class Told:
    """Scores a section with what the normal says of its upstream station's flow at hour 0, above the site's."""

    def __init__(self, corridor: Corridor, normal: HourlyNormal) -> None:
        self._told = normal.mean[0, :-1, 0] - hour_flow(0)

    def score(self, frame: LoopFrame) -> Array:
        return np.asarray(self._told)


def test_a_day_is_scored_with_the_normal_of_the_others() -> None:
    runs = [site_day(offset=offset) for offset in (0.0, 30.0, 300.0)]
    scores = out_of_day_scores(runs, day_means(runs), 24, Told)
    assert [np.unique(score.round(6)).tolist() for score in scores] == [[165.0], [150.0], [15.0]]


def test_days_of_one_long_recording_are_scored_so_too() -> None:
    frames = tuple(frame for run in on_one_clock(2) for frame in run.frames)
    more = tuple(frame for frame in site_day(start_s=2 * 86400.0, offset=90.0).frames)
    run = Run(CORRIDOR, frames + more, ())
    (score,) = out_of_day_scores([run], day_means([run]), 24, Told)
    assert score[[0, 288, 576], 0].round(6).tolist() == [45.0, 45.0, 0.0]


def test_every_frame_has_a_score_whatever_the_number_of_days() -> None:
    runs = [site_day() for _ in range(2 * MOST_FOLDS + 1)]
    assert all(np.isfinite(score).all() for score in out_of_day_scores(runs, day_means(runs), 24, Told))
