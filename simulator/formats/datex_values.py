"""The measured values of DATEX II, versions 2 and 3: a site's readings of one time, by index."""

import math
from collections.abc import Container, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial

from scenarios.errors import UserError
from simulator.formats.datex_sites import FLOW, OCCUPANCY, SPEED, Measured, SiteValues
from simulator.formats.source_files import SourceFile
from simulator.formats.time_stamps import stamp_of
from simulator.formats.xml_events import Begin, Text, read_events
from simulator.recording.csv_header import shown

_MOST = {FLOW: 30_000.0, SPEED: 300.0, OCCUPANCY: 100.0}
"""Largest values [veh/h, km/h, per cent]. Chosen: more is no reading of a lane, nor of ten."""
_HOLDERS = {"vehicleFlow": FLOW, "averageVehicleSpeed": SPEED, "occupancy": OCCUPANCY}
_OTHERS = (
    "concentration",
    "pcuFlow",
    "axleFlow",
    "percentageLongVehicles",
    "averageTimeHeadway",
    "averageDistanceHeadway",
)
_NUMBERS = {FLOW: "vehicleFlowRate", SPEED: "speed", OCCUPANCY: "percentage"}
"""The elements that hold a quantity, others beside them, and in them a quantity's number."""
_OUTER = ("measuredValue", "physicalQuantity")
"""The elements of a value, which have its index: version 2, version 3. One of the same name within has none."""
_OWN_TIMES = ("endOfPeriod", "periodEnd", "startOfPeriod", "periodStart")


def read_values(file: SourceFile, wanted: Container[object]) -> Iterator[SiteValues]:
    """Yield the readings of a file, site by site; of sites that are not `wanted`, without their values.

    Raises UserError naming file and site for what does not fit.
    """
    sites = _Sites(file.place, wanted)
    begins: dict[str, Begin] = dict.fromkeys(_OUTER, sites.begin_value)
    begins |= {name: partial(sites.begin_quantity, quantity) for name, quantity in _HOLDERS.items()}
    begins |= {name: partial(sites.begin_quantity, "") for name in _OTHERS}
    begins["siteMeasurements"] = sites.begin_site
    begins["measurementSiteReference"] = sites.begin_reference
    begins["measurementTimeDefault"] = sites.begin_default_time
    begins["measurementOrCalculationTime"] = sites.begin_own_time
    texts: dict[str, Text] = {number: partial(sites.add_number, quantity) for quantity, number in _NUMBERS.items()}
    texts |= {name: partial(sites.add_own_time, name) for name in _OWN_TIMES}
    texts["dataError"], texts["timeMeaning"] = sites.add_error, sites.add_meaning
    texts["timeValue"] = texts["measurementTimeDefault"] = sites.add_time
    for _ in read_events(file, begins, texts):
        yield from sites.found
        sites.found.clear()
    sites.end_site()
    yield from sites.found


class _Sites:
    """What the events of a file say: the site, its time and its value that are open, and the sites `found`."""

    def __init__(self, place: str, wanted: Container[object]) -> None:
        self.found: list[SiteValues] = []
        self._file, self._wanted = place, wanted
        self._open = False
        self._reset()

    def _reset(self) -> None:
        self._site, self._version, self._read = "", "", False
        self._default: str | None = None
        self._meaning = ""
        self._own: dict[str, str] = {}
        self._owns, self._in_own = 0, False
        self._values: dict[int, Measured] = {}
        self._index, self._quantity = "", ""
        self._taken = self._nobody = self._error = False
        self._number = ""

    def begin_site(self, _: Mapping[str, str]) -> None:
        self.end_site()
        self._open = True

    def begin_reference(self, attributes: Mapping[str, str]) -> None:
        if self._open and not self._site:
            self._site, self._version = attributes.get("id", ""), attributes.get("version", "")
            self._read = self._site in self._wanted

    def begin_default_time(self, _: Mapping[str, str]) -> None:
        self._in_own = False
        self._default = self._default or ""

    def begin_own_time(self, _: Mapping[str, str]) -> None:
        # A value's own period goes before the default; providers give the same one to all values of a site.
        self._owns += 1
        self._in_own = True

    def add_own_time(self, name: str, text: str) -> None:
        if self._in_own and self._owns == 1:
            self._own.setdefault(name, text)

    def add_time(self, text: str) -> None:
        if not self._in_own and self._default is not None and text:
            self._default = text

    def add_meaning(self, text: str) -> None:
        if not self._in_own:
            self._meaning = self._meaning or text

    def begin_value(self, attributes: Mapping[str, str]) -> None:
        if self._read and "index" in attributes:
            self._end_value()
            self._index = attributes["index"]

    def begin_quantity(self, quantity: str, attributes: Mapping[str, str]) -> None:
        if not self._index:
            return
        if quantity and not self._taken:
            self._quantity, self._taken = quantity, True
            self._nobody = attributes.get("numberOfInputValuesUsed") == "0"
        elif self._taken and self._quantity:
            self._end_value(keep_index=True)

    def add_number(self, quantity: str, text: str) -> None:
        if quantity == self._quantity:
            self._number = text

    def add_error(self, text: str) -> None:
        if self._quantity and text in ("true", "1"):
            self._error = True

    def _end_value(self, keep_index: bool = False) -> None:
        index, quantity = self._index, self._quantity
        if quantity and index.isdecimal():
            self._values[int(index)] = Measured(quantity, self._value(quantity))
        self._quantity = self._number = ""
        self._nobody = self._error = False
        if not keep_index:
            self._index, self._taken = "", False

    def _value(self, quantity: str) -> float:
        if not self._number or self._error:
            return math.nan
        try:
            value = float(self._number)
        except ValueError:
            value = math.nan
        if not -1 <= value <= _MOST[quantity]:
            raise UserError(
                f"{self._place}, index {self._index}: {_NUMBERS[quantity]}: wanted a number, "
                f"0 to {_MOST[quantity]:g}, got {shown(self._number)}"
            )
        # Nobody passed: -1, or 0 of no vehicle.
        return math.nan if value < 0 or (quantity == SPEED and value == 0 and self._nobody) else value

    def end_site(self) -> None:
        """Take the open site, if there is one, as read. Raises UserError for a site without a name or a time."""
        if not self._open:
            return
        self._end_value()
        if not self._site:
            raise UserError(
                f"{self._file}: wanted a measurementSiteReference of each siteMeasurements, got one without"
            )
        stamp, meaning = self._time()
        self.found.append(SiteValues(self._site, self._version, stamp, meaning, self._values))
        self._open = False
        self._reset()

    @property
    def _place(self) -> str:
        return f"{self._file}, site {self._site}"

    def _time(self) -> tuple[datetime, str]:
        for name in _OWN_TIMES:
            if text := self._own.get(name):
                return stamp_of(text, UTC, self._place), "endTime" if "nd" in name else "beginTime"
        if self._default is None:
            raise UserError(f"{self._place}: wanted a measurementTimeDefault, got none")
        return stamp_of(self._default, UTC, self._place), self._meaning
