"""Why a reading of a message is refused, in the words of one line: what pydantic says, and the likely slip."""

from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from scenarios.corridor import LATEST_S
from scenarios.errors import printable
from scenarios.suggestion import likely
from simulator.recording.csv_header import shown

_SLIPS = {
    ("occupancy", "less_than_equal"): " (is it a percentage?)",
    ("speed_mps", "less_than_equal"): " (is it in km/h or mph?)",
    ("count", "greater_than_equal"): " (an unknown value is null)",
    ("speed_mps", "greater_than_equal"): " (an unknown value is null)",
    ("occupancy", "greater_than_equal"): " (an unknown value is null)",
    ("time", "missing"): " (seconds since 1970, or ISO 8601)",
}
_NUMBER_IN_QUOTES = " (a number without quotation marks?)"


def explained(error: ValidationError, model: Any) -> str:
    """Return the first error as the rest of a line: place, what was wanted, what came, the likely slip."""
    # An unknown field is usually why another one seems to be missing: it comes first.
    first = min(error.errors(include_url=False), key=lambda each: each["type"] != "extra_forbidden")
    name = str(first["loc"][0]) if first["loc"] else ""
    place = f".{printable(name[:60])}" if name else ""
    if first["type"] == "extra_forbidden":
        known = list(model.__annotations__)
        return f"{place}: unknown field{likely(name, known) or '; known: ' + ', '.join(known)}"
    if first["type"] == "missing":
        return f"{place}: wanted, but missing{_SLIPS.get((name, 'missing'), '')}"
    wanted = str(first["msg"]).replace("Input should be ", "wanted ").replace("a valid dictionary", "an object")
    wanted = printable(wanted.replace("String should have ", "wanted a text with ").replace("a valid ", "a "))
    if first["type"] == "json_invalid":
        return f": wanted one JSON object ({wanted})"
    return f"{place}: {wanted}, got {_shown(first['input'])}{_slip(name, first)}"


def _slip(name: str, error: ErrorDetails) -> str:
    quoted = error["type"].endswith("_type") and isinstance(error["input"], str)
    return _NUMBER_IN_QUOTES if quoted and name != "station" else _SLIPS.get((name, error["type"]), "")


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, int) and abs(value) > LATEST_S:  # Python refuses to write a very long one
        return "a very large number"
    return printable(shown(value[:60] if isinstance(value, str) else value))
