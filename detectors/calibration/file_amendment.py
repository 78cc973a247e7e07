"""What is added to a detector's file once its calibration has written it: lines of provenance, and the site's normal.

    TOML    lines under [provenance], and a table [normal] at the end
    JSON    keys of "provenance", and a key "normal"

Everything else stays as written, to the last digit.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from detectors.calibration.normal_file import normal_toml
from detectors.calibration.stored_text import MOST_MODEL_BYTES, parse_json, parse_toml, read_text, write_model_text
from scenarios.errors import UserError


def amend(path: Path, suffix: str, provenance: Mapping[str, str], normal: Mapping[str, Any] | None = None) -> None:
    """Add texts to the provenance in the file at `path`, and the table of a normal; `suffix` says whether it is .json or .toml."""
    text = path.read_text(encoding="utf-8")
    if suffix == ".json":
        content = parse_json(text, str(path), "a model")
        content["provenance"] = {**content.get("provenance", {}), **provenance}
        if normal is not None:
            content["normal"] = dict(normal)
        write_model_text(path, content)
        return
    header = "[provenance]\n"
    before, found, after = text.partition(header)
    lines = "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in provenance.items())
    text = f"{before}{header}{lines}{after}" if found else f"{text}\n{header}{lines}"
    path.write_text(text + (f"\n{normal_toml(normal)}" if normal is not None else ""), encoding="utf-8")


def file_content(path: Path) -> dict[str, Any]:
    """Return what is in a detector's file, JSON or TOML by its first character.

    Raises MissingFileError, UserError where it is neither.
    """
    text = read_text(path, "detector's file", MOST_MODEL_BYTES)
    if text.lstrip().startswith("{"):
        return parse_json(text, str(path), "a detector's file")
    return dict(parse_toml(text, str(path)))


def provenance_of(content: Mapping[str, Any]) -> dict[str, str]:
    """Return the provenance in a file's content; empty where it has none.

    >>> provenance_of({"provenance": {"version": "2"}}), provenance_of({})
    ({'version': '2'}, {})
    """
    found = content.get("provenance")
    return {name: text for name, text in found.items() if isinstance(text, str)} if isinstance(found, dict) else {}


def version_of(content: Mapping[str, Any], where: str) -> int:
    """Return the version of a file, 1 where it says none. Raises UserError for one that is no whole number from 1 on."""
    text = provenance_of(content).get("version", "1")
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) > 0):
        raise UserError(f"{where}: provenance.version: wanted a whole number from 1 on, got {text[:60]!r}")
    return int(text)
