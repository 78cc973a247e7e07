"""A site's readings in DATEX II as a layout knows them (`feed_layouts`): which values of the file they are, and what they mean."""

import math
from collections.abc import Container
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.formats.datex_events import SiteEvents, SiteTexts, ValueTexts
from simulator.formats.datex_sites import FLOW, OCCUPANCY, SPEED, Site
from simulator.formats.datex_values import ERRORS, MOST, number
from simulator.formats.feed_document import VALUE
from simulator.formats.feed_layouts import NONE, OtherLayoutError, value_of
from simulator.formats.gathered_loops import Loop
from simulator.formats.xml_events import event_parser
from simulator.frame import Array

INPUTS = b"numberOfInputValuesUsed="
QUANTITIES = (FLOW, OCCUPANCY, SPEED)
ROWS = 7


@dataclass(frozen=True, slots=True, eq=False)
class LearnedSite:
    """A site: which of its values its time is, the `table` (7, N) of its numbers, and, where it is `joined`, its L loops.

    `later_s`: from the time to the end of the period. `reasons`: why readings are left out, or told of. Rows of the table: which of
    the site's values a number is, its inputs are, and says that it is an error, NONE for none; where it is none, the number that it
    always is; the largest that it may be; 1 for a speed; 1 where its inputs are always none. `places` (3, L): which of the numbers
    are a loop's flow, occupancy and speed, NONE for none.
    """

    site: str
    joined: str
    time: int
    period_s: float
    later_s: float
    reasons: tuple[str, ...]
    table: Array
    loops: tuple[Loop, ...]
    places: NDArray[np.intp]

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
        places = [[known.get(each, NONE) for each in QUANTITIES] for known in lanes.values()]
        return cls(
            texts.site,
            joined,
            time,
            period_s,
            later_s,
            reasons,
            np.array([_column(value) for value in texts.values], dtype=np.float64).reshape(-1, ROWS).T,
            tuple((joined, lane) for lane in lanes),
            np.array(places, dtype=np.intp).reshape(-1, len(QUANTITIES)).T,
        )


def learn_site(content: bytes, wanted: Container[object]) -> SiteTexts:
    """Return the texts of the site in a record. Raises OtherLayoutError, ExpatError."""
    found: list[SiteTexts] = []
    events = SiteEvents(wanted, found.append)
    event_parser(events.begins, events.texts).Parse(content, True)
    events.end_site()
    if len(found) != 1:
        raise OtherLayoutError
    return found[0]


def _column(texts: ValueTexts) -> tuple[float, ...]:
    value, inputs = value_of(texts.number), value_of(texts.inputs)
    errors = [value_of(error) for error in texts.errors]
    if len(errors) > 1 and errors != [None] * len(errors):
        raise OtherLayoutError
    error = errors[0] if errors else None
    most, is_speed = MOST[texts.quantity], texts.quantity == SPEED
    if error is None and any(each in ERRORS for each in texts.errors):
        return NONE, NONE, NONE, math.nan, most, is_speed, False
    always = number(texts, "") if value is None else math.nan
    places = (NONE if each is None else each for each in (value, inputs, error))
    return *places, always, most, is_speed, texts.inputs == "0"
