"""Definitions of a report's terms: the conventions of `matching` and `score_runs`, for a reader."""

DEFINITIONS: tuple[tuple[str, str], ...] = (
    (
        "Onset, clearance",
        "When the first blocking vehicle stands still in its lane, and when the last one moves off: as observed "
        "in the simulation, not as planned.",
    ),
    (
        "Section",
        "The stretch between two neighbouring loop stations. A detector decides about every section at the end of "
        "each frame (one period of the loops), never earlier.",
    ),
    (
        "Twin, earliest evidence",
        "The twin is the same run without the incident, vehicle by vehicle. The earliest evidence is the end of "
        "the first frame in which a loop at either end of the incident's section reads differently from the twin.",
    ),
    ("Floor", "Earliest evidence minus onset: no loop-based detector can be faster."),
    (
        "Without impact",
        "An incident whose loops never differ from the twin's beyond noise before its clearance. It is reported, "
        "and left out of DR.",
    ),
    ("Persistence p", "The alarm is raised at the (p+1)-th consecutive incident decision for the same section."),
    (
        "Detected",
        "An alarm in the incident's section, raised after the onset and no later than a grace (60 s unless said "
        "otherwise) after the clearance; or in the section next upstream, once the queue has truly spilled over "
        "the station between them (reported as not located). One alarm detects one incident at most.",
    ),
    ("DR", "Detection rate: detected incidents / incidents with impact. Interval: Wilson, 95 %."),
    (
        "TTD",
        "Time to detection: alarm minus onset, over detected incidents only. In whole intervals: counted from the "
        "end of the frame in which the onset falls, as Sheu (2004) seems to count. Interval of the mean: "
        "bootstrap over incidents, 95 %.",
    ),
    (
        "False alarm",
        "An alarm that matches no incident and is not neutral. One alarm lasts as long as the decisions "
        "that confirm it.",
    ),
    (
        "Neutral alarm",
        "Neither hit nor false: a further alarm for an incident already detected, or one in a section whose loops "
        "truly carry an incident's queue or its clearing wave.",
    ),
    (
        "FAR (decisions)",
        "False alarms / decisions made where an alarm would be false (sections x frames). Interval: exact "
        "Poisson, 95 %.",
    ),
    ("FAR (operating)", "False alarms per section-hour of such decisions, and per day of the whole corridor."),
    ("Dash", "Not defined, because nothing was counted; never zero."),
)
