"""Readings that are wrong by kind, as JSON texts: none of them may enter a frame.

A reading's fields are JSON texts by name, so that they can hold what no library writes. Each function of `WRONG` returns one that
must be refused; those of `WAITING` return one that may be accepted and must wait: its stamp is that of a clock that is alone.
"""

import json
import random
from collections.abc import Callable, Mapping

from scenarios.corridor import Corridor
from simulator.frame import LoopFrame
from tests.robustness.awkward_texts import AWKWARD

Fields = Mapping[str, str]
NUMBERS = ("count", "speed_mps", "occupancy")
OTHER_TYPES = ('"12"', "true", "[]", "{}", '{"a":1}', "[1]", '"nan"', '""', '"1e3"', "false")
NO_NUMBERS = ("NaN", "Infinity", "-Infinity", "1e400", "-1e400", "nan", "0x10", "1_000", "+5", "01", ".5", "٣")
HUGE = ("1e308", "-1e308", "1e9", "9" * 400, "9223372036854775808", "1e300")
STAMPS = (
    *('"now"', '"2026-03-29"', '"2026-13-01T00:00:00Z"', '"2026-03-29T25:00:00Z"', '"2026-03-29T00:00:00+99:00"'),
    *('"0000-01-01T00:00:00Z"', '"9999-12-31T23:59:59-23:59"', '"0001-01-01T00:00:00"', '"2026-03-29T02:30:00"', '"1e9"'),
    *('"Sun, 29 Mar 2026 00:00:00 GMT"', "null", "true", "[]", "-1e15", "1e18", "NaN", '"２０２６-03-29T00:00:00Z"'),
    *('"2026-W13-7T00:00:00Z"', '"' + "2" * 41 + '"'),
)  # fmt: skip
"""Stamps that are none; half past two does not exist on that day in the corridor's zone."""
ALONE = 2
"""Stations whose clocks are wrong at times. Chosen: fewer than the share that is believed."""


def readings_of(corridor: Corridor, frame: LoopFrame, stamp: Callable[[float], str] = repr) -> list[dict[str, str]]:
    """Return the readings of a frame, each as JSON texts by field."""
    found = []
    for k, station in enumerate(corridor.stations):
        for lane in range(station.lanes):
            known = zip(NUMBERS, (frame.count, frame.speed, frame.occupancy), strict=True)
            values = {name: float(each[k, lane]) for name, each in known}
            texts = {name: repr(value) for name, value in values.items() if value == value}
            found.append({"station": json.dumps(station.name), "lane": str(lane), "time": stamp(frame.time_s), **texts})
    return found


def text_of(fields: Fields) -> str:
    """Return a reading as a JSON text."""
    return "{" + ",".join(f'"{name}":{value}' for name, value in fields.items()) + "}"


def _other_type(choose: random.Random, fields: Fields) -> str:
    return text_of({**fields, choose.choice((*NUMBERS, "lane")): choose.choice(OTHER_TYPES)})


def _no_number(choose: random.Random, fields: Fields) -> str:
    return text_of({**fields, choose.choice(NUMBERS): choose.choice(NO_NUMBERS)})


def _huge(choose: random.Random, fields: Fields) -> str:
    return text_of({**fields, choose.choice((*NUMBERS, "lane")): choose.choice(HUGE)})


def _negative(choose: random.Random, fields: Fields) -> str:
    return text_of({**fields, choose.choice((*NUMBERS, "lane")): choose.choice(("-1", "-1e-9", "-0.5", "-255"))})


def _per_cent(choose: random.Random, fields: Fields) -> str:
    return text_of({**fields, "occupancy": str(choose.uniform(1.001, 100.0))})


def _other_unit(choose: random.Random, fields: Fields) -> str:
    return text_of({**fields, "speed_mps": str(choose.uniform(71.0, 130.0))})


def _flow_per_hour(choose: random.Random, fields: Fields) -> str:
    return text_of({**fields, "count": str(choose.uniform(61.0, 2400.0))})


def _unknown_station(choose: random.Random, fields: Fields) -> str:
    return text_of({**fields, "station": json.dumps(choose.choice((*AWKWARD, "S9", "s1", " S1", "S1 ")))})


def _unknown_lane(choose: random.Random, fields: Fields) -> str:
    return text_of({**fields, "lane": choose.choice(("4", "5", "31", "1000000", "1.5", '"1"', "null", "true", "-1"))})


def _no_stamp(choose: random.Random, fields: Fields) -> str:
    return text_of({**fields, "time": choose.choice(STAMPS)})


def _milliseconds(choose: random.Random, fields: Fields) -> str:
    return text_of({**fields, "time": _moved(fields, 0.0, choose.choice((1e3, 1e6, 1e9)))})


def _off_the_grid(choose: random.Random, fields: Fields) -> str:
    return text_of({**fields, "time": _moved(fields, choose.uniform(7.0, 23.0))})


def _missing(choose: random.Random, fields: Fields) -> str:
    left_out = choose.choice(("station", "lane", "time"))
    return text_of({name: value for name, value in fields.items() if name != left_out})


def _unknown_field(choose: random.Random, fields: Fields) -> str:
    name = json.dumps(choose.choice(AWKWARD))[1:-1]
    return text_of({**fields, choose.choice(("speed", "flow", "__proto__", name)): "1"})


def _wrong_at_last(choose: random.Random, fields: Fields) -> str:
    """A key twice, of which the last counts: that is wrong."""
    return text_of(fields)[:-1] + choose.choice((',"count":-1}', ',"occupancy":42}', ',"time":null}', ',"lane":99}'))


def _no_object(choose: random.Random, fields: Fields) -> str:
    return choose.choice(
        ("null", "1", '"reading"', "[]", "[[]]", "true", "{}", '{"readings":[]}', "[" * 300 + "]" * 300)
    )


WRONG: tuple[Callable[[random.Random, Fields], str], ...] = (
    *(_other_type, _no_number, _huge, _negative, _per_cent, _other_unit, _flow_per_hour, _unknown_station, _unknown_lane),
    *(_no_stamp, _milliseconds, _off_the_grid, _missing, _unknown_field, _wrong_at_last, _no_object),
)  # fmt: skip


def waiting(choose: random.Random, corridor: Corridor, fields: Fields) -> str:
    """Return a reading of a station whose clock is wrong, alone: far ahead, far behind, or an hour or a day off."""
    station = json.dumps(choose.choice(corridor.stations[:ALONE]).name)
    hours = choose.choice((1, -1, 24, -24, 8760, -8760, 500_000))
    count = str(choose.uniform(0.0, 50.0))
    return text_of({**fields, "station": station, "time": _moved(fields, 3600.0 * hours), "count": count})


def right_at_last(choose: random.Random, fields: Fields) -> str:
    """Return a reading with keys twice, of which the last counts: that is right."""
    return "{" + choose.choice(('"count":50,', '"lane":0,"count":-1,', '"occupancy":77,')) + text_of(fields)[1:]


def _moved(fields: Fields, by_s: float, times: float = 1.0) -> str:
    return repr(float(fields["time"]) * times + by_s)
