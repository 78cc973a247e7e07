"""A corridor's stream as a source: which frame an entry belongs to, so that it stays until that is committed."""

from dataclasses import replace
from typing import Literal

import pytest
import structlog

from harness.service.assembling.assembler_settings import AssemblerSettings
from harness.service.sources.reading import Reading, ReadingBatch
from harness.service.workers.reading_streams import ReadingStreams
from harness.service.workers.redis_link import RedisLink
from harness.service.workers.stream_ledger import StreamLedger
from harness.service.workers.stream_source import StreamSource
from tests.harness.service.workers.made_shards import SETUP

pytestmark = pytest.mark.redis


@pytest.mark.parametrize(("stamp", "end_s"), [("end", 3000.0), ("start", 3000.0 + SETUP.corridor.period_s)])
def test_an_entry_is_over_when_the_frame_of_its_newest_reading_is(
    link: RedisLink, stamp: Literal["start", "end"], end_s: float
) -> None:
    setup = replace(SETUP, assembling=AssemblerSettings(stamp=stamp))
    streams, ledger = ReadingStreams(link), StreamLedger(held_frames=100)
    number = streams.add(ReadingBatch("north", (Reading("S1", 0, 3000.0, 5.0, 28.0, 0.1),)))
    source = StreamSource(setup, streams, ledger, lambda: None, structlog.get_logger())
    assert next(source.batches(None)).readings[0].time_s == 3000.0
    assert ledger.position_with(end_s - 1.0) is None
    assert ledger.position_with(end_s) == number
