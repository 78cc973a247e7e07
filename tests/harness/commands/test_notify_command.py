"""`laneblock notify test`: what it prints and how it ends, with gateways on this machine."""

from pathlib import Path

import pytest

from harness.cli import main
from tests.harness.service.response.gateway_server import Gateway, serving

SITE = """
[[source]]
kind = "sumo"
scenario = "sr91-drill"

[[channel]]
kind = "http"
name = "gateway"
url = "{url}"
fields = {{to = "to", text = "text", key = "key"}}

[[channel]]
kind = "http"
name = "other"
medium = "chat"
url = "{other}"

[[person]]
name = "ann"
addresses = {{gateway = "+491", other = "ann"}}

[[person]]
name = "bob"
addresses = {{gateway = "+492"}}
"""


def run(site: Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["notify", "test", str(site)])
    return int(ended.value.code or 0)


def test_everybody_gets_a_marked_test_and_who_did_not_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = tmp_path / "site.toml"
    with serving(Gateway()) as good, serving(Gateway(status=503)) as bad:
        site.write_text(SITE.format(url=good.address, other=bad.address), encoding="utf-8")
        assert run(site) == 1
        told = capsys.readouterr().out
        assert told.splitlines() == ["gateway  ann  delivered", "gateway  bob  delivered", "other  ann  HTTP 503 no"]
        bad.status = 202
        assert run(site) == 0
    assert {body["to"] for body in good.took.values()} == {"+491", "+492"}
    assert all(body["text"].startswith("[TEST] ") for body in good.took.values())
    assert not (tmp_path / "laneblock.db").exists()


def test_a_site_without_a_channel_has_nothing_to_try(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = tmp_path / "site.toml"
    site.write_text('[[source]]\nkind = "sumo"\nscenario = "sr91-drill"\n', encoding="utf-8")
    assert run(site) == 2
    assert "wanted a [[channel]] or a [[push]] to try, got none" in capsys.readouterr().err
