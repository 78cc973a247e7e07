"""What a corridor is watched with."""

from dataclasses import dataclass, field

from harness.service.assembling.assembler_settings import AssemblerSettings
from harness.service.corridors.detector_choice import DetectorChoice
from harness.service.incidents.described_incident import Guidance
from harness.service.incidents.incident_settings import IncidentSettings
from scenarios.corridor import Corridor

SILENT_AFTER_S = 120.0
"""Wall time without readings after which a corridor is told blind, s. Chosen: four periods of 30 s; less tells late batches."""


@dataclass(frozen=True, slots=True)
class CorridorSetup:
    """A corridor, its detectors, and how its readings become frames and its alarms incidents.

    `importance`: under overload the frames of less important corridors are shed first (`frame_backlog`). `silent_after_s`: wall
    time without readings after which it is told blind. `exercise`: its traffic is simulated or replayed. `time_zone`: that of its
    clock, by its IANA name; None where the clock is a simulation's.
    """

    corridor: Corridor
    detectors: tuple[DetectorChoice, ...] = (DetectorChoice(),)
    importance: float = 1.0
    assembling: AssemblerSettings = field(default_factory=AssemblerSettings)
    incidents: IncidentSettings = field(default_factory=IncidentSettings)
    guidance: Guidance = field(default_factory=Guidance)
    silent_after_s: float = SILENT_AFTER_S
    exercise: bool = False
    time_zone: str | None = None
