"""A recording's findings as text, for the terminal."""

from collections.abc import Iterator

from harness.reporting.text_table import WIDTH, paragraph
from harness.studies.recording_doubt.doubt_findings import ALL_THERE, BLIND_HEADING, DoubtFindings, hour_sign

_HOURS = "by hour of day"


def doubt_text(found: DoubtFindings, width: int = WIDTH) -> str:
    """Return all that was found, in lines up to `width`; hours of the day in lines as long as they are."""
    return "\n".join(_lines(found, width))


def _lines(found: DoubtFindings, width: int) -> Iterator[str]:
    yield paragraph(f"{found.name}: {found.road}", width)
    yield "There"
    yield from _indented(found.there, width)
    yield "Missing"
    yield from _indented(found.missing, width)
    yield from _by_hour(found)
    yield "Looks wrong" if found.doubts else "Looks wrong: nothing"
    yield from _indented((doubt.text for doubt in found.doubts), width)
    if found.not_judged:
        yield "Not judged"
        yield from _indented(found.not_judged, width)
    if found.blind:
        yield BLIND_HEADING
        yield from _indented(found.blind, width)
    yield "Assumed, as of every recording"
    yield from _indented(found.assumed, width)


def _indented(lines: "Iterator[str] | tuple[str, ...]", width: int) -> Iterator[str]:
    return (paragraph(line, width, 2, 2) for line in lines)


def _by_hour(found: DoubtFindings) -> Iterator[str]:
    stations, by_hour = found.readings.corridor.stations, found.available.by_hour
    if not (by_hour < ALL_THERE).any():
        return
    width = max(len(_HOURS), *(len(station.name) for station in stations))
    yield f"  {_HOURS.ljust(width)}  0     6     12    18       (. all there, # nothing there)"
    yield f"  {' ' * width}                           (1 to 9: tenths missing)"
    for station, shares in zip(stations, by_hour, strict=True):
        if (shares < ALL_THERE).any():
            yield f"  {station.name.ljust(width)}  {''.join(map(hour_sign, shares.tolist()))}"
