"""Entries of classical detectors and control charts, whose parameters are the best of a grid of candidates."""

from collections.abc import Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from detectors.calibration.grid_search import GridCalibratedDetector
from detectors.calibration.site_history import SiteHistory
from detectors.calibration.stored_text import shipped_file
from detectors.catalogue_entry import Entry
from detectors.charts.chart_detector import ChartDetector
from detectors.charts.cusum import Cusum, CusumParameters
from detectors.charts.ewma import Ewma, EwmaParameters
from detectors.charts.hotelling_t2 import HotellingParameters, HotellingT2
from detectors.charts.xbar import Xbar, XbarParameters
from detectors.classical.apid import Apid, ApidParameters
from detectors.classical.california import California7, California7Parameters, California8, California8Parameters
from detectors.classical.delos import Delos, DelosParameters
from detectors.classical.mcmaster import McMaster, McMasterParameters
from detectors.classical.snd import Snd, SndParameters
from detectors.needs import COUNT, COUNT_OCCUPANCY, COUNT_SPEED, OCCUPANCY, Needs

_STATION_NEEDS: Needs = (OCCUPANCY, COUNT_SPEED)
"""Of station detectors: occupancy that is not known is derived from count and speed (`detectors.classical.station_means`)."""
_OCCUPANCIES = {"difference": (0.03, 0.06, 0.1), "relative": (0.3, 0.5, 0.7), "downstream": (0.1, 0.15, 0.25)}
_LASTS = {"persistence_s": (30.0, 90.0)}


def _entry(summary: str, detector: GridCalibratedDetector, needs: Needs = _STATION_NEEDS) -> Entry:
    def calibrate(runs: Sequence[Any], out: Path, sources: str, aim: float) -> None:
        detector.calibrate(runs, out, sources)

    def calibrate_on_site(runs: Sequence[Any], out: Path, sources: str, history: SiteHistory) -> None:
        detector.calibrate(runs, out, sources, history=history)

    def shipped(aim: float) -> Traversable:
        return shipped_file(detector.name, ".toml")

    return Entry(
        detector.name,
        summary,
        detector.build,
        calibrate,
        detector.thresholds,
        shipped=shipped,
        calibrate_on_site=calibrate_on_site,
        uses_normal=detector.site_scorer is not None,
        holds_feedback=True,
        needs=needs,
    )


GRID_DETECTORS = (
    _entry(
        "California algorithm #7 (Payne and Tignor 1978)",
        GridCalibratedDetector("california7", California7Parameters(), California7, {**_OCCUPANCIES, **_LASTS}),
    ),
    _entry(
        "California algorithm #8, with the compression wave test (Payne and Tignor 1978)",
        GridCalibratedDetector("california8", California8Parameters(), California8, {**_OCCUPANCIES, **_LASTS}),
    ),
    _entry(
        "APID, California tests by level of flow (Masters, Lam and Wong 1991)",
        GridCalibratedDetector(
            "apid",
            ApidParameters(),
            Apid,
            {
                "heavy": (0.1, 0.15, 0.2),
                "relative_heavy": (0.3, 0.5),
                "relative_medium": (0.3, 0.5),
                "speed_fall": (0.1, 0.2, 0.4),
            },
        ),
    ),
    _entry(
        "DELOS, the Minnesota low-pass filter (Stephanedes and Chassiakos 1993)",
        GridCalibratedDetector(
            "delos",
            DelosParameters(),
            Delos,
            {"after_s": (60.0, 120.0, 180.0), "before_s": (180.0, 300.0, 600.0), "congestion": (0.25, 0.5, 1.0)},
        ),
    ),
    _entry(
        "standard normal deviate of a station's occupancy (Dudek, Messer and Nuckles 1974)",
        GridCalibratedDetector(
            "snd",
            SndParameters(),
            Snd,
            {"memory_s": (180.0, 300.0, 600.0), "persistence_s": (30.0, 60.0, 120.0), "fall": (0.0, 0.5, 1.0)},
        ),
    ),
    _entry(
        "McMaster: a station leaves the uncongested regime (Persaud and Hall 1989)",
        GridCalibratedDetector(
            "mcmaster",
            McMasterParameters(),
            McMaster,
            {
                "bound": (0.7, 0.85),
                "critical": (0.05, 0.08, 0.12),
                "downstream": (0.5, 1.0, 2.0),
                "persistence_s": (30.0, 60.0, 120.0),
            },
        ),
        (COUNT_OCCUPANCY, COUNT_SPEED),
    ),
    _entry(
        "Shewhart's X-bar chart with run rules, on residuals of a section's normal",
        GridCalibratedDetector("xbar", XbarParameters(), Xbar, {"subgroup_s": (30.0, 60.0, 90.0)}, ChartDetector, Xbar),
        (COUNT, OCCUPANCY),
    ),
    _entry(
        "two-sided cusum (Page 1954), on residuals of a section's normal",
        GridCalibratedDetector("cusum", CusumParameters(), Cusum, {"shift": (1.0, 2.0, 3.0)}, ChartDetector, Cusum),
        (COUNT, OCCUPANCY),
    ),
    _entry(
        "exponentially weighted moving average (Roberts 1959), on residuals of a section's normal",
        GridCalibratedDetector("ewma", EwmaParameters(), Ewma, {"smoothing": (0.1, 0.2, 0.3)}, ChartDetector, Ewma),
        (COUNT, OCCUPANCY),
    ),
    _entry(
        "Hotelling's T2 of the residuals of a section's two stations, or its moving average (MEWMA)",
        GridCalibratedDetector(
            "hotelling_t2", HotellingParameters(), HotellingT2, {"smoothing": (0.3, 1.0)}, ChartDetector, HotellingT2
        ),
        (COUNT_SPEED,),
    ),
)
