"""A notice in words: a template of the language filled with the incident's values, in the operator's units."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isfinite
from typing import Literal
from zoneinfo import ZoneInfo

from harness.service.response.gsm_text import fitted
from harness.service.response.language_file import Language, Style
from harness.service.response.notice import Notice, Reason
from harness.service.response.sight_notice import SightNotice
from scenarios.corridor import Corridor

Units = Literal["metric", "imperial"]
METRES: Mapping[Units, tuple[float, str]] = {"metric": (1000.0, "km"), "imperial": (1609.344, "mi")}
"""Metres of the unit in which places are told, and its name (international mile of 1959)."""


@dataclass(frozen=True, slots=True)
class NoticeTexts:
    """Writes notices in one language; `zones` and `corridors` by the corridor's name."""

    language: Language
    units: Units = "metric"
    corridors: Mapping[str, Corridor] = field(default_factory=dict)
    zones: Mapping[str, ZoneInfo] = field(default_factory=dict)

    def text(self, notice: Notice, style: Style) -> str:
        """Return a notice in a style; short ones fit into one SMS; the mark of an exercise is never left out."""
        values = self._values(notice)
        if style == "spoken":  # they are sentences there
            values |= {name: f"{values[name][:1].upper()}{values[name][1:]}" for name in ("lanes", "queue")}
        return _filled(self.language.template(style, notice.incident.severity), style, values)

    def sight_text(self, notice: SightNotice, style: Style) -> str:
        """Return a notice about a corridor that is blind, or no longer, in a style, as `text` does."""
        words = self.language
        template = words.sight(notice.sight).template(style)
        values = {
            "mark": f"[{words.exercise}] " if notice.exercise else "",
            "corridor": notice.corridor,
            "severity": words.severity[notice.severity],
            "since": self._time(notice.corridor, notice.since_s),
            "until": self._time(notice.corridor, notice.until_s) if isfinite(notice.until_s) else "",
            "nobody": self._nobody(notice.nobody),
        }
        return _filled(template, style, values)

    def _values(self, notice: Notice) -> dict[str, str]:
        incident, words = notice.incident, self.language
        road = self.corridors.get(incident.corridor)
        position = self._distance(incident.position_m)
        lanes_there = _lanes_there(road, incident.section)
        return {
            "mark": self.mark(notice),
            "reason": words.reason[notice.reason].format_map({"team": "", "type": "", "minutes": "", **notice.about}),
            "kind": words.kind[incident.kind],
            "severity": words.severity[incident.severity],
            "corridor": incident.corridor,
            "place": self._place(notice, road, position),
            "short_place": words.place.short.format(corridor=incident.corridor, position=position),
            "lanes": words.place.lanes.format(
                lanes=len(incident.lanes),
                there=lanes_there or "?",
                numbers=", ".join(str(lane) for lane in sorted(incident.lanes)),
                outermost=words.place.leftmost if road is not None and road.keeps_left else words.place.rightmost,
            )
            if incident.lanes
            else words.place.no_lanes,
            "queue": words.place.queue.format(vehicles=f"{incident.queue_veh:.0f}")
            if isfinite(incident.queue_veh)
            else words.place.no_queue,
            "time": self._time(incident.corridor, notice.time_s),
            "confidence": f"{incident.confidence:.0%}" if isfinite(incident.confidence) else words.unknown,
            "evidence": incident.evidence or words.unknown,
            "actions": "\n".join(f"- {action}" for action in incident.actions),
            "id": incident.id,
            "nobody": self._nobody(notice.nobody),
        }

    def mark(self, notice: Notice) -> str:
        """Return the mark of what is no real incident, with a space after it; "" for a real one."""
        if notice.reason is Reason.TEST:
            return f"[{self.language.test}] "
        return f"[{self.language.exercise}] " if notice.incident.exercise else ""

    def _distance(self, position_m: float) -> str:
        if not isfinite(position_m):
            return self.language.unknown
        metres, unit = METRES[self.units]
        return f"{position_m / metres:.1f} {unit}".replace(".", self.language.decimal)

    def _place(self, notice: Notice, road: Corridor | None, position: str) -> str:
        incident = notice.incident
        if road is None or not 0 <= incident.section < len(road.stations) - 1:
            return self.language.place.short.format(corridor=incident.corridor, position=position)
        upstream, downstream = road.stations[incident.section : incident.section + 2]
        return self.language.place.named.format(
            corridor=incident.corridor, upstream=upstream.name, downstream=downstream.name, position=position
        )

    def _nobody(self, teams: tuple[str, ...]) -> str:
        return self.language.nobody.format(teams=", ".join(teams)) if any(teams) else ""

    def _time(self, corridor: str, time_s: float) -> str:
        zone = self.zones.get(corridor)
        if zone is not None:
            return datetime.fromtimestamp(time_s, UTC).astimezone(zone).strftime("%H:%M")
        hours, minutes = divmod(int(time_s) // 60, 60)
        return f"{hours % 24:02d}:{minutes:02d}"


def _filled(template: str, style: Style, values: Mapping[str, str]) -> str:
    """Return a template filled in; the mark comes first where the template leaves it out."""
    marked = template if "{mark}" in template else f"{{mark}}{template}"
    text = marked.format_map(values).strip()
    if style == "short":
        return fitted(text)
    if style == "subject":
        return " ".join(text.split())
    return "\n".join(line.rstrip() for line in text.splitlines())


def _lanes_there(road: Corridor | None, section: int) -> int:
    """Return the lanes of a section as its head counts them; 0 where the road is not known."""
    if road is None or not 0 <= section < len(road.stations) - 1:
        return 0
    return max(station.lanes for station in road.stations[section : section + 2])
