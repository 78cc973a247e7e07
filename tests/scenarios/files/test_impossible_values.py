"""Values that no scenario, site, city or study can have are refused before anything runs, with file and place."""

from pathlib import Path

import pytest

from scenarios.errors import UserError
from scenarios.files import city_file, placement_study_file, site_file
from scenarios.files.city_file import load_city
from scenarios.files.placement_study_file import load_placement_study
from scenarios.files.route_loss_study_file import load_route_loss_study
from scenarios.files.scenario_file import read_scenario
from scenarios.files.site_file import load_site

RUN = 'seed = 1\nsite = "sr91"\nend_s = 1800\nwarm_up_s = 90\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[[slow_vehicles]]\ntime_s = 100\nspeed_mps = 1e9\nlanes = [0]\n",
            r"slow_vehicles\[0\]\.speed_mps: wanted less",
        ),
        (
            "[[slow_vehicles]]\ntime_s = 100\nspeed_mps = 1e-9\nlanes = [0]\n",
            r"slow_vehicles\[0\]\.speed_mps: wanted gr",
        ),
        ("[[surges]]\ntime_s = 100\nduration_s = 1e9\nfactor = 1\n", r"surges\[0\]\.duration_s: wanted less"),
        ("[[surges]]\ntime_s = 100\nduration_s = 60\nfactor = 1e9\n", r"surges\[0\]\.factor: wanted less"),
        (
            "[incident]\nonset_s = 200\nduration_s = 60\nposition_m = 2000\nlanes = [0]\nrubbernecking_mps = 1e308\n",
            r"incident\.rubbernecking_mps: wanted less",
        ),
        ("demand_vphpl = [[0, 900], [1e9, 900]]\n", "demand_vphpl: wanted steps within a week"),
        ("period_s = 86400\n", "period_s: wanted less than or equal to 3600"),
        (
            '[[faults]]\nstation = "S1"\nlane = 0\nkind = "dead"\nonset_s = 1e300\n',
            r"faults\[0\]\.onset_s: wanted less",
        ),
        ("a." * 100_000 + "a = 1\n", "nested too deeply"),
    ],
)
def test_an_impossible_scenario_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "own.toml").write_text(RUN + text, encoding="utf-8")
    with pytest.raises(UserError, match=rf"own\.toml: .*{message}"):
        read_scenario(tmp_path / "own.toml")


def test_a_file_larger_than_any_battery_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "own.toml").open("wb") as stream:
        stream.truncate(200 << 20)
    with pytest.raises(UserError, match=r"own\.toml: wanted 8 MiB of TOML at most"):
        read_scenario(tmp_path / "own.toml")


def changed(source: Path, target: Path, old: str, new: str) -> Path:
    text = source.read_text(encoding="utf-8")
    assert old in text
    target.write_text(text.replace(old, new, 1), encoding="utf-8")
    return target


def test_stations_at_one_place_are_refused(tmp_path: Path) -> None:
    lines = (site_file.SHIPPED / "sr91" / "site.toml").read_text(encoding="utf-8")
    second = [line for line in lines.splitlines() if "position_m" in line][1]
    position = second.split("position_m =")[1].split()[0].rstrip(",}")
    changed(
        site_file.SHIPPED / "sr91" / "site.toml", tmp_path / "site.toml", f"position_m = {position}", "position_m = 0.1"
    )
    with pytest.raises(UserError, match=r"site\.toml: station: wanted 1 m or more between two, got 0 and 0\.1 m"):
        load_site(str(tmp_path))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("limit_mps = 23.6", "limit_mps = 1e-9", r"freeway\[0\]\.limit_mps: wanted greater"),
        ("length_m = 500", "length_m = 1e9", r"ramps\.length_m: wanted less"),
        ("reach_m = 9000", "reach_m = 1e300", r"demand\.reach_m: wanted less"),
    ],
)
def test_an_impossible_city_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = changed(city_file.SHIPPED / "bypass" / "city.toml", tmp_path / "own.toml", old, new)
    with pytest.raises(UserError, match=rf"own\.toml: {message}"):
        load_city(str(path))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("every_m = 1000", "every_m = 1e308", r"candidates\.every_m: wanted less"),
        ("spacings_m = [2000, 4000]", "spacings_m = [1e-9]", r"curve\.spacings_m: wanted 15 m or more"),
        ("record_m = 1000", "record_m = 1e9", r"candidates\.record_m: wanted less"),
    ],
)
def test_an_impossible_placement_study_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = changed(placement_study_file.STUDIES / "tiny.toml", tmp_path / "own.toml", old, new)
    with pytest.raises(UserError, match=rf"own\.toml: {message}"):
        load_placement_study(str(path))


def test_a_seed_beyond_sumos_is_refused_in_a_route_loss_study(tmp_path: Path) -> None:
    text = 'name = "x"\ndescription = "x"\ncity = "bypass"\nseed = 9223372036854775808\n'
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=r"own\.toml: seed: wanted less"):
        load_route_loss_study(str(tmp_path / "own.toml"))
