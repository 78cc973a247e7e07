"""One run of a drill: watched, matched with its truth, played to people; and kept."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detectors.catalogue import build
from harness.records.atomic_files import write_json
from harness.records.kept_arrays import key_of
from harness.records.known_truth import known_truth
from harness.records.run_folder import RunFolder, recorded_scenario
from harness.service.drill.drilled_run import DrilledRun, as_fields, from_fields
from harness.service.drill.incident_chain import ChainedRun, as_json, chained_run, from_json, reactions, truth_behind
from harness.service.drill.match_truth import matched_run
from harness.service.drill.play_response import Shift, play_response
from harness.service.drill.true_events import true_events
from harness.service.drill.watch_run import watch_run
from harness.service.incidents.described_incident import Guidance
from harness.service.incidents.incident_settings import IncidentSettings
from harness.service.incidents.incident_watch import IncidentWatch
from harness.service.incidents.recommended_actions import read_actions
from simulator.recording.recording_folder import open_recording

Watched = tuple[DrilledRun, ChainedRun | None]
"""A run as watched, and as people handled it: None without people, and where its incidents are not known."""


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """Where a run is kept: as watched, and as handled."""

    drilled: Path
    chained: Path


def drill_one(
    folder: Path, detectors: Sequence[str], files: KeptFiles, key: str, shift: Shift | None = None
) -> Watched:
    """Watch one recording with new detectors, match it with its truth, play it to the people of `shift`, and keep the results."""
    recording = open_recording(folder)
    corridor = recording.corridor
    truth = known_truth(folder, recording)
    scenario = recorded_scenario(folder) if RunFolder(folder).finished else None
    events = () if scenario is None else true_events(scenario, corridor)
    built = {name: build(name, corridor) for name in detectors}
    watch = IncidentWatch(corridor, IncidentSettings(exercise=scenario is not None), Guidance(read_actions()))
    watched = watch_run(corridor, recording.frames, built, watch)
    run = matched_run(folder.resolve().name, corridor, watched, truth, events)
    write_json(files.drilled, {"key": key, "run": as_fields(run)})
    if shift is None:
        return run, None
    chained = None
    if truth is not None:
        told = [event for story in watched.stories for event in story.events]
        known = truth.incidents
        handled = play_response(
            corridor, recording.frames, told, shift, truth_behind(run, known), reactions(run, shift.seed)
        )
        chained = chained_run(run, known, watched, handled)
    write_json(files.chained, {"key": _with_people(key, shift), "run": None if chained is None else as_json(chained)})
    return run, chained


def read_kept(files: KeptFiles, key: str, shift: Shift | None = None) -> Watched | None:
    """Return a run as it is kept; None where the key or the shift has changed, or a file is missing or broken."""
    try:
        run = from_fields(_content(files.drilled, key) or {})
        if shift is None:
            return run, None
        chained = _content(files.chained, _with_people(key, shift))
        return run, None if chained is None else from_json(chained)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _with_people(key: str, shift: Shift) -> str:
    return key_of(key, shift)


def _content(file: Path, key: str) -> Mapping[str, Any] | None:
    content = json.loads(file.read_text(encoding="utf-8"))
    if content["key"] != key:
        raise KeyError(f"{file} is of another key")
    found: Mapping[str, Any] | None = content["run"]
    return found
