"""Planned vehicles, counted by hand; SUMO itself agrees in tests/simulator/sumo/test_run_traffic.py."""

import random
from pathlib import Path

import pytest

from scenarios.errors import UserError
from scenarios.files import xml_file
from scenarios.files.route_file import PlannedVehicles, check_planned, planned_vehicles


def planned(folder: Path, elements: str, last_s: float = 299.0) -> PlannedVehicles:
    path = folder / "cars.rou.xml"
    path.write_text(f"<routes>{elements}</routes>", encoding="utf-8")
    return planned_vehicles([path], last_s)


def test_vehicles_and_trips_count_wherever_they_stand(tmp_path: Path) -> None:
    found = planned(
        tmp_path,
        '<vehicle depart="299"><route/></vehicle><trip depart="10"/><vehicle depart="5"/><vehicle depart="300"/>',
    )
    assert (found.by_then, found.in_all, found.first_s, found.known) == (3, 4, 5.0, True)


def test_times_may_have_hours_and_days(tmp_path: Path) -> None:
    found = planned(tmp_path, '<vehicle depart="0:04:59"/><vehicle depart="0:05:00"/><vehicle depart="1:00:00:00"/>')
    assert (found.by_then, found.first_s) == (1, 299.0)


@pytest.mark.parametrize(
    ("flow", "by_then"),
    [
        ('begin="0" end="100" vehsPerHour="777"', 22),
        ('begin="10" end="500" vehsPerHour="333"', 27),
        ('begin="3.5" end="900" number="33"', 11),
        ('begin="3.5" period="7" number="12"', 12),
        ('begin="0:0:30" end="0:04:00" period="2.5"', 84),
        ('begin="400" end="900" number="33"', 0),
        ('begin="0" number="864"', 3),
        ('begin="1000" number="10"', 0),
    ],
)
def test_flows_depart_at_their_rate(tmp_path: Path, flow: str, by_then: int) -> None:
    found = planned(tmp_path, f'<flow id="f" {flow}/>')
    assert (found.by_then, found.flows, found.known) == (by_then, 1, True)


@pytest.mark.parametrize(
    ("flow", "in_all"), [('number="10"', 10), ('period="1000"', 87), ('vehsPerHour="3.6" number="200"', 200)]
)
def test_a_flow_without_an_end_lasts_a_day_unless_rate_and_number_end_it(
    tmp_path: Path, flow: str, in_all: int
) -> None:
    found = planned(tmp_path, f'<flow id="f" begin="0" {flow}/>', 1e9)
    assert (found.by_then, found.in_all, found.known) == (in_all, in_all, True)


@pytest.mark.parametrize(
    "element",
    [
        '<flow begin="0" end="100" probability="0.5"/>',
        '<flow begin="0" end="100" period="exp(0.2)"/>',
        '<flow begin="0" end="100" vehsPerHour="inf"/>',
        '<flow begin="nan" end="100" number="1e308"/>',
        '<flow begin="0" end="100" vehsPerHour="1e308"/>',
        '<vehicle depart="triggered"/>',
        '<vehicle depart="nan"/>',
        '<vehicle depart="1_000"/>',
        '<vehicle depart="\u0661"/>',
        '<vType id="car" scale="2"/>',
        '<calibrator id="c"/>',
        '<include href="more.rou.xml"/>',
    ],
)
def test_what_leaves_the_number_open_makes_it_unknown(tmp_path: Path, element: str) -> None:
    assert not planned(tmp_path, element).known


def test_persons_are_not_counted(tmp_path: Path) -> None:
    assert planned(tmp_path, '<person depart="1"/><personFlow begin="0" end="9" number="9"/>').in_all == 0


def test_a_file_too_large_to_be_counted_is_not_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_file, "LARGEST_FILE_BYTES", 1 << 20)
    assert not planned(tmp_path, '<vehicle depart="1"/>' * 100_000).known


def test_files_without_a_vehicle_are_refused_by_name() -> None:
    with pytest.raises(UserError, match=r"cars.rou.xml: wanted vehicles .* 300 s, but they hold no vehicle"):
        check_planned(PlannedVehicles(299.0), [Path("/a/cars.rou.xml")], 300.0)


def test_vehicles_after_the_end_are_refused_with_the_first_of_them() -> None:
    with pytest.raises(UserError, match=r"all 7 depart later, the first at 25200 s \(times of the day\?"):
        check_planned(PlannedVehicles(299.0, 0, 7, 25200.0), [Path("cars.rou.xml")], 300.0)


def test_an_unknown_number_is_not_refused() -> None:
    check_planned(PlannedVehicles(299.0, known=False), [Path("cars.rou.xml")], 300.0)


def test_mutated_numbers_are_counted_or_unknown(tmp_path: Path) -> None:
    rng = random.Random(3)
    values = ("", "nan", "inf", "-inf", "1e308", "-1", "0", "1e-300", "x", "9" * 400, "1:2", "1:nan:3", "ü")
    for _ in range(200):
        keys = rng.sample(("begin", "end", "number", "vehsPerHour", "period", "depart", "probability"), 4)
        pairs = " ".join(f'{key}="{rng.choice((*values, "5", "100"))}"' for key in keys)
        found = planned(tmp_path, f"<flow {pairs}/><vehicle {pairs}/>")
        assert 0 <= found.by_then < 1e9
