import json
from pathlib import Path

import jsonschema_rs
import pytest

from harness.service.sources import reading_schema
from harness.service.sources.reading_message import parse_message
from harness.service.sources.reading_schema import json_schema

FOLDER = Path(reading_schema.__file__).parent
SHIPPED = FOLDER / "readings-1.schema.json"


def test_the_shipped_json_schema_is_that_of_the_types() -> None:
    assert SHIPPED.read_text(encoding="utf-8") == json.dumps(json_schema(), indent=2) + "\n"


def test_the_examples_of_the_schema_page_are_messages() -> None:
    page = (FOLDER / "readings_schema.md").read_text(encoding="utf-8")
    blocks = ["\n".join(lines) for lines in _indented(page)]
    assert len(parse_message(blocks[0]).batches[0].readings) == 2
    assert len(parse_message(blocks[1], lines=True).batches[0].readings) == 1
    jsonschema_rs.validator_for(json.loads(SHIPPED.read_text(encoding="utf-8"))).validate(json.loads(blocks[0]))


def _indented(page: str) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for line in page.splitlines():
        if line.startswith("    "):
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return blocks


@pytest.mark.parametrize(
    "reading", [{"station": "S", "lane": 0}, {"station": "S", "lane": 0, "time": 1, "occupancy": 2}]
)
def test_the_json_schema_refuses_what_the_parser_refuses(reading: dict[str, object]) -> None:
    document = {"schema": "laneblock.readings/1", "corridor": "a4", "readings": [reading]}
    assert not jsonschema_rs.validator_for(json_schema()).is_valid(document)
    assert parse_message(json.dumps(document)).refused_count == 1
