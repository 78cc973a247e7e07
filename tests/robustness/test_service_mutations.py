"""Whatever is sent to a running service, it answers with no traceback, and its frames and incident stay those of the good stream.

A quick form of `benchmarks/service_mutations.py`: one or two of each kind of wrong thing, over HTTP alone.
"""

from pathlib import Path

import pytest

from simulator.recording.recording_folder import read_recording
from tests.robustness.served_road import RECORDING, good_frames
from tests.robustness.service_mutations import KINDS, send_all, trial_of
from tests.robustness.service_trial import RAW, Trial, wrong_in
from tests.robustness.wrong_messages import World

SEED = 20261130


def test_a_service_keeps_its_promises_whatever_is_sent_to_it(tmp_path: Path) -> None:
    told: list[str] = []
    report = send_all(tmp_path, SEED, 75, tell=told.append)
    assert report.findings == []
    assert report.sent.total() == 75
    assert report.statuses["202"] > 0


def test_a_trial_can_be_sent_again() -> None:
    world = World(read_recording(RECORDING).corridor, "torn", good_frames()[0], "127.0.0.1", "f", "o", "i", lambda: 1)
    for number in range(len(KINDS)):
        assert trial_of(world, 1, number).sent == trial_of(world, 1, number).sent


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        (b"", "no answer"),
        (b"HTTP/1.1 500 \r\n\r\n", "status 500"),
        (b"HTTP/1.1 400 \r\n\r\nTraceback (most recent call last)", "a traceback"),
        (b"HTTP/1.1 200 \r\ncontent-type: text/html\r\n\r\n" + RAW, "a text that is not escaped"),
        (b"HTTP/1.1 400 \r\n\r\n\x1b[2J", "a text that is not escaped"),
        (b'HTTP/1.1 202 \r\n\r\n{"accepted":3}', "3 readings accepted, 2 are right"),
        (b'HTTP/1.1 202 \r\n\r\n{"accepted":2}', None),
        (b"HTTP/1.1 503 \r\n\r\n", None),
    ],
)
def test_a_broken_promise_is_found(answer: bytes, finding: str | None) -> None:
    found = wrong_in(Trial("kind", b"", most_accepted=2), answer)
    assert finding is None or finding in found
    assert bool(found) == (finding is not None)


def test_what_must_be_refused_is_not_taken() -> None:
    assert wrong_in(Trial("kind", b"", refused=True), b"HTTP/1.1 200 \r\n\r\n") == ["taken with status 200"]
    assert wrong_in(Trial("kind", b"", silent=True), b"") == []
