"""Ranges of detectors' parameters, as types of the fields of their dataclasses.

A file's parameters are held to them (`detectors.calibration.settings_file`), so that one outside is a slip of the file.
"""

from typing import Annotated

from pydantic import Field

Share = Annotated[float, Field(ge=0, le=1)]
"""A share, such as an occupancy."""
RatioThreshold = Annotated[float, Field(ge=1e-3, le=2)]
"""What a difference of occupancies, or of speeds, is divided by. Chosen: no loop resolves less than 0.001, and a
difference of two relative ones is 2 at most."""
RelativeChange = Annotated[float, Field(ge=-10, le=1)]
"""(before - now) / before: at most 1; below -10 a station was empty before. Chosen."""
FactorParameter = Annotated[float, Field(ge=0, le=10)]
"""A weight of one station against another. Chosen: with 10 the other one no longer matters."""
PersistenceS = Annotated[float, Field(ge=0, le=3600)]
"""How long evidence must last, s. Chosen: an incident is over within the hour."""
MemoryS = Annotated[float, Field(ge=0, le=4 * 3600)]
"""How far back a mean reaches, s. Chosen: traffic four hours ago says nothing of now."""
RunLength = Annotated[float, Field(ge=2, le=1e6)]
"""An average run length, frames. Chosen: a million frames of 30 s are a year."""
Shift = Annotated[float, Field(ge=0.1, le=6)]
"""A shift that a chart is to find, standard deviations. Chosen: a larger one is seen in one frame."""
Smoothing = Annotated[float, Field(ge=0.01, le=1)]
"""Weight of the newest value in a moving average. Chosen: with 0.01 an hour of frames no longer moves it by half."""
