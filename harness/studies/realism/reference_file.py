"""A reference: the statistics of simulated recordings as one JSON file, shipped for batteries, or a user's own.

name          of the battery          recordings, samples, hours     what it was measured on
command       that wrote it           statistics                     by key: units and five percentiles
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.records.atomic_files import write_json
from harness.records.provenance import command_line
from harness.studies.realism.clean_sample import CleanSample
from harness.studies.realism.spread import PERCENTILES, Spread, spread_of
from harness.studies.realism.statistic import BY_KEY, Values
from scenarios.errors import MissingFileError, UserError
from scenarios.suggestion import likely

REFERENCES = Path(__file__).parent / "references"
DIGITS = 5
"""Significant digits in the file: more than the samples determine."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The spreads of simulated recordings by key, and what they were measured on."""

    name: str
    samples: int
    hours: float
    spreads: Mapping[str, Spread]


def reference_names() -> list[str]:
    """Return the names of the shipped references."""
    return sorted(file.stem for file in REFERENCES.glob("*.json"))


def reference_of(name: str, samples: Sequence[CleanSample], values: Values) -> Reference:
    """Return measured statistics as a reference."""
    spreads = {key: spread_of(each) for key, each in values.items()}
    return Reference(name, len(samples), sum(sample.hours for sample in samples), spreads)


def write_reference(file: Path, reference: Reference) -> None:
    """Write a reference."""
    content = {
        "name": reference.name,
        "samples": reference.samples,
        "hours": round(reference.hours, 2),
        "command": command_line(),
        "percentiles": PERCENTILES,
        "statistics": {
            key: {"units": each.units, "values": [float(f"{value:.{DIGITS}g}") for value in each.percentiles]}
            for key, each in reference.spreads.items()
        },
    }
    write_json(file, content)


def read_reference(name_or_file: str) -> Reference:
    """Return a shipped reference by name, or one in a file. Raises MissingFileError, UserError for a file that is none."""
    file = REFERENCES / f"{name_or_file}.json" if name_or_file in reference_names() else Path(name_or_file)
    if not file.is_file():
        raise MissingFileError(
            f"--against {name_or_file}: no such reference, file or folder; shipped: {', '.join(reference_names()) or 'none'}"
            f"{likely(name_or_file, reference_names())}"
        )
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        spreads = {str(key): _spread(each) for key, each in raw["statistics"].items() if key in BY_KEY}
        found = Reference(str(raw["name"]), int(raw["samples"]), float(raw["hours"]), spreads)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"--against {file}: wanted a reference, as --save-reference writes it ({type(error).__name__})"
        ) from None
    if not spreads:
        raise UserError(f"--against {file}: it holds no statistic that this version knows")
    return found


def _spread(raw: Mapping[str, object]) -> Spread:
    values, units = raw["values"], raw["units"]
    if not isinstance(values, list) or not isinstance(units, int) or len(values) != len(PERCENTILES):
        raise ValueError("a statistic has units and five percentiles")
    found = tuple(float(each) for each in values)
    if not all(math.isfinite(each) for each in found):
        raise ValueError("percentiles are finite")
    return Spread(units, found)
