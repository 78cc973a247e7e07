"""The texts of a site's readings in DATEX II, versions 2 and 3, as a parser finds them."""

from collections.abc import Callable, Container, Mapping
from functools import partial
from typing import NamedTuple

from simulator.formats.datex_sites import FLOW, OCCUPANCY, SPEED
from simulator.formats.xml_events import Begin, Text

_HOLDERS = {"vehicleFlow": FLOW, "averageVehicleSpeed": SPEED, "occupancy": OCCUPANCY}
_OTHERS = (
    "concentration",
    "pcuFlow",
    "axleFlow",
    "percentageLongVehicles",
    "averageTimeHeadway",
    "averageDistanceHeadway",
)
NUMBERS = {FLOW: "vehicleFlowRate", SPEED: "speed", OCCUPANCY: "percentage"}
"""The elements that hold a quantity, others beside them, and in them a quantity's number."""
_OUTER = ("measuredValue", "physicalQuantity")
"""The elements of a value, which have its index: version 2, version 3. One of the same name within has none."""
_OWN_TIMES = ("endOfPeriod", "periodEnd", "startOfPeriod", "periodStart")


class ValueTexts(NamedTuple):
    """A value: its index in the site table, its quantity and number, the `inputs` it is of, and whether it is an error."""

    at_index: int
    quantity: str
    number: str
    inputs: str
    errors: tuple[str, ...]


class SiteTexts(NamedTuple):
    """Readings of a site: `time` is None where there is none; `meaning` is that of the time, empty where it is not said."""

    site: str
    version: str
    time: str | None
    meaning: str
    values: list[ValueTexts]


class SiteEvents:
    """The events of a file: `found` is called with each site; of sites that are not `wanted` without their values."""

    def __init__(self, wanted: Container[object], found: Callable[[SiteTexts], None]) -> None:
        self._wanted, self._found = wanted, found
        self._open = False
        self._reset()
        self.begins: dict[str, Begin] = dict.fromkeys(_OUTER, self._begin_value)
        self.begins |= {name: partial(self._begin_quantity, quantity) for name, quantity in _HOLDERS.items()}
        self.begins |= {name: partial(self._begin_quantity, "") for name in _OTHERS}
        self.begins["siteMeasurements"] = self._begin_site
        self.begins["measurementSiteReference"] = self._begin_reference
        self.begins["measurementTimeDefault"] = self._begin_default_time
        self.begins["measurementOrCalculationTime"] = self._begin_own_time
        self.texts: dict[str, Text] = {number: partial(self._add_number, each) for each, number in NUMBERS.items()}
        self.texts |= {name: partial(self._add_own_time, name) for name in _OWN_TIMES}
        self.texts["dataError"], self.texts["timeMeaning"] = self._add_error, self._add_meaning
        self.texts["timeValue"] = self.texts["measurementTimeDefault"] = self._add_time

    def _reset(self) -> None:
        self._site, self._version, self._read = "", "", False
        self._default: str | None = None
        self._meaning = ""
        self._own: dict[str, str] = {}
        self._owns, self._in_own = 0, False
        self._values: list[ValueTexts] = []
        self._index, self._quantity, self._taken = "", "", False
        self._number, self._inputs = "", ""
        self._errors: tuple[str, ...] = ()

    def _begin_site(self, _: Mapping[str, str]) -> None:
        self.end_site()
        self._open = True

    def _begin_reference(self, attributes: Mapping[str, str]) -> None:
        if self._open and not self._site:
            self._site, self._version = attributes.get("id", ""), attributes.get("version", "")
            self._read = self._site in self._wanted

    def _begin_default_time(self, _: Mapping[str, str]) -> None:
        self._in_own = False
        self._default = self._default or ""

    def _begin_own_time(self, _: Mapping[str, str]) -> None:
        # A value's own period goes before the default; providers give the same one to all values of a site.
        self._owns += 1
        self._in_own = True

    def _add_own_time(self, name: str, text: str) -> None:
        if self._in_own and self._owns == 1:
            self._own.setdefault(name, text)

    def _add_time(self, text: str) -> None:
        if not self._in_own and self._default is not None and text:
            self._default = text

    def _add_meaning(self, text: str) -> None:
        if not self._in_own:
            self._meaning = self._meaning or text

    def _begin_value(self, attributes: Mapping[str, str]) -> None:
        if self._read and "index" in attributes:
            self._end_value()
            self._index = attributes["index"]

    def _begin_quantity(self, quantity: str, attributes: Mapping[str, str]) -> None:
        if not self._index:
            return
        if quantity and not self._taken:
            self._quantity, self._taken = quantity, True
            self._inputs = attributes.get("numberOfInputValuesUsed", "")
        elif self._taken and self._quantity:
            self._end_value(keep_index=True)

    def _add_number(self, quantity: str, text: str) -> None:
        if quantity == self._quantity:
            self._number = text

    def _add_error(self, text: str) -> None:
        if self._quantity:
            self._errors += (text,)

    def _end_value(self, keep_index: bool = False) -> None:
        index, quantity = self._index, self._quantity
        if quantity and index.isdecimal():
            self._values.append(ValueTexts(int(index), quantity, self._number, self._inputs, self._errors))
        self._quantity = self._number = self._inputs = ""
        self._errors = ()
        if not keep_index:
            self._index, self._taken = "", False

    def end_site(self) -> None:
        """Hand over the open site, if there is one."""
        if not self._open:
            return
        self._end_value()
        own = next((name for name in _OWN_TIMES if self._own.get(name)), None)
        time, meaning = self._default, self._meaning
        if own is not None:
            time, meaning = self._own[own], "endTime" if "nd" in own else "beginTime"
        site = SiteTexts(self._site, self._version, time, meaning, self._values)
        self._open = False
        self._reset()
        self._found(site)
