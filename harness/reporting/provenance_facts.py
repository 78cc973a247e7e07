"""What a page says about its origin: every field of the provenance kept with a result."""

from collections.abc import Mapping
from typing import Any

from harness.records.provenance import provenance
from harness.reporting.report_document import DASH


def provenance_facts(record: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return label and text of each field of `provenance()` and of each fingerprint in `record`, the command first.

    >>> provenance_facts({"command": "laneblock run x", "fingerprints": {"apid": "ab12"}})[::5]
    (('Command', 'laneblock run x'), ('Fingerprints', 'apid ab12'))
    """
    fields = dict.fromkeys(["command", *provenance(), *(field for field in record if "fingerprint" in field)])
    return tuple((field.replace("_", " ").capitalize(), _text(record.get(field))) for field in fields)


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {each}" for name, each in value.items() if each) or DASH
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or DASH
    return str(value or DASH)
