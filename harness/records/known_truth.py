"""The known incidents of a recording: the simulator's truth, or a truth made from incidents.csv."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from os.path import lexists
from pathlib import Path

from scenarios.corridor import Corridor
from scenarios.errors import UserError, at
from simulator.frame import LoopFrame
from simulator.recording.incident_log import RecordedIncident
from simulator.recording.recording_folder import OpenRecording, Recording, read_recording
from simulator.recording.truth_checks import check_truth
from simulator.recording.truth_files import TRUTH_FILE, read_truth
from simulator.truth import LaneTruth, ObservedIncident, Truth


def known_truth(folder: Path, recording: Recording | OpenRecording) -> Truth | None:
    """Return the truth of a recording; None where its incidents are not known. Raises UserError for one that cannot be."""
    if lexists(folder / TRUTH_FILE):  # also a broken link: it is no recording without a truth
        truth = read_truth(folder)
        try:
            check_truth(truth, recording.corridor)
        except UserError as error:
            raise at(folder / TRUTH_FILE, error) from None
        return truth
    return None if recording.incidents is None else truth_of_recording(recording.incidents, recording.corridor)


@dataclass(frozen=True, slots=True, eq=False)
class KnownRun:
    """A recording with its truth, as calibration and training take it; `lane_truth` is empty where it is not known.

    `incidents` hold those of the truth, then what a user's own SUMO files did.
    """

    corridor: Corridor
    frames: Sequence[LoopFrame]
    incidents: Sequence[ObservedIncident]
    lane_truth: Sequence[LaneTruth]


def read_known_run(folder: Path) -> KnownRun | None:
    """Return a recording with its truth; None where its incidents are not known. Raises UserError."""
    recording = read_recording(folder)
    truth = known_truth(folder, recording)
    if truth is None:
        return None
    own = own_effects_as_incidents(truth, recording.corridor)
    return KnownRun(recording.corridor, recording.frames, (*truth.incidents, *own), truth.lanes)


def own_effects_as_incidents(truth: Truth, corridor: Corridor) -> tuple[ObservedIncident, ...]:
    """Return what a user's own files did in each section as an incident whose lanes are not known.

    So it is left out of incident-free frames, and teaches a detector nothing.
    """
    return tuple(
        ObservedIncident(
            onset_s=effect.from_s,
            clearance_s=effect.to_s,
            position_m=corridor.stations[section].position_m,
            lanes=(),
            section=section,
            earliest_evidence_s=math.nan,
            impact=False,
            delay_veh_h=math.nan,
            queue_max_veh=math.nan,
        )
        for effect in truth.own_effects
        if effect.incident is None
        for section in range(effect.first_section, effect.last_section + 1)
    )


def truth_of_recording(incidents: Iterable[RecordedIncident], corridor: Corridor) -> Truth:
    """Return a truth made from logged incidents: impact is assumed, tolerances are left out; floor and queues are not known.

    Raises UserError for an incident off the corridor.
    """
    known = tuple(
        ObservedIncident(
            onset_s=incident.onset_s,
            clearance_s=incident.clearance_s,
            position_m=incident.position_m,
            lanes=tuple(incident.lanes),
            section=corridor.section_at(incident.position_m),
            earliest_evidence_s=math.nan,
            impact=True,
            delay_veh_h=math.nan,
            queue_max_veh=math.nan,
            no_lane=incident.no_lane,
        )
        for incident in incidents
    )
    return Truth(incidents=known, carrying=(), lanes=(), lane_changes=(), collisions=0, teleports=0)
