"""The table of the characterisation, on a recording that ships with the package."""

import pytest

from benchmarks.characterisation import COLUMNS, main, road_of
from harness.studies.baseline.run_identities import SHIPPED


@pytest.mark.parametrize(
    ("run", "road"), [("two-lanes-close-07", "two-lanes-close"), ("sr91-incident-12", "sr91-incident")]
)
def test_a_run_belongs_to_the_road_in_its_name(run: str, road: str) -> None:
    assert road_of(run) == road


def test_a_road_has_a_row_beside_what_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    main([str(SHIPPED / "five-lanes-1400"), str(SHIPPED / "ramp-breakdown")])
    lines = [line.split(" | ") for line in capsys.readouterr().out.splitlines()]
    assert [line[0] for line in lines[2:]] == ["| five-lanes", "| all", "| asked for"]
    assert {len(line) for line in lines} == {len(COLUMNS)}
    assert lines[2][1:] == lines[3][1:]  # the other recording holds no incident
