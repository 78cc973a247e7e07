"""A detector's file with other thresholds of sections: everything else stays as written, to the last digit.

TOML    lines under [provenance] replaced or added; the table [feedback] at the end
JSON    keys of "provenance", and the key "feedback"
"""

import json
from collections.abc import Mapping
from typing import Any

from detectors.calibration.section_thresholds import SectionThresholds
from detectors.calibration.stored_text import parse_json

_HEADER, _FEEDBACK = "[provenance]", "[feedback]"


def with_feedback(text: str, suffix: str, provenance: Mapping[str, str], learned: SectionThresholds) -> str:
    """Return the text of a detector's file with `learned` thresholds in the place of any there; `suffix` is .json or .toml."""
    if suffix == ".json":
        content: dict[str, Any] = parse_json(text, "the detector's file", "a model")
        content["provenance"] = {**content.get("provenance", {}), **provenance}
        content["feedback"] = learned.model_dump()
        return "{\n" + ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in content.items()) + "\n}\n"
    lines = _with_provenance(_without_feedback(text.splitlines()), provenance)
    return "\n".join([*lines, "", _FEEDBACK, *_table(learned)]) + "\n"


def _with_provenance(lines: list[str], provenance: Mapping[str, str]) -> list[str]:
    """Return the lines with those of the provenance; a file without any gets the table at its end."""
    own = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in provenance.items()]
    if _HEADER not in lines:
        return [*lines, "", _HEADER, *own]
    first = lines.index(_HEADER) + 1
    last = next((k for k in range(first, len(lines)) if lines[k].startswith("[")), len(lines))
    kept = [line for line in lines[first:last] if line.partition("=")[0].strip() not in provenance]
    return [*lines[:first], *own, *kept, *lines[last:]]


def _without_feedback(lines: list[str]) -> list[str]:
    """Return the lines without the tables [feedback] and [[feedback.sections]], and empty ones at the end."""
    kept, inside = [], False
    for line in lines:
        if line.startswith("["):
            inside = line.strip("[] ").partition(".")[0] == "feedback"
        if not inside:
            kept.append(line)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def _table(learned: SectionThresholds) -> list[str]:
    lines = [f"corridor = {json.dumps(learned.corridor, ensure_ascii=False)}"]
    for each in learned.sections:
        lines += ["", "[[feedback.sections]]"]
        lines += [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in each.model_dump().items()]
    return lines
