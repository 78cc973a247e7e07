"""What the event says that opens an incident, for tests of what is made of incidents."""

from typing import Any

from harness.service.incidents.incident_event import EventKind

BEGAN_S = 1_772_600_000.0
"""Wall time of the first event: 2026-03-04T04:53:20Z."""
OPENED: dict[str, Any] = {
    "detector": "sequential",
    "kind": "lanes blocked",
    "kind_rule": "lanes estimated to be blocked",
    "severity": "high",
    "severity_score": 0.74,
    "severity_parts": {"posterior": 0.98},
    "section": 3,
    "sections": [3],
    "position_m": 3500.0,
    "lanes": [1],
    "onset_s": 570.0,
    "confidence": 0.98,
    "queue_veh": 34.0,
    "tail_m": 2250.0,
    "evidence": "speed at km 3 fell from 29 to 4 m/s",
    "actions": ["Send a patrol"],
    "silenced_by": "",
    "exercise": True,
}
FROM_FRAMES = (EventKind.OPENED, EventKind.CHANGED, EventKind.CLEARED, EventKind.RETURNED)
"""What the service itself tells; all else is done by people."""
