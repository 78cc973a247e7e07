"""The picture of an adopted network: names beside their own carriageway, none over another, direction by an arrow."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Annotation

from harness.reporting.figures.adopted_road import network_figure
from scenarios.adoption.adopted_study import Study
from scenarios.adoption.carriageways import Carriageway
from scenarios.adoption.network_edges import Network, NetworkEdge
from scenarios.corridor import Corridor, Station
from scenarios.corridor_edge import CorridorEdge
from scenarios.own_road import OwnRoad
from scenarios.scenario import OwnNetwork

Shape = tuple[tuple[float, float], ...]
EAST: Shape = ((0.0, 0.0), (4000.0, 0.0))
WEST: Shape = ((4000.0, 30.0), (0.0, 30.0))
RAMP: Shape = ((500.0, -300.0), (1000.0, 0.0))


def edge(name: str, shape: Shape) -> NetworkEdge:
    return NetworkEdge(name, "", "", 3, 30.0, 4000.0, shape)


def study(name: str, places_m: Sequence[float], keeps_left: bool = False) -> Study:
    """A study of a carriageway of one edge, with stations called by their place."""
    stations = tuple(Station(f"{name} {place:.0f}", place, 3) for place in places_m)
    network = OwnNetwork(net_file="n", route_files=("r",), additional_files=("a",), corridor=(name,))
    road = OwnRoad(
        network, Corridor(name, 30.0, stations, keeps_left), (), (CorridorEdge(name, 0, 4000, (0, 1, 2)),), ()
    )
    return Study(name, road, Path("s"), Path("b"), placed=False)


def drawn(shapes: dict[str, Shape], studies: Sequence[Study], others: Sequence[NetworkEdge] = ()) -> Figure:
    edges = {name: edge(name, shape) for name, shape in shapes.items()}
    ways = [Carriageway(name, (each,), ring=False) for name, each in edges.items()]
    return network_figure(Network(edges | {each.edge: each for each in others}, {}, {}), ways, studies)


def names(figure: Figure) -> dict[str, Annotation]:
    """The names of stations that are shown."""
    found = [each for each in figure.axes[0].texts if isinstance(each, Annotation)]
    return {each.get_text(): each for each in found if each.get_text() and each.get_visible()}


@pytest.mark.parametrize(("keeps_left", "east_is_below"), [(False, True), (True, False)])
def test_names_are_on_the_outer_side_of_their_carriageway(keeps_left: bool, east_is_below: bool) -> None:
    studies = [study("east", [1000, 3000], keeps_left), study("west", [1000, 3000], keeps_left)]
    shown = names(drawn({"east": EAST, "west": WEST}, studies))
    assert (shown["east 1000"].xyann[1] < 0) == east_is_below
    assert (shown["west 1000"].xyann[1] > 0) == east_is_below
    assert shown["west 1000"].xy == (3000.0, 30.0)


def test_no_name_covers_another_and_the_first_is_kept() -> None:
    places_m = [1000.0, 1020.0, 1040.0, 1060.0, 1080.0, 3000.0]
    shown = names(drawn({"east": EAST}, [study("east", places_m)]))
    assert {"east 1000", "east 1020", "east 3000"} < set(shown)
    assert len(shown) < len(places_m)  # where there is no room, a name is left out
    boxes = [each.get_window_extent() for each in shown.values()]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_an_arrow_at_the_end_shows_the_direction() -> None:
    figure = drawn({"west": WEST}, [study("west", [1000, 3000])])
    (arrow,) = [each for each in figure.axes[0].texts if isinstance(each, Annotation) and each.arrow_patch is not None]
    assert arrow.xy == (0.0, 30.0)
    assert arrow.xyann[0] > 0


def test_other_roads_are_named_where_there_are_some() -> None:
    studies = [study("east", [1000, 3000])]
    told = [
        [text.get_text() for text in drawn({"east": EAST}, studies, others).legends[0].get_texts()]
        for others in ((), (edge("on", RAMP),))
    ]
    assert told == [["east"], ["east", "left out: other roads and ramps"]]


def test_a_straight_road_takes_little_room() -> None:
    studies = [study("east", [1000, 3000])]
    straight, bent = (drawn({"east": shape}, studies) for shape in (EAST, (*EAST, (4000.0, 4000.0))))
    assert straight.get_figheight() < 3 < bent.get_figheight()
