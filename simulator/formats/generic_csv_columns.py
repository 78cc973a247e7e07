"""What the columns of a CSV export are, from its header: the time, and per column station, lane, quantity and unit.

Wide tables have a column per loop and quantity (`MQ1_HFS_q [Kfz/min]`, `MQ3.L1`); long ones have columns `station` and `lane`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scenarios.errors import UserError

_TIME = re.compile(
    r"(date[-_ ]?time|time[-_ ]?stamp|time|zeit\w*|datum\w*|date|ts(_m?s)?|begin|start|uhrzeit|stamp|interval\w*|tijd\w*|heure|"
    r"horodat\w*|date[-_ ]?heure|fecha([-_ ]?(y[-_ ])?hora)?|hora)",
    re.I,
)
_STATION = re.compile(
    r"(station|site|detector|sensor|mq|messquerschnitt|messstelle|standort|location|meetpunt|estaci[o\u00f3]n|capteur|poste)"
    r"([-_ ]?(id|name|no|nr))?",
    re.I,
)
_LANE = re.compile(r"(lane|spur|fahrstreifen|fs|rijstrook|voie|carril)([-_ ]?(id|no|nr|number))?", re.I)
_PLACE = re.compile(
    r"(mile[-_ ]?post|post[-_ ]?mile|mile|pm|mp|km|kilomet\w+|chainage|pk|position(_k?m)?|station[-_]?km)(_?\[?\(?(k?m|mi)?\)?\]?)",
    re.I,
)
_QUANTITIES = {
    "count": r"q(kfz)?|flow|counts?|volume|vol|vehicles?|veh|kfz|n|intensit\w*|intensidad|verkehrsst\w*|zahl|d[e\u00e9]bit",
    "speed": r"v(kfz)?|speed|geschw\w*|velocity|velocidad|vitesse|snelheid|avg_?speed|mean_?speed",
    "occupancy": r"occ(upancy)?|belegung\w*|b|bezetting\w*|ocupaci[o\u00f3]n|taux|o",
}
_UNITS = {
    "count": (
        ("per hour", r"vph|(veh|kfz|fz)?/?(per )?h(our|r)?|(veh|kfz|fz)/(h|std)"),
        ("per minute", r"(veh|kfz|fz)?/min"),
        ("per 15 min", r"(veh|kfz|fz)?/15 ?min"),
        ("per period", r"veh|kfz|fz|n"),
    ),
    "speed": (("km/h", r"km/?h|kmh|kph"), ("mph", r"mph|mi/?h"), ("m/s", r"m/s|mps|ms")),
    "occupancy": (("%", r"%|pct|percent|prozent"), ("per mille", "\u2030|permille"), ("share", r"share|frac\w*|0-1|1")),
}
_MOST_HEADER_LINES = 10
"""Lines before the header at most. Chosen: exports write a title, a site, a period of time."""


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column of values: which place in a row, quantity, unit ("" unnamed); in a wide table its station and lane."""

    place: int
    quantity: str
    unit: str
    station: str = ""
    lane: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table: `station` is -1 in a wide one; `header_line` counts from 1."""

    separator: str
    header_line: int
    fields: int
    times: tuple[int, ...]
    values: tuple[ValueColumn, ...]
    station: int = -1
    lane: int = -1
    position: int = -1
    position_name: str = ""
    assumed: tuple[str, ...] = field(default=())

    @property
    def units(self) -> Mapping[str, str]:
        """The units that are named, by quantity."""
        return {column.quantity: column.unit for column in self.values if column.unit}


def find_layout(lines: Sequence[str], place: str) -> Layout:
    """Return the layout of a table by its first lines. Raises UserError that says what was looked for."""
    for number, line in enumerate(lines[:_MOST_HEADER_LINES], 1):
        separator = max(";\t|,", key=line.count)
        names = [name.strip().strip('"') for name in line.split(separator)]
        if len(names) < 2 or not any(_TIME.fullmatch(name) for name in names):
            continue
        return _layout(names, separator, number, place)
    raise UserError(
        f"{place}: wanted a header with a column for the time (time, timestamp, Zeit), got {(lines[0] if lines else '')[:80]!r} "
        "(is the header missing, or is it another kind of file?)"
    )


def _layout(names: Sequence[str], separator: str, number: int, place: str) -> Layout:
    times = [k for k, name in enumerate(names) if _TIME.fullmatch(name)]
    station, lane, position = (
        next((k for k, name in enumerate(names) if pattern.fullmatch(name)), -1)
        for pattern in (_STATION, _LANE, _PLACE)
    )
    # A date and a time of day belong together; of several full stamps, the first.
    dated = re.search("dat", names[times[0]], re.I) and not re.search("time|zeit", names[times[0]], re.I)
    times = times[:2] if dated else times[:1]
    taken = {*times, station, lane, position}
    columns = [_column(k, name, wide=station < 0) for k, name in enumerate(names) if k not in taken and name]
    values = [column for column in columns if column.quantity]
    assumed: list[str] = []
    if station < 0 and not values:
        values = [ValueColumn(c.place, "count", "", c.station, c.lane) for c in columns if c.lane]
        assumed = ["values without a name are counts"] if values else []
    if not values:
        raise UserError(
            f"{place}, line {number}: no column is a count, a flow, a speed or an occupancy of a station's lane, got "
            f"{', '.join(names)[:200]} (wanted names like MQ1_L1_speed, or columns station, lane, count, speed, occupancy)"
        )
    if station < 0 and not any(column.station for column in values):
        raise UserError(
            f"{place}, line {number}: no column names a station, got {', '.join(names)[:200]} (wanted a column station, detector, "
            "sensor or MQ, or names of columns that begin with one, like MQ1_L1_speed)"
        )
    return Layout(
        separator,
        number,
        len(names),
        tuple(times),
        tuple(values),
        station,
        lane,
        position,
        names[position] if position >= 0 else "",
        tuple(assumed),
    )


def _column(place: int, name: str, wide: bool) -> ValueColumn:
    plain, unit_text = name, ""
    if match := re.search(r"[\[(]([^\])]*)[\])]\s*$", name):
        plain, unit_text = name[: match.start()].strip(), match[1].strip()
    parts = re.split(r"[_ .\-/:]+", plain)
    if (
        not unit_text
        and len(parts) > 1
        and any(_unit(kind, parts[-1]) and parts[-1].lower() not in "vehnkfz1" for kind in _UNITS)
    ):
        unit_text = parts.pop()
    if wide and len(parts) > 2 and not _quantity(parts[-1]) and _quantity(parts[0]):
        parts.append(parts.pop(0))  # flow_MQ1_1
    quantity = _quantity(parts[-1])
    unit = _unit(quantity, unit_text) if quantity else ""
    if not wide:
        return ValueColumn(place, quantity, unit)
    if quantity:
        parts.pop()
    lane = parts.pop() if len(parts) > 1 and lane_number(parts[-1]) is not None else ""
    if lane and len(parts) > 1 and _LANE.fullmatch(parts[-1]):
        parts.pop()
    return ValueColumn(place, quantity, unit, " ".join(parts), lane)


def _quantity(text: str) -> str:
    return next((kind for kind, words in _QUANTITIES.items() if re.fullmatch(words, text, re.I)), "")


def _unit(quantity: str, text: str) -> str:
    return next((unit for unit, words in _UNITS[quantity] if re.fullmatch(words, text.strip(), re.I)), "")


def lane_number(text: str) -> tuple[int, bool] | None:
    """Return a lane's number and whether it says by itself that 0 is the slow lane; None for a text that is no lane.

    >>> lane_number("HFS"), lane_number("UFS1"), lane_number("2.\u00dcFS"), lane_number("L3"), lane_number("x")
    ((0, True), (1, True), (2, True), (3, False), None)
    """
    if re.fullmatch("HFS", text, re.I):
        return 0, True
    if match := re.fullmatch(r"(\d)?\.?(?:\u00dc|UE?)FS(\d)?", text, re.I):
        return int(match[1] or match[2] or 1), True
    if match := re.fullmatch(r"(?:L|lane|FS|spur|S)?\s*(\d{1,2})(?:\.0)?", text, re.I):
        return int(match[1]), False
    return None
