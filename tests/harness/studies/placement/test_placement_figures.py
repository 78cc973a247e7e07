"""The pictures of a placement study hold its findings, for a desktop and for a phone."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from harness.reporting.figures.figure_style import SMALL_PT
from harness.studies.placement.own_dense_road import OwnStudyRoad
from harness.studies.placement.placement_contours import draw_incident
from harness.studies.placement.placement_figures import draw_scores_by_size, draw_spacing
from harness.studies.placement.placement_page import write_placement_page
from harness.studies.placement.placement_road_figure import LANE_H, draw_road
from harness.studies.placement.placement_study import PlacementFindings
from scenarios.corridor import Corridor, Station
from scenarios.corridor_edge import CorridorEdge
from scenarios.own_road import OwnRoad
from scenarios.scenario import OwnNetwork
from scenarios.site import Ramp, Site
from tests.harness.drawn_lines import points_of
from tests.harness.page_laws import PHONE_PX, Page, check_page, needs_chromium, widths_on_a_phone

PHONE_SHOWN_PX = 366  # of a figure on a page 390 px wide
LEAST_TEXT_PX = 9.0


def texts(figure: Figure) -> list[str]:
    """All texts of a figure's axes and legends."""
    figure.draw_without_rendering()
    axes_texts = [
        text for axes in figure.axes for text in (*axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels())
    ]
    legends = [text for each in figure.legends for text in each.get_texts()]
    return [text.get_text() for text in (*axes_texts, *legends)]


def points(axes: Axes, label: str) -> list[tuple[float, float]]:
    """The points of the line with this label."""
    (line,) = (each for each in axes.lines if str(each.get_label()).startswith(label))
    return points_of(line)


@pytest.mark.parametrize("narrow", [False, True])
def test_the_road_shows_every_placement_with_its_test_delay(findings: PlacementFindings, narrow: bool) -> None:
    told = " | ".join(texts(draw_road(findings, narrow)))
    for found in (findings.own, *findings.best):
        assert found.label in told
        assert f"{found.test.delay.mean:.0f} s" in told
    assert f"{findings.chosen.label}  (chosen)" in told


def test_the_road_shows_the_stations_where_they_are(findings: PlacementFindings) -> None:
    below = draw_road(findings).axes[1]
    drawn = [[x for x, _ in points_of(line)] for line in below.lines if line.get_marker() in ("D", "o")]
    for found in (findings.own, *findings.best):
        assert [at_m / 1000 for at_m in found.placement.positions_m(findings.dense)] in drawn


def test_the_road_names_its_marks(findings: PlacementFindings) -> None:
    (legend,) = draw_road(findings).legends
    assert [text.get_text() for text in legend.get_texts()] == [
        "no station allowed",
        f"station allowed ({len({each.station for each in findings.site.options})} places)",
        "existing, kept",
        "calibration incidents",
        "test incidents",
    ]


def test_on_a_users_own_road_lanes_are_drawn_where_they_are_and_no_room_is_left_for_ramps(
    findings: PlacementFindings,
) -> None:
    places_m = [station.position_m for station in findings.road.station]
    middle_m = (places_m[0] + places_m[-1]) / 2
    edges = (
        CorridorEdge("a", 0.0, middle_m, (0, 1, 2), ending_from=2),
        CorridorEdge("b", middle_m, places_m[-1] + 500, (0, 1)),
    )
    corridor = Corridor("own", 30.0, tuple(Station(s.name, s.position_m, 2) for s in findings.road.station))
    network = OwnNetwork(net_file="n", route_files=("r",), additional_files=("a",), corridor=("a", "b"))
    theirs = OwnStudyRoad(OwnRoad(network, corridor, (), edges, ()))
    drawn = draw_road(replace(findings, road=theirs))
    road = drawn.axes[0]
    shown = [each.get_paths()[0].get_extents() for each in road.collections if isinstance(each, PolyCollection)]
    lanes = [(round(box.x1 * 1000), round(box.height / LANE_H)) for box in shown[:2]]
    assert lanes == [(round(middle_m), 3), (round(places_m[-1]), 2)]
    ramp = Ramp(name="on", kind="on", start_m=500.0, end_m=700.0, share=0.1)
    assert isinstance(findings.road, Site)
    with_ramp = draw_road(replace(findings, road=findings.road.model_copy(update={"ramp": (ramp,)})))
    assert road.get_ylim()[0] > with_ramp.axes[0].get_ylim()[0]
    assert drawn.get_figheight() < with_ramp.get_figheight()


def test_where_traffic_keeps_left_lane_0_is_above(findings: PlacementFindings) -> None:
    def drawn_at(keeps_left: bool) -> list[float]:
        road = draw_road(replace(findings, dense=replace(findings.dense, keeps_left=keeps_left))).axes[0]
        return [y for _, y in points(road, "test incidents")]

    middle = LANE_H * findings.road.lanes / 2
    right, left = drawn_at(keeps_left=False), drawn_at(keeps_left=True)
    assert any(y != pytest.approx(middle) for y in right)
    assert [y - middle for y in left] == pytest.approx([middle - y for y in right])


def test_another_choice_makes_another_road(findings: PlacementFindings) -> None:
    other = replace(findings, chosen=next(each for each in findings.best if each is not findings.chosen))
    assert f"{other.chosen.label}  (chosen)" in texts(draw_road(other))


def test_the_pareto_holds_delay_dr_and_ttd_of_the_best(findings: PlacementFindings) -> None:
    delay, rate, ttd = draw_scores_by_size(findings).axes
    sizes = [len(each.placement.stations) for each in findings.best]
    assert points(delay, "best, on the test") == list(
        zip(sizes, [each.test.delay.mean for each in findings.best], strict=True)
    )
    assert points(rate, "best, on the test") == list(
        zip(sizes, [100 * each.test.dr.value for each in findings.best], strict=True)
    )
    assert len(points(delay, "tried")) == len(findings.tried)
    assert [axes.get_title(loc="left") for axes in (delay, rate, ttd)] == [
        "Mean delay, s: lower is better",
        "Test incidents detected (DR), %",
        "Mean TTD of the detected, s",
    ]
    assert {axes.get_xlabel() for axes in (delay, rate, ttd)} == {"stations, with those at the ends"}
    assert rate.get_ylim() == (0, 102)


def test_the_spacing_holds_evenly_spaced_stations_only(findings: PlacementFindings) -> None:
    figure = draw_spacing(findings)
    assert figure is not None
    rates = figure.axes[0].lines[0]
    assert [x for x, _ in points_of(rates)] == [
        spacing_m for spacing_m, _ in sorted(findings.even, key=lambda each: each[0])
    ]
    assert draw_spacing(replace(findings, even=())) is None


def test_the_incident_is_shown_under_both_placements(findings: PlacementFindings) -> None:
    own, chosen, bar = draw_incident(findings).axes
    assert own.get_title(loc="left").startswith(f"existing, {len(findings.own.placement.stations)} stations: ")
    assert chosen.get_title(loc="left").startswith(f"chosen, {len(findings.chosen.placement.stations)} stations: ")
    assert own.get_xlabel() == chosen.get_xlabel() == "minutes since onset"
    assert bar.get_ylabel() == "speed at the stations, linear in between, km/h"


@pytest.mark.parametrize("draw", [draw_road, draw_scores_by_size, draw_spacing, draw_incident])
def test_text_is_readable_on_a_phone(draw: Callable[..., Figure], findings: PlacementFindings) -> None:
    figure = draw(findings, narrow=True)
    shown_px_per_pt = PHONE_SHOWN_PX / (72 * figure.get_figwidth())
    assert SMALL_PT * shown_px_per_pt >= LEAST_TEXT_PX
    sizes = [
        float(text.get_fontsize()) for axes in figure.axes for text in (*axes.texts, axes.xaxis.label, axes.yaxis.label)
    ]
    assert min(sizes) >= SMALL_PT


@pytest.fixture(scope="module")
def path(findings: PlacementFindings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the study."""
    out = tmp_path_factory.mktemp("page")
    write_placement_page(out, findings)
    return out / "placement.html"


def test_the_page_leads_with_the_chosen_placement_beside_the_own(path: Path, findings: PlacementFindings) -> None:
    page = check_page(path.read_text(encoding="utf-8"))
    answer = " ".join(page.words[: page.words.index("On this page")].split())
    assert f"Best placement found: {len(findings.chosen.placement.stations)} stations Mean delay " in answer
    chosen = findings.chosen.test
    assert f"has a mean delay of {chosen.delay.mean:.0f} s and detects {chosen.dr.part};" in answer
    assert f"Existing: {len(findings.own.placement.stations)} stations" in answer
    assert "one run failed" in answer


@pytest.mark.browser
@needs_chromium
def test_the_page_fits_a_phone(path: Path, tmp_path: Path) -> None:
    assert widths_on_a_phone(path, tmp_path) == (PHONE_PX, PHONE_PX)


def test_the_chosen_row_is_bold(path: Path) -> None:
    page = Page(path.read_text(encoding="utf-8"))
    assert [attributes.get("class") for attributes in page.of("tr")].count("bold") == 1
    assert any("(chosen)" in row[0] for row in page.tables["Placements"])
