"""A recording's findings as text, for the terminal."""

from collections.abc import Iterator

from harness.studies.recording_doubt.doubt_findings import ALL_THERE, BLIND_HEADING, DoubtFindings, hour_sign

_HOURS = "by hour of day"


def doubt_text(found: DoubtFindings) -> str:
    """Return all that was found, as lines."""
    return "\n".join(_lines(found))


def _lines(found: DoubtFindings) -> Iterator[str]:
    yield f"{found.name}: {found.road}"
    yield "There"
    yield from _indented(found.there)
    yield "Missing"
    yield from _indented(found.missing)
    yield from _by_hour(found)
    yield "Looks wrong" if found.doubts else "Looks wrong: nothing"
    yield from _indented(doubt.text for doubt in found.doubts)
    if found.not_judged:
        yield "Not judged"
        yield from _indented(found.not_judged)
    if found.blind:
        yield BLIND_HEADING
        yield from _indented(found.blind)
    yield "Assumed, as every recording says it"
    yield from _indented(found.assumed)


def _indented(lines: "Iterator[str] | tuple[str, ...]") -> Iterator[str]:
    return (f"  {line}" for line in lines)


def _by_hour(found: DoubtFindings) -> Iterator[str]:
    stations, by_hour = found.readings.corridor.stations, found.available.by_hour
    if not (by_hour < ALL_THERE).any():
        return
    width = max(len(_HOURS), *(len(station.name) for station in stations))
    yield f"  {_HOURS.ljust(width)}  0     6     12    18     (. all there, 1 to 9 tenths missing, # nothing there)"
    for station, shares in zip(stations, by_hour, strict=True):
        if (shares < ALL_THERE).any():
            yield f"  {station.name.ljust(width)}  {''.join(map(hour_sign, shares.tolist()))}"
