from datetime import date
from pathlib import Path

import pytest

from harness.service.incidents.incident import Severity
from harness.service.response.http_transport import HttpTransport
from harness.service.site.service_file import read_service_file

ROAD = """
[[source]]
kind = "sumo"
scenario = "sr91-drill"
"""
RESPONSE = """
[response]
language = "de"
units = "imperial"
time_zone = "Europe/Berlin"

[[channel]]
kind = "email"
name = "mail"
host = "smtp.example.org"
sender = "tmc@example.org"
user = "tmc"
password_env = "LANEBLOCK_TEST_SECRET"
quiet = [{begin = "22:00", end = "06:00"}]

[[channel]]
kind = "http"
name = "gateway"
url = "https://sms.example.org/send"
token_env = "LANEBLOCK_TEST_SECRET"
fields = {to = "phone", text = "message"}
tell_end = false

[[channel]]
kind = "webhook"
name = "hook"
to = ["https://example.org/hook"]
secret_env = "LANEBLOCK_TEST_SECRET"

[[channel]]
kind = "mqtt"
name = "bus"
address = "mqtt://ann:s3cret@broker/laneblock/incidents"

[[person]]
name = "ann"
teams = ["traffic_control"]
addresses = {email = "ann@example.org", sms = "+491"}
hours = [{days = ["mon"], begin = "06:00", end = "14:00"}]
away = [{first = 2026-08-01, last = 2026-08-14}]
substitutes = ["bob"]

[[person]]
name = "bob"
addresses = {mail = "bob@example.org"}
"""


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANEBLOCK_TEST_SECRET", "open sesame")


def written(folder: Path, text: str) -> Path:
    path = folder / "site.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_channels_and_people_are_read(tmp_path: Path) -> None:
    described, mistakes = read_service_file(written(tmp_path, ROAD + RESPONSE))
    assert mistakes == []
    assert described is not None
    assert described.response is not None
    settings = described.response.settings
    assert [(each.name, each.medium, each.to) for each in settings.channels] == [
        ("mail", "email", ()),
        ("gateway", "sms", ()),
        ("hook", "webhook", ("https://example.org/hook",)),
        ("bus", "mqtt", ("mqtt://broker:1883/laneblock/incidents",)),
        ("radio", "radio", ("dispatcher",)),
    ]
    assert (settings.texts.language.name, settings.texts.units) == ("Deutsch", "imperial")
    assert settings.people[0].away == ((date(2026, 8, 1), date(2026, 8, 14)),)
    assert settings.policy.rule(Severity.CRITICAL).escalate_after_s == 600
    assert isinstance(described.response.channels[1].transport, HttpTransport)


def test_without_any_of_the_tables_nobody_is_called(tmp_path: Path) -> None:
    described, _ = read_service_file(written(tmp_path, ROAD))
    assert described is not None
    assert described.response is None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'kind = "http"',
            'kind = "htpp"',
            "channel[1].kind: wanted one of email, http, webhook, mqtt, apprise, got 'htpp'",
        ),
        ('url = "https://sms', 'url = "sms', "channel[1]: url: wanted http"),
        ('sender = "tmc@example.org"', 'sender = "tmc"', "wanted a mail address"),
        ('email = "ann@example.org"', 'email = "ann"', "person[0]: wanted a mail address"),
        ('mail = "bob', 'male = "bob', "addresses: there is no [[channel]] 'male'"),
        ('substitutes = ["bob"]', 'substitutes = ["rob"]', "there is no other [[person]] 'rob'"),
        ("last = 2026-08-14", "last = 2026-07-14", "away: wanted a last day on or after"),
        ('begin = "06:00"', 'begin = "6"', "person[0].hours[0].begin"),
        ('name = "gateway"', 'name = "mail"', "channel[1].name: two are called 'mail'"),
        ('name = "gateway"', 'name = "radio"', "radio is always there"),
        ('language = "de"', 'language = "fr"', "response.language: language: wanted one of de, en"),
        ('language = "de"', 'policy = "none.toml"', "response.policy"),
        (
            'password_env = "LANEBLOCK_TEST_SECRET"',
            'password_env = "LANEBLOCK_NONE"',
            "the environment variable LANEBLOCK_NONE",
        ),
        ('password_env = "LANEBLOCK_TEST_SECRET"', 'security = "none"', "where a password is sent"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    text = (ROAD + RESPONSE).replace(old, new, 1)
    assert old in ROAD + RESPONSE
    described, mistakes = read_service_file(written(tmp_path, text))
    assert described is None
    assert any(told in each for each in mistakes), mistakes
    assert all(each.startswith(f"{tmp_path / 'site.toml'}:") and ":1: " not in each for each in mistakes)
    assert "s3cret" not in str(mistakes)
