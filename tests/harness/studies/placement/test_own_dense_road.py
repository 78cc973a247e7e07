"""A user's own network with loops put in, by hand: a road of 2300 m whose stations stand at 402.5, 1100 and 2100 m."""

from pathlib import Path

import pytest

from harness.studies.placement.candidate_stations import building_options, own_placement, recorded_site
from harness.studies.placement.own_dense_road import OwnStudyRoad, own_dense_road
from scenarios.files.placement_study_file import PlacementStudy
from tests.scenarios.files.freeway_by_hand import own

STUDY = PlacementStudy.model_validate(
    {
        "name": "mine",
        "battery": "mine",
        "detector": "mcmaster",
        "candidates": {"every_m": 400, "record_m": 200},
        "budget": {"stations": 4},
    }
)


def test_stations_of_the_network_stay_and_others_are_put_in_away_from_them(tmp_path: Path) -> None:
    dense = own_dense_road(OwnStudyRoad(own(tmp_path)), [420.0, 800.0, 810.0, 1600.0])
    at_m = [station.position_m for station in dense.corridor(30.0).stations]
    assert at_m == [402.5, 800.0, 1100.0, 1600.0, 2100.0]


def test_loops_are_put_in_all_through_lanes_and_no_others(tmp_path: Path) -> None:
    dense = own_dense_road(OwnStudyRoad(own(tmp_path)), [1300.0])
    lanes = [
        loop.sumo_lane for loop in dense.road.loops if dense.road.corridor.stations[loop.station].position_m == 1300
    ]
    assert lanes == ["b_1", "b_2"]


def test_a_position_off_the_road_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"wanted positions between the first and the last station.*got 2200 m"):
        own_dense_road(OwnStudyRoad(own(tmp_path)), [2200.0])


def test_the_digest_changes_with_the_network_and_with_the_loops(tmp_path: Path) -> None:
    road = OwnStudyRoad(own(tmp_path))
    one, other = own_dense_road(road, [800.0]), own_dense_road(road, [900.0])
    before = one.digest()
    assert before == own_dense_road(road, [800.0]).digest() != other.digest()
    (tmp_path / "town.net.xml").write_text((tmp_path / "town.net.xml").read_text().replace("30", "25"))
    assert one.digest() != before


def test_a_study_finds_its_candidates_on_an_own_network(tmp_path: Path) -> None:
    road = OwnStudyRoad(own(tmp_path))
    dense = recorded_site(STUDY, road).corridor(30.0)
    site, _ = building_options(STUDY, road, dense)
    assert [site.positions_m[at.station] for at in site.options] == [802.5, 1202.5, 1602.5]
    assert own_placement(dense, road).positions_m(dense) == (402.5, 1100.0, 2100.0)
