"""Charts that know a site's normal from the first frame on."""

from pathlib import Path

import numpy as np
import pytest

from detectors.calibration.day_means import day_means
from detectors.calibration.file_amendment import amend
from detectors.calibration.normal_file import normal_table
from detectors.calibration.stored_text import shipped_text
from detectors.catalogue import DETECTORS, build
from detectors.charts.site_residuals import SiteResiduals
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame
from tests.detectors.site_days import CORRIDOR, hour_flow, site_day

CHARTS = ("xbar", "cusum", "ewma", "hotelling_t2")
NORMAL = day_means([site_day(), site_day(), site_day()]).normal(24)
EARLY = range(3, 9)


def site_file(name: str, folder: Path) -> Path:
    file = folder / f"{name}.toml"
    file.write_text(shipped_text(name, ".toml"), encoding="utf-8")
    amend(file, ".toml", {}, normal_table(NORMAL))
    return file


def test_residuals_are_known_from_the_first_frame_on() -> None:
    frames = site_day(hours=EARLY).frames
    knows, learns = SiteResiduals(CORRIDOR, 600.0, NORMAL), SiteResiduals(CORRIDOR, 600.0)
    assert np.isfinite(knows.step(frames[0])).all()
    assert np.isnan(learns.step(frames[0])).all()


def test_the_first_frame_is_judged_by_the_normal() -> None:
    # at 3:30 the normal is the hour's mean; the first frame is four of its deviations above
    first = LoopFrame(
        3.5 * 3600.0 + 150.0, *(np.full((3, 1), value) for value in ((hour_flow(3) + 240.0) / 12, 25.0, 0.1))
    )
    white = SiteResiduals(CORRIDOR, 600.0, NORMAL).step(first)
    assert (white[:, 0] > 2.0).all()
    assert white[:, 1:] == pytest.approx(np.zeros((3, 2)), abs=1e-6)


def test_a_peak_that_every_day_has_is_less_of_a_surprise_than_without_a_normal() -> None:
    def steep(hour: int) -> float:
        return 600.0 + 400.0 * max(0, hour - 5)

    normal = day_means([site_day(flow=steep), site_day(flow=steep)]).normal(24)
    frames = site_day(flow=steep).frames[:120]
    largest = []
    for told in (normal, None):
        residuals = SiteResiduals(CORRIDOR, 600.0, told)
        white = np.array([residuals.step(frame)[:, 0] for frame in frames])
        largest.append(float(np.abs(white[72:]).max()))
    assert largest[0] < 0.8 * largest[1]


@pytest.mark.parametrize("hours", [range(20), range(4, 24)])
def test_where_the_normal_lacks_the_first_hour_charts_learn_it_as_without(hours: range) -> None:
    lacking = day_means([site_day(hours=hours), site_day(hours=hours)]).normal(24)
    start = 21 * 3600.0 if hours.start == 0 else 3600.0
    frames = [frame for frame in site_day().frames if frame.time_s > start][:12]
    knows, learns = SiteResiduals(CORRIDOR, 600.0, lacking), SiteResiduals(CORRIDOR, 600.0)
    for frame in frames:
        assert knows.step(frame) == pytest.approx(learns.step(frame), nan_ok=True)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_with_a_sites_file_scores_its_first_frame(name: str, tmp_path: Path) -> None:
    first = site_day(hours=EARLY).frames[0]
    detector, shipped = build(name, CORRIDOR, site_file(name, tmp_path)), build(name, CORRIDOR)
    assert np.isfinite(detector.step(first).score).all()
    assert np.isnan(shipped.step(first).score).all()


@pytest.mark.parametrize("name", CHARTS)
def test_a_sites_file_is_refused_on_another_site(name: str, tmp_path: Path) -> None:
    other = Corridor("other", 300.0, (Station("A", 0.0, 1), Station("D", 800.0, 1)))
    file = site_file(name, tmp_path)
    with pytest.raises(ValueError, match=rf"{name}\.toml: the normal in it is that of site, which has no station D"):
        build(name, other, file)


def test_a_detector_that_uses_no_normal_takes_a_file_with_one_everywhere(tmp_path: Path) -> None:
    other = Corridor("other", 300.0, (Station("A", 0.0, 1), Station("D", 800.0, 1)))
    assert not DETECTORS["snd"].uses_normal
    build("snd", other, site_file("snd", tmp_path))


@pytest.mark.parametrize("name", CHARTS)
def test_what_ships_holds_no_normal(name: str) -> None:
    assert DETECTORS[name].uses_normal
    assert "[normal]" not in shipped_text(name, ".toml")
