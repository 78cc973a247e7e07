"""`laneblock check` of a user's own files: what it says, without simulating."""

from pathlib import Path

import pytest

from harness.cli import main
from tests.simulator.own_files import own_files

pytestmark = pytest.mark.sumo


def checked(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(["check", str(path)])
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out + told.err


def test_notes_on_a_scenarios_files_are_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = own_files(tmp_path)
    loops = tmp_path / "loops.add.xml"
    loops.write_text(
        loops.read_text().replace(
            "</additional>", '<e1Detector id="x" lane="m0_0" pos="1" period="60" file="f"/></additional>'
        )
    )
    code, text = checked(path, capsys)
    assert code == 0
    assert "loop 'x' (loops.add.xml, line 7): the period is 60 s, that of the scenario 30 s" in text


def test_a_configuration_is_checked_by_carriageway(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own_files(tmp_path)
    config = tmp_path / "my.sumocfg"
    files = '<route-files value="cars.rou.xml"/><additional-files value="loops.add.xml"/><end value="900"/>'
    config.write_text(f'<configuration><net-file value="road.net.xml"/>{files}</configuration>')
    code, text = checked(config, capsys)
    assert code == 0
    assert "eastbound: " in text
    assert "2 stations" in text


def test_files_that_sumo_refuses_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = own_files(tmp_path)
    routes = tmp_path / "cars.rou.xml"
    routes.write_text(routes.read_text().replace('edges="m0 m1"', 'edges="m0 nowhere"'))
    code, text = checked(path, capsys)
    assert code == 2
    assert "nowhere" in text
