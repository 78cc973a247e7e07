from pathlib import Path

from harness.service.incidents import life_cycle_drawing
from harness.service.incidents.life_cycle import TRANSITIONS
from harness.service.incidents.life_cycle_drawing import drawing

PAGE = Path(life_cycle_drawing.__file__).with_name("life_cycle.md")


def test_the_page_is_drawn_from_the_table() -> None:
    again = "python -m harness.service.incidents.life_cycle_drawing > harness/service/incidents/life_cycle.md"
    assert PAGE.read_text(encoding="utf-8") == drawing(), again


def test_an_arrow_is_drawn_for_what_a_person_does_and_for_the_way_back() -> None:
    page = drawing()
    assert "    [*] --> active: opened\n" in page
    assert "    active --> acknowledged: acknowledged\n" in page
    assert "    closed --> active: reopened\n" in page


def test_every_state_has_a_row() -> None:
    assert [line.split("**")[1] for line in drawing().splitlines() if line.startswith("| **")] == [*TRANSITIONS]
