"""Thresholds of sections from closed incidents, written into a new version of a detector's file.

store -> closings -> `detectors.calibration.feedback_thresholds` -> file with [feedback]; the one before is kept beside it
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from detectors.calibration.feedback_file import with_feedback
from detectors.calibration.feedback_thresholds import LearnedThreshold, learn_thresholds
from detectors.calibration.file_amendment import file_content
from detectors.calibration.section_thresholds import SectionThreshold, SectionThresholds, thresholds_on
from detectors.calibration.thresholds import threshold_at
from detectors.catalogue import DEFAULT_AIM, DETECTORS, build, fingerprint
from detectors.file_schema import FileSchema, ThresholdsByAim, checked
from harness.records.atomic_files import atomic_file
from harness.running.detector_versions import keep_version, versions_at
from harness.service.corridors.detector_choice import DetectorChoice
from harness.service.feedback.stored_closings import StoredClosings, closed_corridor, stored_closings
from harness.service.store.sql_store import SqlStore
from scenarios.corridor import Corridor
from scenarios.errors import UserError, at


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned: from which closings, the threshold of each section; `file` is None where nothing changes."""

    detector: str
    stored: StoredClosings
    thresholds: tuple[LearnedThreshold, ...]
    file: Path | None


class _Thresholds(FileSchema):
    thresholds: ThresholdsByAim


def check_feedback_detector(detector: str) -> None:
    """Raise UserError for a detector whose file has no place for thresholds of sections."""
    if detector not in DETECTORS or not DETECTORS[detector].holds_feedback:
        holding = ", ".join(name for name in DETECTORS.own if DETECTORS[name].holds_feedback)
        why = (
            "is no detector" if detector not in DETECTORS else "has no thresholds that sections could have of their own"
        )
        raise UserError(f"--feedback: {detector!r} {why}; wanted one of {', '.join(sorted(holding.split(', ')))}")


def learn_from_closings(
    store: SqlStore,
    named_corridor: str | None,
    detector: str,
    out: Path,
    sources: str,
    aim: float,
    wanted: float,
    error_share: float,
    show: Callable[[str], None] = lambda what: None,
) -> Learned:
    """Learn from the closings in a store; write `out` where a threshold changes. The file there is what is changed, and kept.

    Without a file there the shipped one is. Raises UserError for a store that holds nothing to learn from, MachineError.
    """
    check_feedback_detector(detector)
    versions = versions_at(out, detector)
    choice = DetectorChoice(detector, out if versions.version else None, aim=aim)
    corridor = closed_corridor(store, named_corridor)
    text, thresholds, now = _before(choice, corridor)
    stored = stored_closings(
        store, corridor, detector, choice.score_fingerprint(), threshold_at(thresholds, aim, detector)
    )
    learned = learn_thresholds(stored.closings, now, stored.days, thresholds, aim, wanted, error_share)
    if not any(each.raised for each in learned):
        return Learned(detector, stored, learned, None)
    kept = _changed(corridor, learned, threshold_at(thresholds, aim, detector))
    provenance = {
        "version": str(versions.new),
        "date": datetime.now(UTC).date().isoformat(),
        "feedback": feedback_words(stored, aim, wanted, error_share),
        "feedback_data": stored.digest,
        "feedback_sources": sources,
    }
    if versions.version:
        provenance["previous"] = fingerprint(detector, versions.text, DEFAULT_AIM)
    suffix = DETECTORS[detector].suffix
    with atomic_file(out, lasting=True) as part:
        part.write_text(with_feedback(text, suffix, provenance, kept), encoding="utf-8")
        build(detector, corridor, part, aim)  # refuses what could not be used, before it takes the place of what can
        keep_version(versions)
    if versions.version:
        show(f"{out} is version {versions.new}; version {versions.version} stays as {versions.kept.name}")
    return Learned(detector, stored, learned, out)


def feedback_words(stored: StoredClosings, aim: float, wanted: float, error_share: float) -> str:
    """Return what was learned from, as a line of provenance."""
    return (
        f"{len(stored.closings)} closings on {stored.corridor.name}, {stored.false} of them false, opened "
        f"from {clock_text(stored.from_s)} to {clock_text(stored.to_s)} in {stored.days:.2f} days of frames; aim {aim:g}, "
        f"wanted {wanted:g}, operators wrong in {error_share:.0%} (feedback_thresholds.py)"
    )


def clock_text(time_s: float) -> str:
    """Return a data time: UTC where it is one, else days on the data's clock.

    >>> clock_text(1767225600.0), clock_text(129600.0)
    ('2026-01-01T00:00:00Z', 'day 1.50')
    """
    if time_s >= 1e8:
        return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"day {time_s / 86400:.2f}"


def _before(choice: DetectorChoice, corridor: Corridor) -> tuple[str, dict[float, float], list[float]]:
    """Return the text of the file as it is, its thresholds by false alarms, and those of the sections now."""
    entry = DETECTORS[choice.name]
    assert entry.shipped is not None
    file: Path | Traversable = entry.shipped(choice.aim) if choice.parameters is None else choice.parameters
    text = file.read_text(encoding="utf-8")
    content: dict[str, Any] = file_content(Path(str(file)))
    where = str(file if choice.parameters is not None else f"{choice.name}'s shipped file")
    thresholds = dict(checked(_Thresholds, {"thresholds": content.get("thresholds", {})}, where).thresholds)
    base = threshold_at(thresholds, choice.aim, choice.name)
    earlier = None if "feedback" not in content else checked(SectionThresholds, content["feedback"], where)
    try:
        now = thresholds_on(corridor, base, earlier)
    except UserError as error:
        raise at(where, error) from None
    return text, thresholds, [base] * corridor.sections if isinstance(now, float) else now.tolist()


def _changed(corridor: Corridor, learned: tuple[LearnedThreshold, ...], base: float) -> SectionThresholds:
    names = [station.name for station in corridor.stations]
    sections = [
        SectionThreshold(upstream=names[each.section], downstream=names[each.section + 1], threshold=each.after)
        for each in learned
        if each.after > base
    ]
    return SectionThresholds(corridor=corridor.name, sections=sections)
