"""Messages with readings, some of which are wrong, as HTTP requests and as MQTT messages."""

import gzip
import json
import random
from collections.abc import Callable
from dataclasses import dataclass

from scenarios.corridor import Corridor
from simulator.frame import LoopFrame
from tests.robustness.awkward_texts import AWKWARD
from tests.robustness.service_trial import Trial, request
from tests.robustness.wrong_readings import WRONG, readings_of, right_at_last, text_of, waiting

JSON, NDJSON = "application/json", "application/x-ndjson"
SCHEMA = "laneblock.readings/1"


@dataclass(frozen=True, slots=True)
class World:
    """What is sent to: a road under two names, its frame that was fed last, where the service is and how it is asked.

    `torn`: the corridor of messages whose readings may be right by chance. `version`: asks for that of the incident.
    """

    corridor: Corridor
    torn: str
    frame: LoopFrame
    host: str
    feed: str
    operate: str
    incident: str
    version: Callable[[], int]


def document(corridor: str, readings: list[str]) -> bytes:
    """Return a JSON message."""
    return f'{{"schema":"{SCHEMA}","corridor":{json.dumps(corridor)},"readings":[{",".join(readings)}]}}'.encode()


def lines(corridor: str, readings: list[str]) -> bytes:
    """Return a message of lines."""
    named = f'{{"corridor":{json.dumps(corridor)},'
    return "\n".join(each.replace("{", named, 1) if each.startswith('{"') else each for each in readings).encode()


def pushed(world: World, kind: str, body: bytes, type_: str = JSON, /, **rest: object) -> Trial:
    """Return a push; `rest` are fields of the trial, or headers with their sign `_` for `-`."""
    fields = {name: rest.pop(name) for name in ("most_accepted", "refused", "silent", "ends") if name in rest}
    named = {name.replace("_", "-"): str(value) for name, value in rest.items()}
    headers = {"Host": world.host, "Authorization": f"Bearer {world.feed}", "Content-Type": type_, **named}
    return Trial(kind, request("POST", "/api/readings", headers, body), **fields)  # type: ignore[arg-type]


def _sent(choose: random.Random, world: World, kind: str, corridor: str, readings: list[str], most: int) -> Trial:
    """Return a message sent in one of the ways in which it can be."""
    as_lines = choose.random() < 0.4
    body = (lines if as_lines else document)(corridor, readings)
    if choose.random() < 0.25:
        return Trial(kind, body, topic=True)
    if choose.random() < 0.2:
        packed = gzip.compress(body, 1)
        return pushed(world, kind, packed, NDJSON if as_lines else JSON, most_accepted=most, Content_Encoding="gzip")
    return pushed(world, kind, body, NDJSON if as_lines else JSON, most_accepted=most)


def some_of(choose: random.Random, world: World) -> list[dict[str, str]]:
    """Return some readings of the frame that was fed last."""
    return choose.sample(readings_of(world.corridor, world.frame), choose.randint(1, 6))


def wrong_values(choose: random.Random, world: World) -> Trial:
    """A message in which some readings are wrong by kind; the others were sent before."""
    make = choose.choice(WRONG)
    some = some_of(choose, world)
    wrong = choose.randint(1, len(some))
    texts = [make(choose, each) for each in some[:wrong]] + [text_of(each) for each in some[wrong:]]
    choose.shuffle(texts)
    kind = f"reading: {make.__name__.strip('_').replace('_', ' ')}"
    return _sent(choose, world, kind, world.corridor.name, texts, len(some) - wrong)


def wrong_clock(choose: random.Random, world: World) -> Trial:
    """Readings of a station whose clock is wrong."""
    texts = [waiting(choose, world.corridor, each) for each in some_of(choose, world)]
    return _sent(choose, world, "reading: a clock that is wrong", world.corridor.name, texts, len(texts))


def twice(choose: random.Random, world: World) -> Trial:
    """Keys twice, the last of them right."""
    texts = [right_at_last(choose, each) for each in some_of(choose, world)]
    return _sent(choose, world, "reading: keys twice", world.corridor.name, texts, len(texts))


def wrong_head(choose: random.Random, world: World) -> Trial:
    """Another version, another corridor, readings that are no list, a document that is none."""
    body = json.loads(document(world.corridor.name, [text_of(each) for each in some_of(choose, world)]))
    changes: tuple[dict[str, object], ...] = (
        {"schema": choose.choice(("laneblock.readings/2", "", None, 1, "laneblock.readings/1 "))},
        {"corridor": choose.choice((*AWKWARD, "no such road", None, 7, []))},
        {"readings": choose.choice((None, {}, "", 7, [[]], [None] * 50, {"0": 1}))},
        {choose.choice(AWKWARD): 1},
    )
    change = choose.choice(changes)
    changed = {**body, **change}
    whole: object = choose.choice((changed, changed, changed, changed, [body], "text", 1, None, []))
    sent = json.dumps(whole).encode()
    return Trial("head", sent, topic=True) if choose.random() < 0.2 else pushed(world, "head", sent, refused=True)


MESSAGES: tuple[Callable[[random.Random, World], Trial], ...] = (
    *(wrong_values,) * 12,
    *(wrong_clock, wrong_clock, twice, wrong_head),
)
"""Values that are wrong most often."""
