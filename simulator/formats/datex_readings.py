"""The readings of DATEX II files joined with their site table, file by file.

A file like those before it is read by its layout; any other one, and one with a number that is none, by its parser, which says
what does not fit.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from simulator.formats.datex_events import SiteEvents
from simulator.formats.datex_layout import DatexLayout, compose, traffic
from simulator.formats.datex_learned import INPUTS, LearnedSite, learn_site
from simulator.formats.datex_sites import FLOW, OCCUPANCY, SPEED, Site, SiteTable, SiteValues
from simulator.formats.datex_values import read_values
from simulator.formats.feed_document import LARGEST, FeedDocument
from simulator.formats.feed_layouts import FeedLayouts
from simulator.formats.field_units import HOUR_S, KMH_PER_MPS
from simulator.formats.gathered_loops import GatheredLoops
from simulator.formats.source_files import SourceFile
from simulator.formats.time_stamps import stamp_of

USUAL_PERIOD_S = 60.0
"""Period of a value whose table does not say it. Chosen: most providers publish a minute."""
_LATER = {"beginTime": 1.0, "endTime": 0.0}
"""Share of the period from a stamp of this meaning to its end; half of it of another one."""
_OTHER_VERSION = "readings of another version of their site than the table's"
_NO_SITE = "readings of sites that the table does not hold"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a provider's files mean beyond the standard.

    `place` returns the carriageway of a site and its position [m, downstream], None where it is not known; `from_left` whether its
    lane 1 is the leftmost; `meaning` is that of stamps that do not say it; with `same_version`, values of another version of
    their site than the table's are left out. `said` is what of this is assumed.
    """

    place: Callable[[Site], tuple[str, float] | None]
    from_left: Callable[[Site], bool]
    meaning: str
    same_version: bool
    said: str


@dataclass(slots=True)
class Gathered:
    """Readings by period, what was left out, and by site the time of the reading that was read first, and its clock's lead on UTC.

    Both in s, the time since 1970.
    """

    loops: dict[float, GatheredLoops] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    ahead_s: dict[str, tuple[float, float]] = field(default_factory=dict)


def period_of(site: Site) -> float:
    """Return the period of a site's values [s]."""
    return next((value.period_s for value in site.values.values() if value.period_s > 0), USUAL_PERIOD_S)


class DatexReadings:
    """Reads files one after the other: adds the readings of the sites in `wanted` to what is `gathered`."""

    def __init__(self, table: SiteTable, profile: Profile, wanted: Container[object], gathered: Gathered) -> None:
        self._table, self._profile, self._wanted, self._gathered = table, profile, wanted, gathered
        self._periods_s: dict[tuple[str, str], float] = {}
        gathered.left_out.update({_OTHER_VERSION: 0, _NO_SITE: 0})
        events = SiteEvents((), lambda _: None)
        self._layouts: FeedLayouts[LearnedSite, DatexLayout] = FeedLayouts(
            "siteMeasurements", (events.begins, events.texts), self._learn, compose, INPUTS
        )

    def add(self, file: SourceFile) -> bool:
        """Add a file's readings; return whether it has any. Raises UserError naming file and site for what does not fit."""
        read = self._layouts.read(file.content(LARGEST))
        if read is not None and self._add_all(file.place, *read):
            return True
        found = False
        for values in read_values(file, self._wanted):
            found = True
            if self._is_added(values.site):
                self._add(values)
        return found

    def _is_added(self, site: str) -> bool:
        return site in self._wanted or site not in self._table.sites

    def _site(self, name: str, version: str) -> tuple[Site | None, tuple[str, ...]]:
        """Return the site of readings, and why they are left out, or not quite of it."""
        versions = self._table.sites.get(name, {})
        site = versions.get(version)
        if site is None and versions:
            return None if self._profile.same_version else next(reversed(versions.values())), (_OTHER_VERSION,)
        return site, () if versions else (_NO_SITE,)

    def _period_s(self, site: Site) -> float:
        period_s = self._periods_s.get((site.site, site.version))
        if period_s is None:
            period_s = self._periods_s[site.site, site.version] = period_of(site)
        return period_s

    def _later_s(self, meaning: str, period_s: float) -> float:
        return _LATER.get(meaning or self._profile.meaning, 0.5) * period_s

    def _loops(self, period_s: float) -> GatheredLoops:
        loops = self._gathered.loops.get(period_s)
        if loops is None:
            loops = self._gathered.loops[period_s] = GatheredLoops(period_s)
        return loops

    def _add(self, values: SiteValues) -> None:
        site, reasons = self._site(values.site, values.version)
        for reason in reasons:
            self._gathered.left_out[reason] += 1
        if site is None:
            return
        period_s = self._period_s(site)
        found: dict[int, dict[str, float]] = {}
        for index, (quantity, value) in values.values.items():
            meant = site.values.get(index)
            if meant is not None and meant.quantity == quantity:
                found.setdefault(meant.lane, {}).setdefault(quantity, value)
        end_s = values.stamp.timestamp() + self._later_s(values.meaning, period_s)
        self._note_clock(site.site, values.stamp)
        loops = self._loops(period_s)
        for lane, known in found.items():
            flow, occupancy = known.get(FLOW, math.nan), known.get(OCCUPANCY, math.nan)
            count = round(flow * period_s / HOUR_S) if flow == flow else math.nan
            loops.add((site.site, lane), end_s, count, occupancy / 100, known.get(SPEED, math.nan) / KMH_PER_MPS)

    def _note_clock(self, site: str, stamp: datetime) -> None:
        if site not in self._gathered.ahead_s:
            self._gathered.ahead_s[site] = stamp.timestamp(), (stamp.utcoffset() or timedelta(0)).total_seconds()

    def _learn(self, content: bytes) -> LearnedSite:
        texts = learn_site(content, self._wanted)
        site: Site | None = None
        reasons: tuple[str, ...] = ()
        later_s = period_s = 0.0
        if self._is_added(texts.site):
            site, reasons = self._site(texts.site, texts.version)
        if site is not None:
            period_s = self._period_s(site)
            later_s = self._later_s(texts.meaning, period_s)
        return LearnedSite.of(texts, site, period_s, later_s, reasons)

    def _add_all(self, file: str, layout: DatexLayout, document: FeedDocument) -> bool:
        numbers = layout.numbers(document)
        if numbers is None:
            return False
        texts = document.texts(layout.times)
        stamps = {
            text: stamp_of(text, UTC, f"{file}, site {layout.sites[texts.index(text)].site}")
            for text in dict.fromkeys(texts)
        }
        times_s = {text: stamp.timestamp() for text, stamp in stamps.items()}
        ends_s = np.array([times_s[text] for text in texts]) + layout.later_s
        for site, text in zip(layout.sites, texts, strict=True):
            if site.joined:
                self._note_clock(site.joined, stamps[text])
        for reason, number in layout.reasons.items():
            self._gathered.left_out[reason] += number
        for group in layout.groups:
            count, occupancy, speed_mps = traffic(group, numbers)
            loops = self._loops(group.period_s)
            if group.loops:
                loops.add_each(group.loops, ends_s[group.sites], count, occupancy, speed_mps)
        return True
