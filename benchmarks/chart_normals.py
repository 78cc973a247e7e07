"""What a site's normal does for control charts: thresholds and false alarms on days, with the normal of the other days and without.

    python -m benchmarks.chart_normals results/calibration/runs/sr91-day-*

Parameters are those that ship. A lower threshold at the same rate of false alarms finds more. Days are without incidents, so what
is found is not told here.
"""

import sys
from pathlib import Path

from detectors.calibration.aims import AIMS, Aim
from detectors.calibration.day_means import DayMeans, day_means
from detectors.calibration.grid_search import GridCalibratedDetector, replay_scores
from detectors.calibration.hourly_normal import DAY_HOURS
from detectors.calibration.incident_free import CalibrationRun, calibration_sample
from detectors.calibration.out_of_day import out_of_day_scores
from detectors.calibration.outcome import outcome_at
from detectors.calibration.settings_file import shipped_settings
from detectors.calibration.thresholds import thresholds_for
from detectors.charts.cusum import Cusum, CusumParameters
from detectors.charts.ewma import Ewma, EwmaParameters
from detectors.charts.hotelling_t2 import HotellingParameters, HotellingT2
from detectors.charts.xbar import Xbar, XbarParameters
from harness.running.calibration_recordings import read_calibration_run
from simulator.frame import Array

CHARTS = (
    GridCalibratedDetector("xbar", XbarParameters(), Xbar, {}, site_scorer=Xbar),
    GridCalibratedDetector("cusum", CusumParameters(), Cusum, {}, site_scorer=Cusum),
    GridCalibratedDetector("ewma", EwmaParameters(), Ewma, {}, site_scorer=Ewma),
    GridCalibratedDetector("hotelling_t2", HotellingParameters(), HotellingT2, {}, site_scorer=HotellingT2),
)


def scores_of(chart: GridCalibratedDetector, runs: list[CalibrationRun], days: DayMeans | None) -> list[Array]:
    """Return a chart's scores (T, N) of each run, with its shipped parameters; `days` None: without a normal."""
    settings = shipped_settings(chart.name, type(chart.defaults))
    parameters = type(chart.defaults)(**settings.parameters)
    if days is None or chart.site_scorer is None:
        return replay_scores(lambda corridor: chart.scorer(corridor, parameters), runs)
    make = chart.site_scorer
    return out_of_day_scores(runs, days, DAY_HOURS, lambda corridor, normal: make(corridor, parameters, normal))


def main(folders: list[str]) -> None:
    """Print a row per chart, without and with the normal."""
    runs: list[CalibrationRun] = [read_calibration_run(Path(folder)) for folder in folders]
    days = day_means(runs)
    days.check_enough(DAY_HOURS)
    sample = calibration_sample(runs, Aim().recovery_s)
    print(f"{sample.corridor_days:.2f} incident-free corridor-days; false alarms at the shipped thresholds")
    print(f"{'chart':14} {'normal':8}" + "".join(f"{f'threshold {aim:g}':>15}{'false alarms':>14}" for aim in AIMS))
    for chart in CHARTS:
        for name, of in (("none", None), ("by hour", days)):
            scores = scores_of(chart, runs, of)
            found, shipped = thresholds_for(runs, scores), chart.thresholds()
            counts = {aim: outcome_at(shipped[aim], sample, scores, Aim(aim)).false_alarms for aim in AIMS}
            print(f"{chart.name:14} {name:8}" + "".join(f"{found[aim]:15.3f}{counts[aim]:14d}" for aim in AIMS))


if __name__ == "__main__":
    main(sys.argv[1:])
