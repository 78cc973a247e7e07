"""Arguments and options that several commands have."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class BackendName(StrEnum):
    """Ways to reach SUMO."""

    LIBSUMO = "libsumo"
    TRACI = "traci"


RecordingsArgument = Annotated[
    list[Path], typer.Argument(metavar="FOLDER...", help="Recordings: run folders, or your own.")
]

StudyArgument = Annotated[str, typer.Argument(metavar="STUDY", help="A shipped study, or a TOML file of your own.")]

DetectorOption = Annotated[
    list[str] | None,
    typer.Option("--detector", metavar="NAME", help="Detector to run; may be repeated. [default: sequential]"),
]

ParametersOption = Annotated[
    list[str] | None,
    typer.Option(
        "--parameters", metavar="FILE", help="The detector's parameters; DETECTOR=FILE with several detectors."
    ),
]

MaskOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME[=FILE]",
        help="Hide loops that this fault detector takes for faulty, unless an incident is likelier.",
    ),
]

SiteMemoryOption = Annotated[
    Path | None,
    typer.Option(
        "--site-memory",
        metavar="FILE",
        help="Begin with what detectors learned of this corridor before, and keep what they learn. [default: begin anew]",
    ),
]

TimeLimitOption = Annotated[
    float,
    typer.Option(metavar="S", help="Seconds that a detector of another package may take on a recording."),
]

MOST_JOBS = 1024
"""Runs at once. Chosen: each is a process; no machine has so many cores to spare."""
JobsOption = Annotated[
    int | None, typer.Option(min=1, max=MOST_JOBS, metavar="N", help="Runs at once. [default: all cores]")
]
