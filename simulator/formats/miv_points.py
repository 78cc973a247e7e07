"""The texts of a measuring point in a minute of Meten in Vlaanderen, as a parser finds them."""

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from scenarios.errors import UserError
from simulator.formats.xml_events import Begin, Text
from simulator.recording.csv_header import shown

PUBLISHED = "tijd_publicatie"
OBSERVED, SHARE = "tijd_waarneming", "bezettingsgraad"
AVAILABLE, STATES = "beschikbaar", ("defect", "geldig")
COUNT, SPEED = "verkeersintensiteit", "voertuigsnelheid_rekenkundig"
MOST = {COUNT: 200.0, SPEED: 255.0, SHARE: 100.0}
"""Largest numbers [veh/min, km/h, per cent]. Chosen: more is no reading of a lane."""
MOST_KMH = 250.0
"""Speeds above are codes: 251 initial value, 252 nobody, 254 cannot be computed."""


class MivPoint(NamedTuple):
    """A point: its name, its own texts by element, and those of each of its classes of vehicles, with its number in `klasse_id`."""

    name: str
    texts: Mapping[str, str]
    classes: list[dict[str, str]]


class PointEvents:
    """The events of a file: `found` is called with each point, `publish` with the time of the publication where it comes."""

    def __init__(self, found: Callable[[MivPoint], None], publish: Callable[[str], None]) -> None:
        self._found = found
        self._open = False
        self._name = ""
        self._texts: dict[str, str] = {}
        self._classes: list[dict[str, str]] = []
        self.begins: dict[str, Begin] = {"meetpunt": self._begin_point, "meetdata": self._begin_class}
        own = (OBSERVED, AVAILABLE, *STATES, SHARE)
        self.texts: dict[str, Text] = {name: partial(self._add_text, name) for name in own}
        self.texts |= {name: partial(self._add_of_class, name) for name in (COUNT, SPEED)}
        self.texts[PUBLISHED] = publish

    def _begin_point(self, attributes: Mapping[str, str]) -> None:
        self.end_point()
        self._open, self._name = True, attributes.get("unieke_id", "")
        self._texts, self._classes = {}, []

    def _begin_class(self, attributes: Mapping[str, str]) -> None:
        self._classes.append({"klasse_id": attributes.get("klasse_id", "?")})

    def _add_text(self, name: str, text: str) -> None:
        self._texts.setdefault(name, text)

    def _add_of_class(self, name: str, text: str) -> None:
        if self._classes:
            self._classes[-1][name] = text

    def end_point(self) -> None:
        """Hand over the open point, if there is one."""
        if self._open:
            self._open = False
            self._found(MivPoint(self._name, self._texts, self._classes))


def number(text: str, name: str, place: str) -> float:
    """Return the number in an element of this name, NaN where it is not known. Raises UserError at `place` for another text."""
    try:
        value = float(text.replace(",", ".")) if text else -1.0
    except ValueError:
        value = math.nan
    if not -1 <= value <= MOST[name]:
        raise UserError(f"{place}: {name}: wanted a number, 0 to {MOST[name]:g}, got {shown(text)}")
    return math.nan if value < 0 else value
