"""The minutes of Meten in Vlaanderen: counts and speeds of five classes of vehicles, and occupancy, of each point."""

import math
from collections.abc import Container, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from functools import partial

from scenarios.errors import UserError
from simulator.formats.field_units import KMH_PER_MPS
from simulator.formats.gathered_loops import GatheredLoops
from simulator.formats.gathered_roads import WITHOUT_READINGS
from simulator.formats.source_files import SourceFile
from simulator.formats.time_stamps import stamp_of
from simulator.formats.xml_events import Begin, Text, read_events
from simulator.recording.csv_header import shown

PERIOD_S = 60.0
CLOCK = 1
"""Hours by which the stamps' clock is ahead of UTC, all year."""
_ZONE = timezone(timedelta(hours=CLOCK))
LOST_CLOCK = timedelta(days=1)
"""Chosen: a stamp so far from its publication is of a unit that restarted without its clock (2001); a late one is minutes late."""
MOST_KMH = 250.0
"""Speeds above are codes: 251 initial value, 252 nobody, 254 cannot be computed."""
_TEXTS = ("tijd_waarneming", "beschikbaar", "defect", "geldig", "bezettingsgraad")
_OF_CLASS = ("verkeersintensiteit", "voertuigsnelheid_rekenkundig")
_MOST = {"verkeersintensiteit": 200.0, "voertuigsnelheid_rekenkundig": 255.0, "bezettingsgraad": 100.0}


def add_minutes(
    file: SourceFile, loops: GatheredLoops, through: Container[str], known: Container[str], left_out: dict[str, int]
) -> None:
    """Add the readings of the points in `through`. Raises UserError naming file and point for what does not fit."""
    minutes = _Minutes(file.place, loops, through, known, left_out)
    texts: dict[str, Text] = {name: partial(minutes.add_text, name) for name in _TEXTS}
    texts |= {name: partial(minutes.add_of_class, name) for name in _OF_CLASS}
    texts["tijd_publicatie"] = minutes.publish
    begins: dict[str, Begin] = {"meetpunt": minutes.begin_point, "meetdata": minutes.begin_class}
    for _ in read_events(file, begins, texts):
        pass
    minutes.end_point()
    left_out[WITHOUT_READINGS] += not minutes.points


class _Minutes:
    """What the events of a file say: when it was published, and the point that is open, with its classes of vehicles."""

    def __init__(
        self,
        place: str,
        loops: GatheredLoops,
        through: Container[str],
        known: Container[str],
        left_out: dict[str, int],
    ) -> None:
        self._file, self._loops, self._left_out = place, loops, left_out
        self._through, self._known = through, known
        self._published: datetime | None = None
        self.points = 0
        self._point = ""
        self._texts: dict[str, str] = {}
        self._classes: list[dict[str, str]] = []

    def publish(self, text: str) -> None:
        self._published = stamp_of(text, _ZONE, f"{self._file}, tijd_publicatie")

    def begin_point(self, attributes: Mapping[str, str]) -> None:
        self.end_point()
        self.points += 1
        point = attributes.get("unieke_id", "")
        if point not in self._known:
            self._left_out["readings of points that the configuration does not hold"] += 1
        self._point = point if point in self._through else ""
        self._texts, self._classes = {}, []

    def begin_class(self, attributes: Mapping[str, str]) -> None:
        self._classes.append({"klasse_id": attributes.get("klasse_id", "?")})

    def add_text(self, name: str, text: str) -> None:
        self._texts.setdefault(name, text)

    def add_of_class(self, name: str, text: str) -> None:
        if self._classes:
            self._classes[-1][name] = text

    def end_point(self) -> None:
        """Add the open point's reading, if there is one. Raises UserError naming what does not fit."""
        point, self._point = self._point, ""
        if not point:
            return
        place, texts = f"{self._file}, point {point}", self._texts
        stamp = stamp_of(texts.get("tijd_waarneming", ""), _ZONE, place)
        if self._published is not None and abs(stamp - self._published) > LOST_CLOCK:
            self._left_out["readings of units that lost their clock"] += 1
            return
        end_s = stamp.timestamp() + PERIOD_S
        sound = all(texts.get(each, "") in ("", "0") for each in ("defect", "geldig"))
        if not sound or texts.get("beschikbaar") == "0":
            self._left_out["readings of points that are unavailable, defect or not valid"] += 1
            self._loops.add((point, 0), end_s, math.nan, math.nan, math.nan)
            return
        count, speed_mps = _traffic(self._classes, place)
        share = _number(texts.get("bezettingsgraad", ""), "bezettingsgraad", place) / 100
        self._loops.add((point, 0), end_s, count, share, speed_mps)


def _traffic(classes: Sequence[Mapping[str, str]], place: str) -> tuple[float, float]:
    total, known, weighted_kmh = 0.0, 0.0, 0.0
    for each in classes:
        where = f"{place}, class {each['klasse_id']}"
        count, speed_kmh = (_number(each.get(name, ""), name, where) for name in _OF_CLASS)
        if count != count:
            return math.nan, math.nan
        total += count
        if count > 0 and speed_kmh <= MOST_KMH:
            known += count
            weighted_kmh += count * speed_kmh
    speed_mps = weighted_kmh / known / KMH_PER_MPS if known else math.nan
    return (total, speed_mps) if classes else (math.nan, math.nan)


def _number(text: str, name: str, place: str) -> float:
    try:
        value = float(text.replace(",", ".")) if text else -1.0
    except ValueError:
        value = math.nan
    if not -1 <= value <= _MOST[name]:
        raise UserError(f"{place}: {name}: wanted a number, 0 to {_MOST[name]:g}, got {shown(text)}")
    return math.nan if value < 0 else value
