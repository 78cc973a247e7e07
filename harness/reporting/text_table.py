"""Tables and paragraphs as plain text, for summaries and the terminal."""

import shutil
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


def paragraph(text: str, width: int = WIDTH, indent: int = 0, hanging: int = 0) -> str:
    """Return the text in lines of at most `width` characters, indented; lines after the first by `hanging` more.

    >>> paragraph("one two three", 10, 1, 2).splitlines()
    [' one two', '   three']
    """
    first, others = " " * indent, " " * (indent + hanging)
    return textwrap.fill(
        text, width, initial_indent=first, subsequent_indent=others, break_on_hyphens=False, break_long_words=False
    )


def terminal_width() -> int:
    """Return the width of the terminal, at most WIDTH; WIDTH where there is none."""
    return min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns)
