"""Definitions of the terms in a report: the conventions of `harness.scoring`, for a reader."""

DEFINITIONS: tuple[tuple[str, str], ...] = (
    (
        "Onset, clearance",
        "When the first blocking vehicle stops in its lane, and when the last one moves off, as observed "
        "in the simulation, not as planned.",
    ),
    (
        "Section",
        "The road between two neighbouring loop stations. A detector decides on every section at the end of "
        "each frame (one period of the loops).",
    ),
    (
        "Twin, earliest evidence",
        "The twin is the same run without the incident: the same vehicles, departing at the same times. The earliest evidence "
        "is the end of the first frame in which a loop at either end of the incident's section differs from the twin's.",
    ),
    ("Floor", "Earliest evidence minus onset: no loop-based detector can be faster."),
    (
        "Without impact",
        "An incident during which the loops never differ from the twin's by more than noise. It is listed, "
        "but left out of DR.",
    ),
    ("Persistence p", "The alarm is raised at the (p+1)-th incident decision in a row for the same section."),
    (
        "Detected",
        "An alarm in the incident's section, raised after the onset and no later than a grace period (60 s by "
        "default, and one period at least) after the clearance; or in the next section upstream, once the queue has "
        "reached the station between them (reported as not located). One alarm detects at most one incident.",
    ),
    ("DR", "Detection rate: detected incidents / incidents with impact. Interval: Wilson, 95 %."),
    (
        "TTD",
        "Time to detection: alarm minus onset, over detected incidents only. In whole intervals: from the end of "
        "the frame in which the onset falls, as Sheu (2004) seems to count. Interval of the mean: "
        "bootstrap over incidents, 95 %.",
    ),
    (
        "False alarm",
        "An alarm that matches no incident and is not neutral. Consecutive incident decisions in a section are "
        "one alarm.",
    ),
    (
        "Neutral alarm",
        "Neither a detection nor false: a further alarm for a detected incident, or an alarm in a section whose "
        "loops carry the queue of an incident, or the wave of its clearing. So is an alarm at what your own SUMO files do "
        "themselves: a closed lane, a speed sign, a calibrator, a short stop.",
    ),
    (
        "Group",
        "Alarms of one event: within 15 min and about 1.5 km of one another, and not downstream of the head, the most downstream "
        "alarm of the group's first two minutes. False alarms are counted in alarms and in groups whose head is false.",
    ),
    (
        "FAR (decisions)",
        "False alarms / decisions (sections x frames) in which an alarm would be false. Interval: exact Poisson, 95 %.",
    ),
    (
        "FAR (operating)",
        "False alarms per section-hour of these decisions, and per day of the whole corridor (corridor-day).",
    ),
    ("Dash", "Undefined, because nothing was counted; not zero."),
)
