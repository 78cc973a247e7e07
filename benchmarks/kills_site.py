"""What `service_kills` plays and where: the recording of a scenario, site files, readings pushed, a response's channels."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from math import inf
from pathlib import Path

import httpx

from harness.service.assembling.assembler import Assembler
from harness.service.sources.frame_readings import frame_readings
from harness.service.sources.reading_message import write_message
from harness.service.sources.sumo_source import SumoSource
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame
from simulator.recording.recording_folder import Recording, read_recording, write_recording

SECRET = "LANEBLOCK_KILLS_SECRET"
"""The variable that holds the webhook's secret."""
RECEIVERS = 6
"""Addresses told of everything by each channel. Chosen: at any instant a notification may be on its way."""
RESPOND_S, ESCALATE_S = 150.0, 300.0
"""Data time until somebody must have responded, and until the next level is called, s. Chosen: half of an incident's time."""
_CHANNELS = """
[response]
policy = "policy.toml"
[[channel]]
kind = "http"
name = "gateway"
to = {numbers}
severities = ["low", "medium", "high", "critical"]
cap_per_hour = 1000000
timeout_s = 1.0
url = "{gateway}"
[[channel]]
kind = "webhook"
name = "hook"
to = {hooks}
cap_per_hour = 1000000
timeout_s = 1.0
secret_env = "{secret}"
"""


def recorded(scenario: str, folder: Path) -> tuple[Corridor, tuple[LoopFrame, ...]]:
    """Return the frames of a scenario, and write them as the recording `folder/recording`."""
    source = SumoSource(scenario, inf)
    (corridor,) = source.corridors
    assembler, frames = Assembler(corridor), []
    for batch in source.batches(None):
        frames += assembler.add(batch.readings).frames
    frames += assembler.finish().frames
    write_recording(folder / "recording", Recording(corridor, tuple(frames), None))
    return corridor, tuple(read_recording(folder / "recording").frames)


def copied(recording: Path, folder: Path) -> tuple[Corridor, tuple[LoopFrame, ...]]:
    """Return the frames of a recording, and write them as the recording `folder/recording`."""
    found = read_recording(recording)
    write_recording(folder / "recording", Recording(found.corridor, found.frames, None))
    return found.corridor, tuple(found.frames)


def write_site(where: Path, source: str, port: int, channels: str = "") -> None:
    """Write `where/site.toml`: a table of a source or a corridor, and what `response_tables` returned."""
    (where / "site.toml").write_text(
        f"[web]\nport = {port}\n[deciding]\ncheckpoint_frames = 7\n{source}{channels}", encoding="utf-8"
    )
    rules = [
        f'[{severity}]\nrespond_within_s = {RESPOND_S}\nescalate_after_s = {ESCALATE_S}\nchannels = ["sms", "webhook"]\n'
        for severity in ("low", "medium", "high", "critical")
    ]
    (where / "policy.toml").write_text("".join(rules), encoding="utf-8")


def response_tables(gateway: str, hook: str) -> str:
    """Return the tables of a response that tells everything through two channels, given their addresses."""
    numbers, hooks = (list(each) for each in addresses(hook).values())
    return _CHANNELS.format(gateway=gateway, numbers=numbers, hooks=hooks, secret=SECRET)


def addresses(hook: str) -> dict[str, tuple[str, ...]]:
    """Return whom each channel tells, given the address of the gateway that takes webhooks."""
    each = range(RECEIVERS)
    return {
        "gateway": tuple(f"+1555010{number}" for number in each),
        "hook": tuple(f"{hook}/{number}" for number in each),
    }


@contextmanager
def pushed(corridor: Corridor, frames: Sequence[LoopFrame], port: int) -> Iterator[None]:
    """Push frames in the background, each again until it is answered."""
    stop = threading.Event()

    def push() -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10.0) as client:
            for frame in frames:
                body = write_message(frame_readings(corridor, frame))
                while not stop.is_set():
                    with suppress(httpx.HTTPError):
                        answer = client.post(
                            "/api/readings", content=body, headers={"Content-Type": "application/json"}
                        )
                        if answer.status_code == 202:
                            break
                    stop.wait(0.05)
                stop.wait(0.1)

    thread = threading.Thread(target=push, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
