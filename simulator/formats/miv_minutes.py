"""The minutes of Meten in Vlaanderen: counts and speeds of five classes of vehicles, and occupancy, of each point."""

import math
from collections.abc import Container
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element

from scenarios.errors import UserError
from simulator.formats.field_units import KMH_PER_MPS
from simulator.formats.gathered_loops import GatheredLoops
from simulator.formats.source_files import SourceFile
from simulator.formats.xml_elements import children, elements, find, text_of
from simulator.recording.csv_header import shown

PERIOD_S = 60.0
CLOCK = 1
"""Hours by which the stamps' clock is ahead of UTC, all year."""
LOST_CLOCK = timedelta(days=1)
"""Chosen: a stamp so far from its publication is of a unit that restarted without its clock (2001); a late one is minutes late."""
MOST_KMH = 250.0
"""Speeds above are codes: 251 initial value, 252 nobody, 254 cannot be computed."""
_MOST = {"verkeersintensiteit": 200.0, "voertuigsnelheid_rekenkundig": 255.0, "bezettingsgraad": 100.0}


def add_minutes(
    file: SourceFile, loops: GatheredLoops, through: Container[str], known: Container[str], left_out: dict[str, int]
) -> None:
    """Add the readings of the points in `through`. Raises UserError naming file and point for what does not fit."""
    published: datetime | None = None
    for element in elements(file, "tijd_publicatie", "meetpunt"):
        if element.tag.endswith("tijd_publicatie"):
            published = _time(element.text or "", f"{file.place}, tijd_publicatie")
            continue
        point = element.get("unieke_id", "")
        if point not in known:
            left_out["readings of points that the configuration does not hold"] += 1
        if point in through:
            _add(element, point, f"{file.place}, point {point}", published, loops, left_out)


def _add(
    element: Element, point: str, place: str, published: datetime | None, loops: GatheredLoops, left_out: dict[str, int]
) -> None:
    stamp = _time(text_of(element, "tijd_waarneming"), place)
    if published is not None and abs(stamp - published) > LOST_CLOCK:
        left_out["readings of units that lost their clock"] += 1
        return
    end_s = stamp.timestamp() + PERIOD_S
    valid = text_of(element, "beschikbaar") != "0" and all(
        text_of(element, each) in ("", "0") for each in ("defect", "geldig")
    )
    if not valid:
        left_out["readings of points that are unavailable, defect or not valid"] += 1
        loops.add((point, 0), end_s, math.nan, math.nan, math.nan)
        return
    count, speed_mps = _traffic(element, place)
    computed = find(element, "rekendata")
    share = math.nan if computed is None else _number(computed, "bezettingsgraad", place) / 100
    loops.add((point, 0), end_s, count, share, speed_mps)


def _traffic(element: Element, place: str) -> tuple[float, float]:
    total, known, weighted_kmh, classes = 0.0, 0.0, 0.0, children(element, "meetdata")
    for each in classes:
        where = f"{place}, class {each.get('klasse_id', '?')}"
        count = _number(each, "verkeersintensiteit", where)
        if count != count:
            return math.nan, math.nan
        speed_kmh = _number(each, "voertuigsnelheid_rekenkundig", where)
        total += count
        if count > 0 and speed_kmh <= MOST_KMH:
            known += count
            weighted_kmh += count * speed_kmh
    speed_mps = weighted_kmh / known / KMH_PER_MPS if known else math.nan
    return (total, speed_mps) if classes else (math.nan, math.nan)


def _number(element: Element, name: str, place: str) -> float:
    text = text_of(element, name)
    try:
        value = float(text.replace(",", ".")) if text else -1.0
    except ValueError:
        value = math.nan
    if not -1 <= value <= _MOST[name]:
        raise UserError(f"{place}: {name}: wanted a number, 0 to {_MOST[name]:g}, got {shown(text)}")
    return math.nan if value < 0 else value


def _time(text: str, place: str) -> datetime:
    try:
        stamp = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UserError(f"{place}: wanted a time as 2024-06-11T06:00:00+01:00, got {shown(text)}") from None
    return stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC) - timedelta(hours=CLOCK)
