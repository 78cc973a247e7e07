"""The tables [[push]] of a service's file, and what of them is never told."""

from pathlib import Path

import pytest

from harness.service.pushing.push_format import FORMATS
from harness.service.pushing.push_tables import PushTable
from harness.service.site.service_file import read_service_file
from tests.harness.service.pushing.push_cases import office
from tests.harness.service.response.gateway_server import Gateway, serving

SECRET = "s3cret-of-ours"
ROAD = """
[[source]]
kind = "sumo"
scenario = "sr91-drill"
"""
PUSHES = """
[feeds]
sender = "tmc.example.org"

[[push]]
name = "state-tmc"
format = "datex2"
url = "https://tmc.example.org/situations"
headers = {X-Sender = "district-7"}
headers_env = {Authorization = "LANEBLOCK_TEST_SECRET"}

[[push]]
name = "map"
format = "geojson"
url_env = "LANEBLOCK_TEST_URL"
"""


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANEBLOCK_TEST_SECRET", f"Bearer {SECRET}")
    monkeypatch.setenv("LANEBLOCK_TEST_URL", f"https://ann:{SECRET}@map.example.org/in")


def written(folder: Path, text: str) -> Path:
    path = folder / "site.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_receivers_are_read_and_no_secret_shows_in_them(tmp_path: Path) -> None:
    described, mistakes = read_service_file(written(tmp_path, ROAD + PUSHES))
    assert mistakes == []
    assert described is not None
    assert [(each.name, each.format) for each in described.pushes] == [("state-tmc", "datex2"), ("map", "geojson")]
    assert SECRET not in repr(described)


def test_every_format_may_be_named() -> None:
    for kind in FORMATS:
        assert PushTable(name="a", format=kind, url="https://a.example.org").build().made is FORMATS[kind]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('format = "datex2"', 'format = "datex"', "push[0].format"),
        ('url = "https://tmc', 'url = "tmc', "push[0]: url: wanted http"),
        ('url = "https://tmc', 'url = "https://ann:pw@tmc', "push[0]: url: it holds a password"),
        ('url = "https://tmc', 'url_env = "LANEBLOCK_TEST_URL"\nurl = "https://tmc', "push[0]: wanted url, or url_env"),
        ('url_env = "LANEBLOCK_TEST_URL"', "", "push[1]: wanted url, or url_env"),
        ('"LANEBLOCK_TEST_URL"', '"LANEBLOCK_NONE"', "push[1]: url_env: wanted a secret in the environment variable"),
        ('"LANEBLOCK_TEST_SECRET"', '"LANEBLOCK_NONE"', "push[0]: headers_env.Authorization: wanted a secret"),
        ("headers = {X-Sender", "headers = {Authorization", "push[0]: headers: Authorization is a secret"),
        ("headers = {X-Sender", "headers = {Content-Type", "push[0]: headers: Content-Type is the service's own"),
        ("headers = {X-Sender", 'headers = {"X Sender"', "push[0]: headers: wanted names of headers"),
        ("{Authorization", "{x-sender", "push[0]: headers: X-Sender is given twice"),
        ('name = "map"', 'name = "state-tmc"', "push[1]: name: two are called 'state-tmc'"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in PUSHES
    described, mistakes = read_service_file(written(tmp_path, ROAD + PUSHES.replace(old, new, 1)))
    assert described is None
    assert any(told in each for each in mistakes), mistakes
    assert SECRET not in str(mistakes)


@pytest.mark.parametrize("bad", ["two\nlines", "ends with a break\n", "umlaut ü", " blank"])
def test_a_header_that_http_does_not_allow_is_refused_without_telling_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bad: str
) -> None:
    monkeypatch.setenv("LANEBLOCK_TEST_SECRET", SECRET + bad if bad[0] != " " else bad + SECRET)
    _, mistakes = read_service_file(written(tmp_path, ROAD + PUSHES))
    assert "headers: Authorization: wanted printable ASCII" in str(mistakes)
    assert SECRET not in str(mistakes)


def test_headers_are_sent_and_an_answer_that_repeats_one_is_told_without_it() -> None:
    with serving(Gateway(status=500)) as gateway:
        gateway.says = f"no such token: {SECRET}".encode()
        table = PushTable(
            name="a",
            format="jsonl",
            url=gateway.address,
            headers_env={"Authorization": "LANEBLOCK_TEST_SECRET"},
        )
        with office(table.build()) as one:
            one.happens()
            one.sender(one.receivers[0]).step()
            one.receivers[0].transport.close()
            assert one.rows()[0].error == "HTTP 500 no such token: ***"
    assert gateway.calls[0][0]["Authorization"] == f"Bearer {SECRET}"
