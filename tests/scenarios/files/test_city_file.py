from math import isclose
from pathlib import Path

import numpy as np
import pytest

from scenarios.city import City
from scenarios.city_trips import draw_trips, pair_weights
from scenarios.files.city_file import SHIPPED, city_names, load_city


@pytest.fixture(scope="module")
def bypass() -> City:
    return load_city("bypass")


def changed(folder: Path, old: str, new: str) -> str:
    text = (SHIPPED / "bypass" / "city.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "city.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    return "city.toml"


def test_the_shipped_city_has_forty_stations_on_three_freeways(bypass: City) -> None:
    assert city_names() == ["bypass"]
    assert len(bypass.stations) == 40
    assert {name[0] for name in bypass.station_names} == {"A", "B", "C"}


def test_every_section_has_a_link_in_either_direction_of_the_same_length(bypass: City) -> None:
    links = {link.name: link for link in bypass.links}
    there, back = links["C+1"], links["C-1"]
    assert (there.start, there.end) == ("C+1", "C+2")
    assert (back.start, back.end) == ("C-2", "C-1")
    assert there.length_m == back.length_m == pytest.approx(np.hypot(1800, 1000))


def test_nobody_enters_a_freeway_where_it_ends(bypass: City) -> None:
    starts, ends = {link.start for link in bypass.links}, {link.end for link in bypass.links}
    assert "A+8" in ends
    assert "A+8" not in starts
    assert "A-8" in starts
    assert "A-8" not in ends


def test_every_zone_is_reached_from_every_other(bypass: City) -> None:
    reached = {zone.origin: {zone.origin} for zone in bypass.zones}
    for seen in reached.values():
        grown = 0
        while grown < len(seen):
            grown = len(seen)
            seen |= {link.end for link in bypass.links if link.start in seen}
    for one in bypass.zones:
        assert {other.destination for other in bypass.zones if other is not one} <= reached[one.origin]


def test_shares_of_trips_add_up_to_one_and_through_traffic_has_its_own(bypass: City) -> None:
    weights, beyond = pair_weights(bypass), np.array([zone.beyond for zone in bypass.zones])
    assert weights.sum() == pytest.approx(1.0)
    assert weights[np.ix_(beyond, beyond)].sum() == pytest.approx(bypass.demand.through_share)
    assert (np.diag(weights) == 0).all()
    assert isclose(sum(share for _, share in (*bypass.demand.to_jobs, *bypass.demand.to_homes)), 1.0)


def test_a_day_is_drawn_by_its_seed_alone_and_days_differ(bypass: City) -> None:
    small = City(**{**{name: getattr(bypass, name) for name in bypass.__dataclass_fields__}, "demand": _few(bypass)})
    first, again, other = (draw_trips(small, seed) for seed in (1, 1, 2))
    assert first == again
    assert len(first) != len(other)
    assert [trip.time_s for trip in first] == sorted(trip.time_s for trip in first)
    assert len(first) == pytest.approx(2000, rel=0.25)


def _few(city: City) -> object:
    from dataclasses import replace

    return replace(city.demand, trips_per_day=2000.0)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('["A", 2, "x1y1"]', '["A", 9, "x1y1"]', r"ramps\.between\[0\]: freeway 'A' has points 0 to 8, got 9"),
        ('["A", 2, "x1y1"]', '["D", 2, "x1y1"]', r"ramps\.between\[0\]: no freeway 'D'"),
        ('["A", 2, "x1y1"]', '["A", 2, "x9y1"]', r"no street junction 'x9y1'"),
        ("x2y1 = [2.0, 9.0]", "x2y8 = [2.0, 9.0]", r"demand\.zones\.x2y8: no such street junction; did you mean"),
        ('"A 8" = 3.0', '"A 7" = 3.0', r"demand\.ends\.A 7: wanted a freeway and its first or last point"),
        ("to_jobs = [[6,", "to_jobs = [[5,", "the same hours one after the other"),
        ("trips_per_day", "trips_a_day", r"demand\.trips_a_day: unknown key; did you mean 'trips_per_day'"),
        ("rows_m = [1000, 3000", "rows_m = [3000, 1000", "columns_m and rows_m rise"),
        (
            "points = [[0, 4500], [1500, 4500]",
            "points = [[0, 4500], [0, 4500]",
            r"points\[0\] and points\[1\] are the same",
        ),
    ],
)
def test_a_city_that_cannot_be_is_refused_in_one_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    name = changed(tmp_path, old, new)
    with pytest.raises(ValueError, match=said) as refused:
        load_city(name, tmp_path)
    assert str(tmp_path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_city_that_is_not_there_is_refused() -> None:
    with pytest.raises(FileNotFoundError, match=r"no city 'bypas'.*did you mean 'bypass'"):
        load_city("bypas")
