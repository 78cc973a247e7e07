"""`laneblock drill` with people on a simulated battery: twins, and what is kept of them."""

from pathlib import Path

import pytest

from tests.harness.command_line import calling

pytestmark = pytest.mark.sumo

BATTERY = """
name = "small"
description = "one incident on a short road"

[defaults]
site = "roads/two-lanes-close"
warm_up_s = 120

[[scenarios]]
name = "small-incident"
seed = 11
end_s = 600
demand_vphpl = 1400
incidents = [{ onset_s = 187, duration_s = 240, position_m = 1500, lanes = [0] }]
"""


def test_twins_say_what_waiting_cost_and_serve_the_next_detector(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.toml").write_text(BATTERY, encoding="utf-8")
    call = calling(capsys)
    asked = ("drill", "small.toml", "--operators", 1, "--teams", 2, "--jobs", 1, "--out", "out")
    code, out, err = call(*asked, "--detector", "silent")
    assert code == 0, err
    assert "What waiting costs" in out
    line = next(each for each in out.splitlines() if each.startswith("an incident cost"))
    lost = next(each for each in out.splitlines() if each.startswith("of it lost to waiting"))
    assert line.split()[-1] == lost.split()[-1]  # nobody was called: all of it was waiting
    code, out, err = call(*asked, "--detector", "california7")
    assert code == 0, err
    assert "1 of 1 runs have their twins already" in err
