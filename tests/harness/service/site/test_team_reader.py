from pathlib import Path

import pytest

from harness.service.incidents.incident import Severity
from harness.service.site.service_description import ServiceDescription
from harness.service.site.service_file import read_service_file
from harness.service.teams.expected_arrival import AROUND_MPS
from tests.harness.service.site.test_response_reader import ROAD, written

GATEWAY = """
[[channel]]
kind = "http"
name = "gateway"
url = "https://sms.example.org/send"
"""
TEAMS = """
[teams]
entry_points = {sr91 = ["S1", 1300.0]}

[[team]]
name = "patrol 1"
type = "traffic_control"
home = [{corridor = "sr91", station = "S3", approach_s = 90}, {corridor = "sr91", position_m = 3600.0, approach_m = 2000.0}]

[[team]]
name = "engine 7"
type = "emergency_services"
home = [{corridor = "sr91", position_m = 6250.0}]
channel = "gateway"
address = "+4915112345678"
hours = [{days = ["mon"], begin = "06:00", end = "14:00"}]
"""


def described(folder: Path, text: str) -> ServiceDescription:
    """What a file without mistakes describes."""
    found, mistakes = read_service_file(written(folder, text))
    assert mistakes == []
    assert found is not None
    return found


def test_teams_are_read_with_their_ways_onto_the_road(tmp_path: Path) -> None:
    teams = described(tmp_path, ROAD + GATEWAY + TEAMS).teams
    assert teams is not None
    patrol, engine = teams.teams
    ways = [(home.position_m, home.approach_s) for home in patrol.homes]
    assert ways == [(1802.5, 90.0), (3600.0, pytest.approx(2000.0 / AROUND_MPS))]
    assert (patrol.shoulder, engine.shoulder, len(engine.hours)) == (False, True, 1)
    assert dict(teams.entries_m) == {"sr91": (0.0, 1300.0)}
    assert teams.types[Severity.CRITICAL] == ("traffic_control", "emergency_services")


def test_a_team_is_reached_by_its_channel_or_by_the_dispatcher(tmp_path: Path) -> None:
    response = described(tmp_path, ROAD + GATEWAY + TEAMS).response
    assert response is not None
    reached = {name: (each.channel.name, each.address) for name, each in response.settings.teams.items()}
    assert reached == {"patrol 1": ("radio", "dispatcher"), "engine 7": ("gateway", "+4915112345678")}


def test_without_entry_points_a_corridor_is_entered_at_its_first_station(tmp_path: Path) -> None:
    text = TEAMS.replace('entry_points = {sr91 = ["S1", 1300.0]}', "")
    teams = described(tmp_path, ROAD + GATEWAY + text).teams
    assert teams is not None
    assert dict(teams.entries_m) == {"sr91": (0.0,)}


def test_without_teams_nobody_is_sent(tmp_path: Path) -> None:
    assert described(tmp_path, ROAD + GATEWAY).teams is None


@pytest.mark.parametrize(
    ("was", "becomes", "line", "words"),
    [
        (
            "traffic_control",
            "trafic_control",
            16,
            "wanted one of the policy's teams .*; did you mean 'traffic_control'",
        ),
        ('"S3"', '"S33"', 17, "sr91 has no station 'S33'; did you mean 'S3'"),
        (
            'corridor = "sr91", station',
            'corridor = "sr19", station',
            17,
            "there is no corridor 'sr19'; did you mean 'sr91'",
        ),
        ('station = "S3", ', "", 17, "wanted a station or a position_m, one of the two"),
        ("6250.0", "62500.0", 22, "wanted a place on sr91, 0 to 8047 m, got 62500.0"),
        ('"gateway"\naddress', '"gatway"\naddress', 23, "there is no .*'gatway'; did you mean 'gateway'"),
        ('address = "+4915112345678"\n', "", 23, "wanted the team's address on 'gateway', got none"),
        (
            '[{corridor = "sr91", position_m = 6250.0}]',
            "[]",
            22,
            "wanted a place at least where it enters a corridor, got none",
        ),
        ("engine 7", "patrol 1", 20, "two are called 'patrol 1'"),
        ('["S1", 1300.0]', '["S0", 1300.0]', 12, "sr91 has no station 'S0'"),
        ("approach_s = 90", "approach_s = -9", 17, "wanted .*0"),
        ("approach_m = 2000.0", "approach_m = 9.0, approach_s = 1", 17, "wanted approach_s or approach_m, got both"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, was: str, becomes: str, line: int, words: str) -> None:
    text = ROAD + GATEWAY + TEAMS
    assert was in text
    found, mistakes = read_service_file(written(tmp_path, text.replace(was, becomes, 1)))
    assert found is None
    assert len(mistakes) == 1
    assert mistakes[0].startswith(f"{tmp_path / 'site.toml'}:{line}: ")
    with pytest.raises(AssertionError, match=words):
        raise AssertionError(mistakes[0])
