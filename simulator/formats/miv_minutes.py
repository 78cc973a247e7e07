"""The minutes of Meten in Vlaanderen: counts and speeds of five classes of vehicles, and occupancy, of each point.

A file like those before it is read by its layout; any other one, and one with a number that is none, by its parser, which says
what does not fit.
"""

import math
from collections.abc import Container, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from functools import partial

import numpy as np

from simulator.formats.feed_document import LARGEST, FeedDocument
from simulator.formats.feed_layouts import FeedLayouts
from simulator.formats.field_units import KMH_PER_MPS
from simulator.formats.gathered_loops import GatheredLoops
from simulator.formats.gathered_roads import WITHOUT_READINGS
from simulator.formats.miv_layout import LearnedPoint, MivLayout, compose, learn_point, traffic
from simulator.formats.miv_points import (
    AVAILABLE,
    COUNT,
    MOST_KMH,
    OBSERVED,
    PUBLISHED,
    SHARE,
    SPEED,
    STATES,
    MivPoint,
    PointEvents,
    number,
)
from simulator.formats.source_files import SourceFile
from simulator.formats.time_stamps import stamp_of
from simulator.formats.xml_events import read_events

PERIOD_S = 60.0
CLOCK = 1
"""Hours by which the stamps' clock is ahead of UTC, all year."""
_ZONE = timezone(timedelta(hours=CLOCK))
LOST_CLOCK = timedelta(days=1)
"""Chosen: a stamp so far from its publication is of a unit that restarted without its clock (2001); a late one is minutes late."""
_UNKNOWN = "readings of points that the configuration does not hold"
_LOST = "readings of units that lost their clock"
_UNSOUND = "readings of points that are unavailable, defect or not valid"


class MivMinutes:
    """Reads files one after the other: adds the readings of the points in `through` to `loops`, and counts what is left out."""

    def __init__(
        self, loops: GatheredLoops, through: Container[str], known: Container[str], left_out: dict[str, int]
    ) -> None:
        self._loops, self._left_out = loops, left_out
        self._through, self._known = through, known
        left_out.update(dict.fromkeys((_UNKNOWN, _LOST, _UNSOUND, WITHOUT_READINGS), 0))
        events = PointEvents(lambda _: None, lambda _: None)
        self._layouts: FeedLayouts[LearnedPoint, MivLayout] = FeedLayouts(
            "meetpunt", (events.begins, events.texts), learn_point, partial(compose, through, known), heads=(PUBLISHED,)
        )

    def add(self, file: SourceFile) -> None:
        """Add a file. Raises UserError naming file and point for what does not fit."""
        read = self._layouts.read(file.content(LARGEST))
        if read is None or not self._add_all(file.place, *read):
            self._parse(file)

    def _add_all(self, file: str, layout: MivLayout, document: FeedDocument) -> bool:
        numbers = layout.numbers(document)
        if numbers is None:
            return False
        published = None
        if layout.published is not None:
            (text,) = document.texts(np.array([layout.published]))
            published = stamp_of(text, _ZONE, f"{file}, {PUBLISHED}")
        texts = document.texts(layout.times)
        end_s = {}
        for text in dict.fromkeys(texts):
            stamp = stamp_of(text, _ZONE, f"{file}, point {layout.names[texts.index(text)]}")
            end_s[text] = math.nan if _lost(stamp, published) else stamp.timestamp() + PERIOD_S
        ends_s = np.array([end_s[text] for text in texts])
        count, share, speed_mps, unsound = traffic(layout, numbers)
        self._loops.add_each(layout.loops, ends_s, count, share, speed_mps)
        heard = ~np.isnan(ends_s)
        self._left_out[_UNKNOWN] += layout.unknown
        self._left_out[_LOST] += int((~heard).sum())
        self._left_out[_UNSOUND] += int((unsound & heard).sum())
        self._left_out[WITHOUT_READINGS] += not layout.points
        return True

    def _parse(self, file: SourceFile) -> None:
        parsed = _Parsed(file.place, self._loops, self._through, self._known, self._left_out)
        events = PointEvents(parsed.add, parsed.publish)
        for _ in read_events(file, events.begins, events.texts):
            pass
        events.end_point()
        self._left_out[WITHOUT_READINGS] += not parsed.points


class _Parsed:
    """What the events of a file say: when it was published, and its points, one after the other."""

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

    def publish(self, text: str) -> None:
        self._published = stamp_of(text, _ZONE, f"{self._file}, {PUBLISHED}")

    def add(self, point: MivPoint) -> None:
        """Add a point's reading. Raises UserError naming what does not fit."""
        self.points += 1
        name, texts, classes = point
        if name not in self._known:
            self._left_out[_UNKNOWN] += 1
        if not name or name not in self._through:
            return
        place = f"{self._file}, point {name}"
        stamp = stamp_of(texts.get(OBSERVED, ""), _ZONE, place)
        if _lost(stamp, self._published):
            self._left_out[_LOST] += 1
            return
        end_s = stamp.timestamp() + PERIOD_S
        sound = all(texts.get(each, "") in ("", "0") for each in STATES)
        if not sound or texts.get(AVAILABLE) == "0":
            self._left_out[_UNSOUND] += 1
            self._loops.add((name, 0), end_s, math.nan, math.nan, math.nan)
            return
        count, speed_mps = _traffic(classes, place)
        share = number(texts.get(SHARE, ""), SHARE, place) / 100
        self._loops.add((name, 0), end_s, count, share, speed_mps)


def _lost(stamp: datetime, published: datetime | None) -> bool:
    return published is not None and abs(stamp - published) > LOST_CLOCK


def _traffic(classes: Sequence[Mapping[str, str]], place: str) -> tuple[float, float]:
    total, known, weighted_kmh = 0.0, 0.0, 0.0
    for each in classes:
        where = f"{place}, class {each['klasse_id']}"
        count, speed_kmh = (number(each.get(name, ""), name, where) for name in (COUNT, SPEED))
        if count != count:
            return math.nan, math.nan
        total += count
        if count > 0 and speed_kmh <= MOST_KMH:
            known += count
            weighted_kmh += count * speed_kmh
    speed_mps = weighted_kmh / known / KMH_PER_MPS if known else math.nan
    return (total, speed_mps) if classes else (math.nan, math.nan)
