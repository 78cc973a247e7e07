"""One wrong thing sent to a running service over a connection of its own, and what came back."""

import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass

PATIENCE_S = 60.0
"""Longest wait for an answer. Chosen: far more than the slowest on a busy machine."""
STREAM_S = 0.3
"""Wait for more of an answer that does not end by itself. Chosen: its first lines come at once."""
MOST_ANSWER = 1 << 20
"""Bytes of an answer that are looked at. Chosen: a traceback stands at the beginning."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What is sent. `most_accepted`: readings that may be accepted, None where any may; `refused`: no answer of success is right.

    `topic`: it is a message for the MQTT source. `silent`: the service may close the connection without an answer. `stream`: the
    answer does not end by itself. `ends`: nothing more is sent after it, though more is promised.
    """

    kind: str
    sent: bytes
    most_accepted: int | None = None
    refused: bool = False
    topic: bool = False
    silent: bool = False
    stream: bool = False
    ends: bool = False


def request(method: str, path: str, headers: Mapping[str, str], body: bytes = b"", length: bool = True) -> bytes:
    """Return an HTTP request as bytes; header values may be what no library would send."""
    told = {"Connection": "close", **({"Content-Length": str(len(body))} if body or method != "GET" else {}), **headers}
    if not length:
        told.pop("Content-Length", None)
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def answer_to(trial: Trial, port: int) -> bytes:
    """Return the answer's bytes, empty for none. Raises TimeoutError where the service neither answers nor closes."""
    found = bytearray()
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as connection:
        try:
            connection.sendall(trial.sent)
            if trial.ends:
                connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it was refused before its end
        try:
            while len(found) < MOST_ANSWER and (more := connection.recv(65536)):
                found += more
                if trial.stream:
                    connection.settimeout(STREAM_S)
        except ConnectionResetError:
            pass
        except TimeoutError:
            if not (trial.stream and found):
                raise
    return bytes(found)


def status_of(answer: bytes) -> int | None:
    """Return the status of an answer; None where there is none."""
    found = re.match(rb"HTTP/1\.[01] (\d{3}) ", answer)
    return int(found[1]) if found else None


def body_of(answer: bytes) -> bytes:
    """Return the body of an answer."""
    return answer.partition(b"\r\n\r\n")[2]


def wrong_in(trial: Trial, answer: bytes) -> list[str]:
    """Return which promises an answer breaks."""
    status, body = status_of(answer), body_of(answer)
    found = []
    if status is None and not trial.silent:
        found.append("no answer")
    if status is not None and status >= 500 and status != 503:
        found.append(f"status {status}")
    if b"Traceback (most recent call last)" in answer or b'File "/' in answer:
        found.append("a traceback")
    if b"\x1b" in body or (b"text/html" in answer and RAW in body):
        found.append("a text that is not escaped")
    if trial.refused and status is not None and 200 <= status < 300:
        found.append(f"taken with status {status}")
    if trial.most_accepted is not None and status == 202:
        accepted = re.search(rb'"accepted":\s*(\d+)', body)
        if accepted is None or int(accepted[1]) > trial.most_accepted:
            found.append(f"{accepted and int(accepted[1])} readings accepted, {trial.most_accepted} are right")
    return found


RAW = b"<img src=x onerror"
"""What stands in names and notes that must never stand in a page."""
