"""Plans of incidents to plant: read, drawn from, refused with the likely slip."""

from pathlib import Path

import pytest

from scenarios.errors import UserError
from scenarios.files.planting_file import load_planting, planting_names, reseeded
from scenarios.planting import PlantedIncident

HEAD = 'name = "mine"\n[[incidents]]\nname = "p-{number}"\nseed = 5\n'


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_default_plan_takes_lanes_in_turn_with_different_seeds() -> None:
    plan = load_planting("random-60")
    assert len(plan.incidents) == 60
    assert [each.lanes for each in plan.incidents[:6]] == [(0,), (1,), (2,), (0, 1), (1, 2), (0,)]
    assert len({each.seed for each in plan.incidents}) == 60
    assert {each.durations_s for each in plan.incidents} == {(600.0, 1200.0)}


@pytest.mark.parametrize("name", planting_names())
def test_every_shipped_plan_is_read(name: str) -> None:
    assert load_planting(name).incidents


def test_factors_are_crossed_and_cycled(tmp_path: Path) -> None:
    text = (
        HEAD
        + "matrix.lanes = [[0], [1]]\nmatrix.open_factor = [0.9, 1.0]\n"
        + "cycle = { section = [0, 1, 2], place = [0.2, 0.5, 0.8] }\n"
    )
    found = load_planting(written(tmp_path, text)).incidents
    assert [(each.lanes, each.open_factor, each.section, each.place) for each in found] == [
        ((0,), 0.9, 0, 0.2),
        ((0,), 1.0, 1, 0.5),
        ((1,), 0.9, 2, 0.8),
        ((1,), 1.0, 0, 0.2),
    ]
    assert [each.seed for each in found] == [5, 6, 7, 8]


def test_another_seed_moves_every_draw_and_none_moves_nothing() -> None:
    plan = load_planting("random-60")
    assert reseeded(plan, 0) == plan
    assert not {e.seed for e in reseeded(plan, 1).incidents} & {e.seed for e in plan.incidents}


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("lanse = [0]\n", r"incidents\[0\] \('p-\{number\}'\): lanse: unknown key.*lanes"),
        ("lanes = [0, 0]\n", r"lanes: wanted different lanes, got \[0, 0\]"),
        ("lanes = [0]\nduration_s = 10\n", r"duration_s: wanted 30 to 7200 s, got 10\.0 \(is it in minutes\?\)"),
        ("lanes = [0]\nduration_s = [900, 600]\n", r"duration_s: wanted \[least, most\], got \[900, 600\]"),
        ("lanes = [0]\nplace = 0.5\n", "place: wanted its section too"),
        ("lanes = [0]\nposition_m = 5\nsection = 1\n", "wanted position_m, or section and place, not both"),
        ("duration_s = 600\n", "lanes: wanted, but missing"),
    ],
)
def test_a_slip_is_named_with_its_place(tmp_path: Path, lines: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        load_planting(written(tmp_path, HEAD + lines))


def test_two_incidents_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="two are called 'p'"):
        load_planting(written(tmp_path, HEAD.replace("p-{number}", "p") + "matrix.lanes = [[0], [1]]\n"))


def test_a_length_is_a_range_of_one() -> None:
    assert PlantedIncident(name="a", seed=0, lanes=(0,), duration_s=900.0).durations_s == (900.0, 900.0)
