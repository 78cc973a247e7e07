"""Options that several commands have."""

from enum import StrEnum
from typing import Annotated

import typer


class BackendName(StrEnum):
    """Ways to reach SUMO."""

    LIBSUMO = "libsumo"
    TRACI = "traci"


DetectorOption = Annotated[
    list[str] | None,
    typer.Option("--detector", metavar="NAME", help="Detector that watches; may be repeated. [default: sequential]"),
]
ParametersOption = Annotated[
    list[str] | None,
    typer.Option(
        "--parameters", metavar="FILE", help="The detector's parameters; DETECTOR=FILE where there are several."
    ),
]

MaskOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME[=FILE]",
        help="Hide loops from it while this fault detector holds them for faulty, unless an incident is likelier.",
    ),
]
