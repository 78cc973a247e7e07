"""Small DATEX II documents for tests: site tables and values, version 2 and 3."""

from collections.abc import Mapping, Sequence

FLOW, SPEED, OCCUPANCY = "trafficFlow", "trafficSpeed", "trafficConcentration"
Meanings = Mapping[int, tuple[str, str]]
"""By index: the quantity, and the XML within specificLane."""
ANY = "<p:specificVehicleCharacteristics><p:vehicleType>anyVehicle</p:vehicleType></p:specificVehicleCharacteristics>"
SHORT = (
    "<p:specificVehicleCharacteristics><p:lengthCharacteristic><p:vehicleLength>5.6</p:vehicleLength>"
    "</p:lengthCharacteristic></p:specificVehicleCharacteristics>"
)


def document(kind: str, content: str, root: str = "messageContainer", creator: str = "NLNDW") -> bytes:
    """Return a publication of a kind; its elements have the prefix p."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><p:{root} xmlns:p="urn:any" xmlns:x="urn:x">'
        f'<p:payload x:type="p:{kind}"><p:id>{creator}</p:id>{content}</p:payload></p:{root}>'
    ).encode()


def site(
    name: str,
    title: str,
    meanings: Meanings,
    lanes: int,
    vehicles: str = ANY,
    version: int = 1,
    period_s: int = 60,
    v2: bool = False,
) -> str:
    """Return a site of a table."""
    tag = "measurementSiteRecord" if v2 else "measurementSite"
    indexes = "".join(
        f'<p:measurementSpecificCharacteristics index="{index}"><p:measurementSpecificCharacteristics>'
        f"<p:period>{period_s}</p:period><p:specificLane>{lane}</p:specificLane>"
        f"<p:specificMeasurementValueType>{quantity}</p:specificMeasurementValueType>{vehicles}"
        "</p:measurementSpecificCharacteristics></p:measurementSpecificCharacteristics>"
        for index, (quantity, lane) in meanings.items()
    )
    return (
        f'<p:{tag} id="{name}" version="{version}"><p:measurementSiteName><p:values><p:value>{title}</p:value></p:values>'
        f"</p:measurementSiteName><p:measurementSiteNumberOfLanes>{lanes}</p:measurementSiteNumberOfLanes>{indexes}</p:{tag}>"
    )


def table(*sites: str, creator: str = "NLNDW") -> bytes:
    """Return a site table."""
    return document("MeasurementSiteTablePublication", "".join(sites), creator=creator)


def flow(vehicles_per_h: object) -> str:
    """Return a flow."""
    return f"<p:basicData><p:vehicleFlow><p:vehicleFlowRate>{vehicles_per_h}</p:vehicleFlowRate></p:vehicleFlow></p:basicData>"


def speed(kmh: object, inputs: int = 5, error: bool = False) -> str:
    """Return a speed."""
    wrong = "<p:dataError>true</p:dataError>" if error else ""
    return (
        f'<p:basicData><p:averageVehicleSpeed numberOfInputValuesUsed="{inputs}">{wrong}<p:speed>{kmh}</p:speed>'
        "</p:averageVehicleSpeed></p:basicData>"
    )


def occupancy(per_cent: object) -> str:
    """Return an occupancy."""
    return f"<p:basicData><p:occupancy><p:percentage>{per_cent}</p:percentage></p:occupancy></p:basicData>"


FAULT = "<p:physicalQuantityFault><p:faultIdentifier>1</p:faultIdentifier></p:physicalQuantityFault>"


def measured(name: str, time: str, values: Mapping[int, str], version: int = 1, v2: bool = False) -> str:
    """Return a site's values; `time` is the XML within measurementTimeDefault."""
    tag = "measuredValue" if v2 else "physicalQuantity"
    every = "".join(f'<p:{tag} index="{k}"><p:{tag}>{value}</p:{tag}></p:{tag}>' for k, value in values.items())
    return (
        f'<p:siteMeasurements><p:measurementSiteReference id="{name}" version="{version}"/>'
        f"<p:measurementTimeDefault>{time}</p:measurementTimeDefault>{every}</p:siteMeasurements>"
    )


def data(measurements: Sequence[str], creator: str = "NLNDW") -> bytes:
    """Return measured values of several sites."""
    return document("MeasuredDataPublication", "".join(measurements), creator=creator)


def stamped(text: str, meaning: str) -> str:
    """Return a time as version 3 has it."""
    return f"<p:timeMeaning>{meaning}</p:timeMeaning><p:timeValue>{text}</p:timeValue>"
