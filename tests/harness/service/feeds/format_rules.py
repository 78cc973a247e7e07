"""Rules of the formats, from their specifications: which elements an element may hold, in which order, and which it must.

They hold the part of CAP 1.2 (section 3.2) and of DATEX II 3 (CEN/TS 16157-1 to -3) that our feeds use. A name that ends in `?`
may be missing, in `*` may come any number of times, in `+` at least once.
"""

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

Rules = Mapping[str, str]
CAP: Rules = {
    "alert": "identifier sender sent status msgType source? scope restriction? addresses? code* note? references? incidents? info*",
    "info": "language? category+ event responseType* urgency severity certainty audience? eventCode* effective? onset? expires? "
    "senderName? headline? description? instruction? web? contact? parameter* resource* area*",
    "parameter": "valueName value",
    "area": "areaDesc polygon* circle* geocode* altitude? ceiling?",
    "geocode": "valueName value",
}
CAP_VALUES: Rules = {
    "status": "Actual|Exercise|System|Test|Draft",
    "msgType": "Alert|Update|Cancel|Ack|Error",
    "scope": "Public|Restricted|Private",
    "category": "Geo|Met|Safety|Security|Rescue|Fire|Health|Env|Transport|Infra|CBRNE|Other",
    "responseType": "Shelter|Evacuate|Prepare|Execute|Avoid|Monitor|Assess|AllClear|None",
    "urgency": "Immediate|Expected|Future|Past|Unknown",
    "severity": "Extreme|Severe|Moderate|Minor|Unknown",
    "certainty": "Observed|Likely|Possible|Unlikely|Unknown",
    "sent": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-00:00",
    "onset": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-00:00",
    "identifier": r"[^\s,<&]+",
    "sender": r"[^\s,<&]+",
    "references": r"([^\s,]+,[^\s,]+,\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-00:00)( [^\s,]+,[^\s,]+,[^\s,]+)*",
    "circle": r"-?\d+\.\d+,-?\d+\.\d+ \d+\.\d+",
}
_RECORD = (
    "situationRecordCreationReference? situationRecordCreationTime situationRecordObservationTime? situationRecordVersionTime "
    "probabilityOfOccurrence severity? source? validity impact? cause? generalPublicComment* nonGeneralPublicComment* urlLink* "
    "locationReference trafficConstrictionType? numberOfObstructions? obstructionType* vehicleObstructionType? "
    "abnormalTrafficType? numberOfVehiclesWaiting? queueLength?"
)
DATEX: Rules = {
    "payload": "publicationTime publicationCreator situation*",
    "publicationCreator": "country nationalIdentifier",
    "situation": "overallSeverity? situationVersionTime? headerInformation situationRecord+",
    "headerInformation": "confidentiality? informationStatus",
    "situationRecord": _RECORD,
    "source": "sourceName? sourceType?",
    "validity": "validityStatus validityTimeSpecification",
    "validityTimeSpecification": "overallStartTime overallEndTime?",
    "impact": "numberOfLanesRestricted? numberOfOperationalLanes?",
    "cause": "causeType? managedCause?",
    "nonGeneralPublicComment": "comment commentType?",
    "locationReference": "supplementaryPositionalDescription? pointByCoordinates? pointAlongLinearElement*",
    "pointByCoordinates": "pointCoordinates",
    "pointCoordinates": "latitude longitude",
    "pointAlongLinearElement": "directionRelativeAtPoint? linearElement distanceAlongLinearElement",
    "linearElement": "roadName? linearElementReferenceModel? linearElementNature?",
}
DATEX_VALUES: Rules = {
    "informationStatus": "real|securityExercise|technicalExercise|test",
    "overallSeverity": "highest|high|medium|low|lowest|none|unknown",
    "severity": "highest|high|medium|low|lowest|none|unknown",
    "probabilityOfOccurrence": "certain|probable|riskOf",
    "validityStatus": "active|planned|suspended|definedByValidityTimeSpec",
    "trafficConstrictionType": "carriagewayBlocked|lanesBlocked",
    "commentType": "dataProcessingNote|description|internalNote",
    "numberOfVehiclesWaiting": r"\d+",
    "queueLength": r"\d+",
    "value": r"[\s\S]{1,1024}",
}


def broken_rules(root: Element, elements: Rules, values: Rules) -> list[str]:
    """What is wrong with a document, in words."""
    return [line for each in root.iter() for line in _broken(each, elements, values)]


def _broken(each: Element, elements: Rules, values: Rules) -> Iterator[str]:
    name = _local(each)
    if name in elements and len(each):
        held = "".join(f"<{_local(child)}>" for child in each)
        wanted = re.sub(r"(\w+)([?*+]?) ?", r"(<\1>)\2", elements[name])
        if not re.fullmatch(wanted, held):
            yield f"{name} holds {held}"
    if name in values and not len(each) and not re.fullmatch(values[name], each.text or ""):
        yield f"{name} is {each.text!r}"


def _local(each: Element) -> str:
    return str(each.tag).rpartition("}")[2]
