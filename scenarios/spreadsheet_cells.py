"""Texts as cells of a CSV file that no spreadsheet takes for a formula.

Spreadsheets run a cell that begins with one of STARTS, whoever wrote it: a station's name, a run's. An apostrophe before it makes
it text (OWASP, CSV injection). Numbers such as -9.6 stay numbers. `plain_cell` undoes it, so that data read back as they were:
a text that already has the apostrophe gets another one.
"""

import re
from functools import lru_cache

STARTS = "=+\\-@\t\r\n＝＋－＠"
_FORMULA = re.compile(f"'*[{STARTS}]")
_MARKED = re.compile(f"'+[{STARTS}]")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


@lru_cache(maxsize=4096)
def safe_cell(text: str) -> str:
    """Return a text as a cell.

    >>> safe_cell("=1+2"), safe_cell("-9.6"), safe_cell("-9.6 m"), safe_cell("S0")
    ("'=1+2", '-9.6', "'-9.6 m", 'S0')
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def plain_cell(cell: str) -> str:
    """Return the text of a cell that `safe_cell` made; any other cell as it is.

    >>> plain_cell("'=1+2"), plain_cell("S0"), plain_cell("'S0'")
    ('=1+2', 'S0', "'S0'")
    """
    return cell[1:] if _MARKED.match(cell) else cell
