"""Thousands of wrong readings and requests sent to a running service that is fed well meanwhile, and which promises are broken.

Of the numbers of trials each frame of the good stream has its part; what is sent depends on seed and number alone, but for the
version of an incident. Some trials are sent while the next frame is fed.
"""

import gzip
import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx

from harness.service.incidents.incident import Incident
from harness.service.sources.push_receipt import PushReceipt
from harness.service.web.access_tokens import Role
from simulator.frame import LoopFrame
from tests.robustness.broken_messages import BODIES
from tests.robustness.broken_requests import BROKEN
from tests.robustness.served_road import (
    GOOD,
    TORN,
    ZONE,
    ServedRoad,
    expected_events,
    expected_incident,
    good_frames,
    wait_until,
)
from tests.robustness.service_promises import wrong_pages, wrong_store
from tests.robustness.service_trial import Trial, answer_to, status_of, wrong_in
from tests.robustness.wrong_changes import CHANGES
from tests.robustness.wrong_messages import JSON, MESSAGES, NDJSON, World, document, lines
from tests.robustness.wrong_readings import readings_of, text_of
from tests.robustness.wrong_requests import REQUESTS
from tests.robustness.wrong_streams import STREAMS

KINDS: tuple[Callable[[random.Random, World], Trial], ...] = (
    *(*MESSAGES, *BODIES, *REQUESTS, *BROKEN, *CHANGES, *STREAMS),
)
"""Kinds of trial, one after another."""
AT_ONCE = 4
"""Trials at a time. Chosen: more than a machine of two cores sends one after another."""
MOST_MB = 1500.0
"""Memory that the service may take. Chosen: a message of 16 MB unpacked and parsed is 300 MB, and four may come at once."""
Publish = Callable[[bytes], None]


@dataclass(slots=True)
class Report:
    """What was sent, what came back, and which promises were broken: findings, each a line."""

    sent: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    peak_mb: float = 0.0


def send_all(
    folder: Path,
    seed: int,
    count: int,
    mqtt: str = "",
    publish: Publish | None = None,
    tell: Callable[[str], None] = print,
) -> Report:
    """Serve a road in `folder`, send so many wrong things, and report. `publish` sends to the topic of the address `mqtt`."""
    report, frames, road = Report(), good_frames(), ServedRoad(folder, mqtt)
    events = expected_events(road.setup, frames)
    incident = expected_incident(events)
    with road.running():
        try:
            _send(road, report, frames, incident, seed, count, publish, tell)
        except (TimeoutError, AssertionError) as error:
            report.findings.append(str(error))
        report.peak_mb = road.peak_mb
        report.findings += wrong_pages(road, incident)
        if mqtt and road.ask("/api/status").json()["sources"]["broker"]["state"] != "running":
            report.findings.append("the MQTT source does not run")
    report.findings += wrong_store(road, frames, events)
    report.findings += [f"log: {line:.300}" for line in road.log.splitlines() if "Traceback" in line or "\x1b" in line]
    if report.peak_mb > MOST_MB:
        report.findings.append(f"{report.peak_mb:.0f} MB of memory")
    return report


def _send(
    road: ServedRoad,
    report: Report,
    frames: Sequence[LoopFrame],
    incident: Incident,
    seed: int,
    count: int,
    publish: Publish | None,
    tell: Callable[[str], None],
) -> None:
    """Feed the frames, and send wrong things after each and meanwhile. Raises TimeoutError where good frames are not decided on."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        going: list[Future[None]] = []
        for place, frame in enumerate(frames):
            _feed(road, place, frame, publish)
            for each in going:
                each.result()
            world = _world(road, frame, incident)
            numbers = range(count * place // len(frames), count * (place + 1) // len(frames))
            going = [pool.submit(_try, report, world, seed, number, road.port, publish) for number in numbers]
            for each in going[: len(going) // 2]:
                each.result()
            tell(f"{numbers.stop} of {count} trials, {len(report.findings)} findings")
        for each in going:
            each.result()
    wait_until(lambda: _last_s(road) == frames[-1].time_s, f"the last frame is not decided on: {_last_s(road)}")


def trial_of(world: World, seed: int, number: int) -> Trial:
    """Return what a trial sends."""
    return KINDS[number % len(KINDS)](random.Random(f"{seed} {number}"), world)


def _try(report: Report, world: World, seed: int, number: int, port: int, publish: Publish | None) -> None:
    trial = trial_of(world, seed, number)
    if trial.topic and publish is None:
        trial = replace(trial, topic=False, sent=b"\r\n", silent=True, kind="no HTTP")
    report.sent[trial.kind.partition(":")[0]] += 1
    if trial.topic and publish is not None:
        publish(trial.sent)
        report.statuses["by MQTT"] += 1
        return
    try:
        answer = answer_to(trial, port)
    except (TimeoutError, OSError) as error:
        report.findings.append(f"{number}: {trial.kind}: {type(error).__name__}: {trial.sent[:200]!r}")
        return
    report.statuses[str(status_of(answer) or "closed")] += 1
    for wrong in wrong_in(trial, answer):
        report.findings.append(
            f"{number}: {trial.kind}: {wrong}: {trial.sent[:400]!r} -> {answer[:50]!r}..{answer[-200:]!r}"
        )


def _world(road: ServedRoad, frame: LoopFrame, incident: Incident) -> World:
    def version() -> int:
        answer = road.ask(f"/api/incidents/{incident.id}")
        return int(answer.json()["version"]) if answer.status_code == 200 else 0

    host, tokens = f"127.0.0.1:{road.port}", road.tokens
    corridor = road.setup.corridor
    return World(corridor, TORN, frame, host, tokens[Role.FEED], tokens[Role.OPERATE], incident.id, version)


def _feed(road: ServedRoad, place: int, frame: LoopFrame, publish: Publish | None) -> None:
    """Feed a frame: as JSON, by MQTT, or packed lines with local stamps; wait until the one two before it is decided on."""
    way = place % 3 if publish is not None or place % 3 != 1 else 0
    readings = readings_of(road.setup.corridor, frame, _local if way == 2 else repr)
    texts = [text_of(each) for each in readings]
    if way == 1 and publish is not None:
        publish(document(GOOD, texts))
    else:
        body, type_ = (document(GOOD, texts), JSON) if way == 0 else (gzip.compress(lines(GOOD, texts)), NDJSON)
        headers = {"Content-Type": type_, "Authorization": f"Bearer {road.tokens[Role.FEED]}"}
        wait_until(
            lambda: _taken(road, body, {**headers, **({"Content-Encoding": "gzip"} if way == 2 else {})}, len(texts)),
            "good readings are not taken",
        )
    before_s = frame.time_s - 2 * road.setup.corridor.period_s
    if place > 4:
        wait_until(
            lambda: (_last_s(road) or 0.0) >= before_s, f"good readings are no frame: {_last_s(road)}, {before_s}"
        )


def _taken(road: ServedRoad, body: bytes, headers: dict[str, str], count: int) -> bool:
    answer = httpx.post(f"http://127.0.0.1:{road.port}/api/readings", content=body, headers=headers, timeout=60.0)
    assert answer.status_code in (202, 429, 503), answer.text
    receipt = PushReceipt(answer.json().get("accepted", 0), ())
    assert answer.status_code != 202 or receipt.accepted == count, answer.text
    return answer.status_code == 202


def _local(time_s: float) -> str:
    return f'"{datetime.fromtimestamp(time_s, ZoneInfo(ZONE)).replace(tzinfo=None).isoformat()}"'


def _last_s(road: ServedRoad) -> float | None:
    last_s: float | None = road.ask("/api/status").json()["corridors"][GOOD]["last_frame_s"]
    return last_s
