"""The fields of one line of CSV text."""

import csv

from scenarios.errors import UserError


def fields_of(text: str, separator: str, place: str) -> list[str]:
    """Return the fields of a line of CSV. Raises UserError for one that is none, of binary data, say."""
    if '"' not in text:
        return text.split(separator)
    try:
        return next(csv.reader([text], delimiter=separator))
    except csv.Error as error:
        raise UserError(f"{place}: wanted a row of a table, got {error} (is it text at all?)") from None
