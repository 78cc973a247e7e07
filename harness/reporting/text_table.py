"""Tables and paragraphs as plain text, for summaries and the terminal."""

import textwrap

from harness.reporting.report_document import Link, Table

WIDTH = 118
"""Characters in a line of a paragraph."""


def plain_text(table: Table) -> str:
    """Return the table as lines of text: words to the left, numbers to the right."""
    texts = [[cell.text if isinstance(cell, Link) else cell for cell in row] for row in (table.columns, *table.rows)]
    widths = [max(len(row[column]) for row in texts) for column in range(len(table.columns))]
    lines = [
        "  ".join(
            cell.ljust(width) if column < table.text_columns else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in texts
    ]
    rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
    note = [paragraph(table.note)] if table.note else []
    return "\n".join([table.caption, rule, lines[0], rule, *lines[1:], rule, *note])


def paragraph(text: str) -> str:
    """Return the text in lines of at most WIDTH characters."""
    return textwrap.fill(text, WIDTH, break_on_hyphens=False)
