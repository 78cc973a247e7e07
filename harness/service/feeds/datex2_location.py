"""The place of an incident in DATEX II version 3 (location referencing, CEN/TS 16157-2).

It is metres along the corridor (`pointAlongLinearElement`), and a point where coordinates are known. Lane 1 is the one nearest
the hard shoulder.
"""

from math import isfinite

from harness.service.feeds.feed_incident import FeedIncident
from harness.service.feeds.xml_text import element, leaf

LONGEST_TEXT = 1024
"""Characters of a text (`String` and `MultilingualString` of the model)."""


def location_reference(told: FeedIncident) -> str:
    """Return the place of an incident."""
    now, point = told.incident, told.point
    lanes = [element("loc:lane", leaf("loc:laneNumber", lane + 1)) for lane in now.lanes]
    carriageway = element(
        "loc:carriageway",
        leaf("loc:carriageway", "mainCarriageway"),
        leaf("loc:originalNumberOfLanes", told.lanes_there or None),
        *lanes,
    )
    coordinates = (
        ""
        if point is None
        else element(
            "loc:pointByCoordinates",
            element(
                "loc:pointCoordinates",
                leaf("loc:latitude", f"{point.latitude:.6f}"),
                leaf("loc:longitude", f"{point.longitude:.6f}"),
            ),
        )
    )
    along = (
        element(
            "loc:pointAlongLinearElement",
            leaf("loc:directionRelativeAtPoint", "aligned"),
            element(
                "loc:linearElement",
                element("loc:roadName", multilingual(now.corridor)),
                leaf("loc:linearElementReferenceModel", "laneblock corridor, m downstream"),
                leaf("loc:linearElementNature", "road"),
            ),
            element(
                "loc:distanceAlongLinearElement",
                leaf("loc:distanceAlong", repr(float(now.position_m))),
                attributes={"xsi:type": "loc:DistanceFromLinearElementStart"},
            ),
        )
        if isfinite(now.position_m)
        else ""
    )
    described = element("loc:locationDescription", multilingual(f"{now.corridor}, {told.place}"))
    return element(
        "sit:locationReference",
        element("loc:supplementaryPositionalDescription", described, carriageway),
        coordinates,
        along,
        attributes={"xsi:type": "loc:PointLocation"},
    )


def multilingual(text: str) -> str:
    """Return an English text as a MultilingualString, cut to what that takes."""
    return element("com:values", leaf("com:value", text[:LONGEST_TEXT], {"lang": "en"}))
