"""A site's readings in DATEX II as a layout knows them (`feed_layouts`): which values of the file they are, and what they mean."""

import math
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from simulator.formats.datex_events import SiteEvents, SiteTexts
from simulator.formats.datex_sites import FLOW, OCCUPANCY, SPEED, Site
from simulator.formats.datex_values import ERRORS, number
from simulator.formats.feed_document import VALUE
from simulator.formats.feed_layouts import OtherLayoutError, value_of
from simulator.formats.gathered_loops import Loop
from simulator.formats.xml_events import event_parser

INPUTS = b"numberOfInputValuesUsed="
QUANTITIES = (FLOW, OCCUPANCY, SPEED)
NONE = -1
"""In place of a place where there is none."""


@dataclass(frozen=True, slots=True)
class LearnedNumber:
    """A number of a site: its quantity, which of the site's values it is, its inputs are, and says that it is an error.

    Where one is none of these: the number that it always is, whether it is always of no inputs; it is never an error.
    """

    quantity: str
    value: int | None
    always: float
    inputs: int | None
    nobody: bool
    error: int | None


@dataclass(frozen=True, slots=True)
class LearnedSite:
    """A site: which of its values its time is, its numbers, and where it is `joined` with the table, by loop the numbers it has.

    `later_s`: from the time to the end of the period. `reasons`: why readings are left out, or told of.
    """

    site: str
    joined: str
    time: int
    period_s: float
    later_s: float
    reasons: tuple[str, ...]
    numbers: tuple[LearnedNumber, ...]
    loops: Mapping[Loop, tuple[int, int, int]]

    @classmethod
    def of(
        cls, texts: SiteTexts, site: Site | None, period_s: float, later_s: float, reasons: tuple[str, ...]
    ) -> "LearnedSite":
        """Return what a site's texts say, as the site of the table means it. Raises OtherLayoutError, UserError."""
        time = value_of(texts.time or "")
        named = f"{texts.site}{texts.version}{texts.meaning}"
        if time is None or not texts.site or VALUE.decode() in named:
            raise OtherLayoutError
        by_index = {value.at_index: k for k, value in enumerate(texts.values)}
        lanes: dict[int, dict[str, int]] = {}
        for index, k in by_index.items():
            meant = None if site is None else site.values.get(index)
            if meant is not None and meant.quantity == texts.values[k].quantity:
                lanes.setdefault(meant.lane, {}).setdefault(meant.quantity, k)
        joined = "" if site is None else site.site
        loops: dict[Loop, tuple[int, int, int]] = {
            (joined, lane): _three([known.get(each, NONE) for each in QUANTITIES]) for lane, known in lanes.items()
        }
        numbers = tuple(_learned(texts, k) for k in range(len(texts.values)))
        return cls(texts.site, joined, time, period_s, later_s, reasons, numbers, loops)


def learn_site(content: bytes, wanted: Container[object]) -> SiteTexts:
    """Return the texts of the site in a record. Raises OtherLayoutError, ExpatError."""
    found: list[SiteTexts] = []
    events = SiteEvents(wanted, found.append)
    event_parser(events.begins, events.texts).Parse(content, True)
    events.end_site()
    if len(found) != 1:
        raise OtherLayoutError
    return found[0]


def _three(places: Sequence[int]) -> tuple[int, int, int]:
    flow, occupancy, speed = places
    return flow, occupancy, speed


def _learned(texts: SiteTexts, k: int) -> LearnedNumber:
    text = texts.values[k]
    value, inputs = value_of(text.number), value_of(text.inputs)
    errors = [value_of(error) for error in text.errors]
    if len(errors) > 1 and errors != [None] * len(errors):
        raise OtherLayoutError
    error = errors[0] if errors else None
    if error is None and any(each in ERRORS for each in text.errors):
        return LearnedNumber(text.quantity, None, math.nan, None, False, None)
    always = number(text, "") if value is None else math.nan
    return LearnedNumber(text.quantity, value, always, inputs, text.inputs == "0", error)
