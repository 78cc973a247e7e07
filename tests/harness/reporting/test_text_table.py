"""Tables as plain text."""

from harness.reporting.detection_tables import breakdown_table
from harness.reporting.report_document import Table
from harness.reporting.text_table import plain_text
from tests.harness.scored_runs import SCORES


def test_plain_text_aligns_columns() -> None:
    lines = plain_text(breakdown_table(SCORES[0], "demand")).splitlines()
    assert len({len(line) for line in lines[1:7]}) == 1
    assert lines[2].startswith("Level  Detected")


def test_a_table_is_printed_as_it_was_laid_out_by_hand() -> None:
    table = Table("Fruit", ("name", "pieces"), (("pear", "7"), ("fig", "12")), "Counted.")
    lines = [
        "Fruit",
        "------------",
        "name  pieces",
        "------------",
        "pear       7",
        "fig       12",
        "------------",
        "Counted.",
    ]
    assert plain_text(table).splitlines() == lines
