"""Whatever a file holds, reading it gives a scenario (or a battery), or one ValueError that names the file."""

import math
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenarios.departures import departures
from scenarios.errors import UserError
from scenarios.files.battery_file import BATTERIES, Battery, load_battery
from scenarios.files.scenario_loading import load_scenario
from scenarios.files.site_file import load_site
from scenarios.scenario import Scenario

FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

WHOLE = """
name = "whole"
seed = 5
site = "sr91"
demand_vphpl = [[0, 1200], [1500, 1400]]
warm_up_s = 900
end_s = 4500
ramp_shares = { on-1 = 0.1 }
rain = { speed_factor = 0.9 }
surges = [{ time_s = 1500, duration_s = 600, factor = 1.2 }]
slow_vehicles = [{ time_s = 1000, speed_mps = 12, lanes = [0, 1] }]
shoulder_stops = [{ onset_s = 3007, duration_s = 600, section = 4, place = 0.5, rubbernecking_mps = 14 }]
[[incidents]]
onset_s = 1234
duration_s = 600
section = 2
place = 0.5
lanes = [1, 2]
rubbernecking_mps = 14
"""
KEYS = (
    *Scenario.model_fields,
    *("incident", "tail_s", "matrix", "cycle", "seeds", "scenarios", "defaults", "section", "place", "clearance_s"),
)
VALUES = st.one_of(
    st.sampled_from(["0", "-1", "1e308", "-1e308", "nan", "inf", "-inf", "true", "[]", "{}", '""', "[[]]", "[[0]]"]),
    st.sampled_from(["1" + "0" * 400, "1979-05-27", "[{}]", '"sr91"', '"\\u0000"', "[1, 2]", '"{number}"', "0.5"]),
    st.integers(-(10**6), 10**6).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
)


def one_message(path: Path, loaded: str) -> Scenario | Battery | None:
    """What was read, or None where it was refused as it should be."""
    try:
        return load_battery(str(path)) if loaded == "battery" else load_scenario(str(path)).scenario
    except UserError as error:
        refusal = error
    assert isinstance(refusal, UserError)
    assert str(path) in str(refusal)
    return None


def check_numbers(scenario: Scenario) -> None:
    assert math.isfinite(scenario.end_s)
    assert scenario.end_s >= scenario.warm_up_s + scenario.period_s
    for incident in scenario.incidents:
        assert scenario.warm_up_s < incident.onset_s < incident.onset_s + incident.duration_s <= scenario.end_s


def test_the_file_that_is_spoilt_below_is_whole(tmp_path: Path) -> None:
    (tmp_path / "whole.toml").write_text(WHOLE)
    assert load_scenario(str(tmp_path / "whole.toml")).scenario.name == "whole"


@FUZZ
@given(text=st.one_of(st.text(), st.binary()))
def test_any_text_is_a_scenario_or_one_message(tmp_path: Path, text: str | bytes) -> None:
    path = tmp_path / "any.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    assert one_message(path, "scenario") is None
    assert one_message(path, "battery") is None


@FUZZ
@given(key=st.sampled_from(KEYS), value=VALUES)
def test_any_value_of_any_field_is_a_scenario_or_one_message(tmp_path: Path, key: str, value: str) -> None:
    path = tmp_path / "spoilt.toml"
    kept = "\n".join(line for line in WHOLE.splitlines() if not line.startswith(f"{key} ="))
    path.write_text(f"{key} = {value}\n" + kept)
    scenario = one_message(path, "scenario")
    if isinstance(scenario, Scenario):
        check_numbers(scenario)


@FUZZ
@given(line=st.integers(0, len(WHOLE.splitlines()) - 1), value=VALUES)
def test_any_value_on_any_line_is_a_scenario_or_one_message(tmp_path: Path, line: int, value: str) -> None:
    path = tmp_path / "spoilt.toml"
    lines = WHOLE.splitlines()
    lines[line] = f"{lines[line].partition('=')[0]}= {value}"
    path.write_text("\n".join(lines))
    scenario = one_message(path, "scenario")
    if isinstance(scenario, Scenario):
        check_numbers(scenario)
        if scenario.end_s <= 4500:
            assert departures(scenario, load_site("sr91")) is not None


@pytest.mark.parametrize("shipped", ["sr91", "sr91-smoke"])
@FUZZ
@given(seed=st.integers(0, 2**32), value=VALUES)
def test_a_spoilt_battery_is_a_battery_or_one_message(tmp_path: Path, shipped: str, seed: int, value: str) -> None:
    text = (BATTERIES / f"{shipped}.toml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    choose = random.Random(seed)
    index = choose.randrange(len(lines))
    key = lines[index].partition("=")[0]
    lines[index] = choose.choice([f"{key}= {value}", "", lines[index][: choose.randrange(len(lines[index]))]])
    path = tmp_path / "spoilt.toml"
    path.write_text("\n".join(lines))
    battery = one_message(path, "battery")
    if isinstance(battery, Battery):
        for scenario in battery.scenarios:
            check_numbers(scenario)
