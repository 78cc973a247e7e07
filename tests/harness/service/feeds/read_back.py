"""Our own CAP and DATEX II read back into the fields of an incident, to see that they hold it."""

from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from harness.service.feeds.cap_alert import NAMESPACE as CAP
from harness.service.feeds.datex2_situations import NAMESPACES, RECORDS
from harness.service.feeds.datex2_situations import SEVERITIES as DATEX_SEVERITIES

PREFIXES = {name.removeprefix("xmlns:"): address for name, address in NAMESPACES.items()}
TYPE = f"{{{PREFIXES['xsi']}}}type"
MAIN = ("GeneralObstruction", "VehicleObstruction", "AbnormalTraffic")
NUMBERS = ("severity_score", "confidence", "position_m", "queue_veh", "tail_m")


def parsed(text: str) -> Element:
    """The root of a document, read with a parser that follows no entity."""
    root: Element = fromstring(text.encode())
    return root


def read_cap(text: str) -> dict[str, Any]:
    """The fields of an incident in a CAP document; those that are not known are left out."""
    alert = parsed(text)
    values = {
        str(each.findtext(f"{{{CAP}}}valueName")).removeprefix("laneblock."): str(each.findtext(f"{{{CAP}}}value"))
        for each in alert.iter(f"{{{CAP}}}parameter")
    }
    found: dict[str, Any] = {name: values[name] for name in ("id", "corridor", "state", "severity")}
    found |= {name: float(values[name]) for name in NUMBERS if name in values}
    found["section"], found["version"] = int(values["section"]), int(values["version"])
    found["lanes"] = tuple(int(lane) for lane in values.get("lanes", "").split())
    found["kind"] = alert.findtext(f"{{{CAP}}}info/{{{CAP}}}event")
    found["evidence"] = alert.findtext(f"{{{CAP}}}info/{{{CAP}}}description") or ""
    found["exercise"] = alert.findtext(f"{{{CAP}}}status") == "Exercise"
    return found


def read_datex2(text: str) -> list[dict[str, Any]]:
    """The fields of the incidents in a publication; those that are not known are left out."""
    return [_situation(each) for each in parsed(text).findall("sit:situation", PREFIXES)]


def _situation(situation: Element) -> dict[str, Any]:
    records = situation.findall("sit:situationRecord", PREFIXES)
    main, said = records[0], records[-1]
    comments = {
        each.findtext("sit:commentType", "", PREFIXES): each.findtext("sit:comment/com:values/com:value", "", PREFIXES)
        for each in main.findall("sit:nonGeneralPublicComment", PREFIXES)
    }
    type_of = main.attrib[TYPE].removeprefix("sit:")
    severities = {word: severity for severity, word in DATEX_SEVERITIES.items()}
    place = main.find("sit:locationReference", PREFIXES)
    assert place is not None
    found: dict[str, Any] = {
        "id": main.findtext("sit:situationRecordCreationReference", None, PREFIXES),
        "version": int(main.attrib["version"]),
        "state": comments["dataProcessingNote"].removeprefix("state: "),
        "evidence": comments.get("description", ""),
        "severity": severities[main.findtext("sit:severity", "", PREFIXES)],
        "exercise": situation.findtext("sit:headerInformation/com:informationStatus", None, PREFIXES) != "real",
        "corridor": place.findtext(".//loc:roadName/com:values/com:value", None, PREFIXES),
        "position_m": float(place.findtext(".//loc:distanceAlong", "nan", PREFIXES)),
        "lanes": tuple(int(each.text or "") - 1 for each in place.iterfind(".//loc:laneNumber", PREFIXES)),
    }
    for kind, (record, constriction, type_name, value) in RECORDS.items():
        told = (
            main.findtext("sit:trafficConstrictionType", "", PREFIXES),
            main.findtext(f"sit:{type_name}", "", PREFIXES),
        )
        if type_of == record and told == (constriction, value):
            found["kind"] = kind
    waiting = said.findtext("sit:numberOfVehiclesWaiting", None, PREFIXES)
    length = said.findtext("sit:queueLength", None, PREFIXES)
    found |= {} if waiting is None else {"queue_veh": int(waiting)}
    return found | ({} if length is None else {"tail_m": found["position_m"] - int(length)})
