"""The response of a drill, and what the room's README says of one that calls people."""

from pathlib import Path

import pytest

from harness.service.incidents.incident import Severity
from harness.service.response.escalation_policy import read_policy
from harness.service.site import drill_service
from harness.service.site.drill_service import drill_response
from harness.service.site.service_file import read_service_file
from tests.harness.service.web.small_service import CORRIDOR

README = Path(drill_service.__file__).with_name("README.md")
ROAD = """
[[source]]
kind = "sumo"
scenario = "sr91-drill"
"""


def test_a_drill_escalates_and_sends_nothing_out_of_the_house() -> None:
    setup = drill_response([CORRIDOR])
    assert setup.channels == ()
    [radio] = setup.settings.channels
    assert (radio.name, radio.severities) == ("radio", frozenset(Severity))
    assert setup.settings.policy == read_policy()


def test_the_readme_s_channels_and_people_are_a_file_without_mistakes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SMTP_PASSWORD", "GATEWAY_TOKEN"):
        monkeypatch.setenv(name, "open sesame")
    example = README.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    path = tmp_path / "site.toml"
    path.write_text(ROAD + example, encoding="utf-8")
    described, mistakes = read_service_file(path)
    assert mistakes == []
    assert described is not None
    assert described.response is not None
    assert [each.name for each in described.response.settings.channels] == ["mail", "gateway", "radio"]
