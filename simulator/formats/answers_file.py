"""`FORMAT.toml` beside a format's files: what only a user can know. Optional; a key that no answer has is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenarios.errors import UserError
from scenarios.toml_text import parse_toml_text
from simulator.recording.csv_header import shown

_WORDS = {str: "a text", float: "a number", list: "a list of texts", dict: "a table of numbers", bool: "true or false"}


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers in a file, by key; `path` is where they stand, or would stand."""

    path: Path
    values: Mapping[str, Any]

    def text(self, key: str, default: str = "") -> str:
        """Return a text answer."""
        return str(self.values.get(key, default))

    def number(self, key: str) -> float | None:
        """Return a number, None where it is not answered."""
        return float(self.values[key]) if key in self.values else None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty where it is not answered."""
        return tuple(map(str, self.values.get(key, ())))

    def numbers(self, key: str) -> dict[str, float]:
        """Return a table of numbers by name, empty where it is not answered."""
        return {str(name): float(value) for name, value in self.values.get(key, {}).items()}


def read_answers(file: Path, format_name: str, keys: Mapping[str, type]) -> Answers:
    """Return the answers in `FORMAT.toml` in the folder of `file`; none where it is not there. Raises UserError with the key."""
    path = (file if file.is_dir() else file.parent) / f"{format_name}.toml"
    if not path.is_file():
        return Answers(path, {})
    try:
        values: dict[str, Any] = parse_toml_text(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UserError(f"{path}: wanted TOML, got {error}") from None
    for key, value in values.items():
        if key not in keys:
            raise UserError(f"{path}: no key is called {shown(key)} (wanted {', '.join(keys)})")
        kind = keys[key]
        fits = (
            isinstance(value, int | float) and not isinstance(value, bool) if kind is float else isinstance(value, kind)
        )
        if kind is dict and fits:
            fits = all(isinstance(each, int | float) for each in value.values())
        if not fits:
            raise UserError(f"{path}: {key} is {_WORDS[kind]}, got {shown(str(value))}")
    return Answers(path, values)
