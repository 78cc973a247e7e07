"""Detectors built from what an order or a record keeps of them: their names, and the texts of their parameters."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from detectors.catalogue import DETECTORS, build
from detectors.detector import Detector
from detectors.fault_masking import masked
from harness.records.recorded_detectors import mask_in, other_detectors, parameters_in, recorded_detectors
from harness.running.fault_mask import unpack_mask
from scenarios.corridor import Corridor


def build_detectors(parameters: Mapping[str, str | None], corridor: Corridor, work: Path) -> dict[str, Detector]:
    """Return every detector, built for this corridor; parameter texts become files in `work`."""
    built = {}
    for name, text in parameters.items():
        path = None
        if text is not None:
            path = work / f"{name}.toml"
            path.write_text(text, encoding="utf-8")
        built[name] = build(name, corridor, path)
    return built


def rebuild_detector(record: Mapping[str, Any], name: str, corridor: Corridor, work: Path) -> Detector | None:
    """Return the detector `name` of a record, behind the record's mask, anew; None where that is not possible.

    It is not where the detector, its model or the mask is another one today, and not where it comes from another package,
    whose code only runs in commands that watch it. Raises UserError where the record's parameters or mask are broken.
    """
    if name not in DETECTORS.own:
        return None
    parameters, mask = {name: parameters_in(record).get(name)}, mask_in(record)
    if other_detectors(record, recorded_detectors(parameters, mask)):
        return None
    detector = build_detectors(parameters, corridor, work)[name]
    return detector if mask is None else masked(detector, unpack_mask(mask, work).build(corridor))
