"""CSV files written row by row: UTF-8, comma-separated, under one header line; compressed where the name ends in `.gz`.

Equal rows give equal bytes. `csv_columns` reads them.
"""

import csv
import gzip
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def _create_text(path: Path) -> Iterator[IO[str]]:
    with path.open("wb") as plain:
        if path.name.endswith(".gz"):
            # The header holds neither name nor time: equal data give equal bytes.
            with (
                gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=plain, mtime=0) as packed,
                io.TextIOWrapper(packed, encoding="utf-8", newline="") as text,
            ):
                yield text
        else:
            with io.TextIOWrapper(plain, encoding="utf-8", newline="") as text:
                yield text


@contextmanager
def open_columns(path: Path, header: Sequence[str]) -> Iterator[Callable[[Iterable[Sequence[str]]], None]]:
    """Yield a function that writes rows of texts under a header; equal rows give equal bytes, compressed in a `.gz` file."""
    with _create_text(path) as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(header)
        yield writer.writerows


def write_columns(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write all rows as `open_columns` does."""
    with open_columns(path, header) as write:
        write(rows)


def write_lines(path: Path, header: Sequence[str], lines: Iterable[str]) -> None:
    """Write lines that are CSV text already, under a header; equal lines give equal bytes, compressed in a `.gz` file.

    Without a `header` they are the further part of a table.
    """
    with _create_text(path) as text:
        if header:
            text.write(",".join(header) + "\n")
        text.writelines(lines)
