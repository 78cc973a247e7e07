"""CSV with one cell, row or column changed by chance."""

import csv
import io
import random
import re

from tests.robustness.damage import Damaged
from tests.robustness.damaged_values import number_instead, text_instead


def damaged_csv(choose: random.Random, content: bytes) -> tuple[bytes, Damaged]:
    """Return a CSV file with one cell, row or column changed."""
    rows = list(csv.reader(io.StringIO(content.decode())))
    header, row, column = rows[0], choose.randrange(len(rows)), choose.randrange(len(rows[0]))
    name, what = header[column], choose.random()
    if what < 0.2:
        done = _csv_column(choose, rows, column)
    elif what < 0.35:
        done = _csv_row(choose, rows, row)
    elif len(rows) == 1 or what > 0.9:
        header[column] = text_instead(choose)
        done = Damaged(f"column {name} is called {header[column][:40]!r}", name, impossible=True)
    else:
        row = max(1, row)
        good = rows[row][column]
        numeric = re.fullmatch(r"-?[\d.]+(e-?\d+)?", good) is not None
        if numeric and choose.random() < 0.8:
            made = number_instead(choose, name)
            rows[row][column] = made.text
            done = Damaged(f"{name} = {made.text[:20]} in line {row + 1}", name, made.impossible)
        else:
            rows[row][column] = text_instead(choose)
            impossible = numeric and rows[row][column] != ""
            done = Damaged(f"{name} = {rows[row][column][:40]!r} in line {row + 1}", name, impossible)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode(), done


def _csv_column(choose: random.Random, rows: list[list[str]], column: int) -> Damaged:
    name, what = rows[0][column], choose.choice(("gone", "twice", "moved"))
    for row in rows:
        cell = row[column]
        if what == "twice":
            row.insert(column, cell)
        else:
            del row[column]
            if what == "moved":
                row.append(cell)
    return Damaged(f"column {name} {what}", name, impossible=what != "moved")


def _csv_row(choose: random.Random, rows: list[list[str]], row: int) -> Damaged:
    what = choose.choice(("gone", "twice", "short", "long", "moved to the end", "a quotation mark left open"))
    line = f"line {row + 1}"
    if what == "gone":
        del rows[row]
        return Damaged(f"{line} {what}", impossible=row == 0)
    if what == "twice":
        rows.insert(row, list(rows[row]))
    elif what == "short":
        del rows[row][-1]
    elif what == "long":
        rows[row].append("1")
    elif what == "moved to the end":
        rows.append(rows.pop(row))
    else:
        rows[row][0] = '"' * 3 + rows[row][0]
    return Damaged(f"{line} {what}", impossible=what in ("short", "long") and len(rows) > 1)
