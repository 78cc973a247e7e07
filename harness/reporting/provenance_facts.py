"""Provenance on a page: the fields kept with a result, and the detectors' fingerprints."""

from collections.abc import Mapping
from typing import Any

from harness.records.provenance import provenance
from harness.records.recorded_detectors import fingerprints_text
from harness.reporting.report_document import DASH


def provenance_facts(record: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return label and text of each field of `provenance()` in `record`, the command first, the fingerprints last.

    >>> provenance_facts({"command": "laneblock run x", "fingerprints": {"apid": "ab12"}})[::5]
    (('Command', 'laneblock run x'), ("Detectors' fingerprints", 'apid ab12'))
    """
    fields = dict.fromkeys(["command", *provenance()])
    facts = tuple((field.replace("_", " ").capitalize(), _text(record.get(field))) for field in fields)
    return (*facts, ("Detectors' fingerprints", fingerprints_text(record) or DASH))


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {each}" for name, each in value.items() if each) or DASH
    return str(value or DASH)
