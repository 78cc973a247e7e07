"""The account of a run's traffic goes through its file unchanged."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scenarios.errors import UserError
from simulator.recording.traffic_file import TRAFFIC_FILE, read_traffic, write_traffic
from simulator.traffic_account import SumoMessages, TrafficAccount

ACCOUNT = TrafficAccount(300, 151, 106, 45, 0, (SumoMessages("warning", "ignoring '%'", 149, "ignoring 'ü'"),), 1)


@pytest.mark.parametrize("account", [ACCOUNT, replace(ACCOUNT, planned=None, messages=())])
def test_an_account_comes_back_equal(tmp_path: Path, account: TrafficAccount) -> None:
    write_traffic(tmp_path, account)
    assert read_traffic(tmp_path) == account


def test_lost_vehicles_stand_in_the_file(tmp_path: Path) -> None:
    write_traffic(tmp_path, ACCOUNT)
    assert json.loads((tmp_path / TRAFFIC_FILE).read_text(encoding="utf-8"))["lost"] == 149


def test_a_run_without_the_file_has_no_account(tmp_path: Path) -> None:
    assert read_traffic(tmp_path) is None


@pytest.mark.parametrize(
    ("old", "new"), [("151", "-151"), ("149,", "-1,"), ("ignoring 'ü'", "\\u001b[2J"), ("ignoring 'ü'", "x" * 2000)]
)
def test_what_no_run_writes_is_refused(tmp_path: Path, old: str, new: str) -> None:
    write_traffic(tmp_path, ACCOUNT)
    text = (tmp_path / TRAFFIC_FILE).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / TRAFFIC_FILE).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(UserError, match=r"traffic.json: .*: wanted as laneblock writes it"):
        read_traffic(tmp_path)


@pytest.mark.parametrize("content", ['{"planned": 1}', "[]", '{"planned": "many"', '{"planned": 1e999}'])
def test_a_broken_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / TRAFFIC_FILE).write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=r"traffic.json: "):
        read_traffic(tmp_path)
