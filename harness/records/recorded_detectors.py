"""The detectors in a record of results, and how the detectors of two records differ. A record holds:

    detectors          their names
    parameters         by name, the text of a file, null where a detector uses what it ships with
    fingerprints       by name                                  (detectors.fingerprints)
    mask               the fault detector that hides loops, where there is one: its name and its file in base64
    mask_fingerprint   of that
    detector_code      digest of the code of all                (harness.records.detector_code)

Records of an older laneblock have no fingerprints and no digest.
"""

from collections.abc import Mapping
from typing import Any

from detectors.catalogue import DETECTORS, fingerprint
from detectors.faults.fault_catalogue import fault_fingerprint
from harness.records.detector_code import detector_code_digest
from harness.records.run_order import PackedMask
from scenarios.errors import UserError

SHOWN_DIGITS = 12  # of 64: enough for people to distinguish two


def recorded_detectors(parameters: Mapping[str, str | None], mask: PackedMask | None) -> dict[str, object]:
    """Return these fields for a record. Raises UserError for an unknown name, or a mask's file that is not base64."""
    fingerprints = {
        name: fingerprint(name, None if text is None else text.encode()) for name, text in parameters.items()
    }
    record: dict[str, object] = {
        "detectors": list(parameters),
        "parameters": dict(parameters),
        "fingerprints": fingerprints,
        "detector_code": detector_code_digest(parameters),
    }
    if mask is not None:
        record |= {"mask": mask.model_dump(), "mask_fingerprint": fault_fingerprint(mask.name, mask.content)}
    return record


def short(fingerprint: str | None) -> str:
    """Return a fingerprint shortened for people; "unknown" where a record has none."""
    return fingerprint[:SHOWN_DIGITS] if fingerprint else "unknown"


def fingerprint_in(record: Mapping[str, Any], detector: str) -> str:
    """Return the fingerprint of `detector` in a record; "" where it has none."""
    kept = record.get("fingerprints")
    return str(kept.get(detector) or "") if isinstance(kept, Mapping) else ""


def fingerprints_text(record: Mapping[str, Any]) -> str:
    """Return the fingerprints in a record, shortened, for the foot of a page; "" where it has none.

    >>> fingerprints_text({"fingerprints": {"snd": "f135ca14e48d0c"}, "mask_fingerprint": "0ddb0d3a32ea71"})
    'snd f135ca14e48d, mask 0ddb0d3a32ea'
    """
    kept = record.get("fingerprints")
    named = dict(kept) if isinstance(kept, Mapping) else {}
    if record.get("mask_fingerprint"):
        named["mask"] = record["mask_fingerprint"]
    return ", ".join(f"{name} {short(value)}" for name, value in named.items())


def parameters_in(record: Mapping[str, Any]) -> dict[str, str | None]:
    """Return the detectors in a record with the texts of their parameters; empty where it has none."""
    kept = record.get("parameters")
    return dict(kept) if isinstance(kept, Mapping) else {}


def mask_in(record: Mapping[str, Any]) -> PackedMask | None:
    """Return the mask in a record, if there is one."""
    mask = record.get("mask")
    try:
        return None if mask is None else PackedMask.model_validate(mask)
    except ValueError as error:
        raise UserError(f"mask: not one of this version: {error}") from None


def mask_text(record: Mapping[str, Any]) -> str:
    """Return the mask in a record as its name and the digest of its file; "none" without a mask."""
    mask = mask_in(record)
    return "none" if mask is None else mask.text


def other_detectors(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a text for each detector that differs between two records, which name the same ones.

    Where `before` has no fingerprint, the text of its parameters decides. Where it has no text either, a detector with a
    shipped model or from another package may have changed, so it counts as different.
    """
    differences = []
    for name in map(str, now["detectors"]):
        was, is_now = fingerprint_in(before, name), fingerprint_in(now, name)
        if was and was != is_now:
            differences.append(f"{name}: other model or parameters ({short(was)} -> {short(is_now)})")
        elif not was and parameters_in(before).get(name) != parameters_in(now).get(name):
            differences.append(f"{name}: other parameters")
        elif not was and is_now and parameters_in(before).get(name) is None and not _without_parameters(name):
            differences.append(
                f"{name}: the older results do not say which model made them (unknown -> {short(is_now)})"
            )
    key = "mask_fingerprint" if before.get("mask_fingerprint") else "mask"
    if before.get(key) != now.get(key):
        differences.append(f"another mask ({mask_text(before)} -> {mask_text(now)})")
    return tuple(differences)


def _without_parameters(name: str) -> bool:
    return name in DETECTORS.own and DETECTORS[name].shipped is None
