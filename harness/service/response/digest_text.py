"""Several messages as one: what goes out when an address had its messages of the hour."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from harness.service.response.channel_rule import ChannelRule
from harness.service.response.gsm_text import fitted
from harness.service.response.language_file import Language
from harness.service.response.outgoing import Outgoing, payload_json

SCHEMA = "laneblock.notifications/1"
"""Name and version of the JSON of several."""


def digest(language: Language, channel: ChannelRule, held: Sequence[Outgoing]) -> Mapping[str, Any]:
    """Return subject, text and payload of one message for all that were held; each line keeps its own mark."""
    mark = f"[{language.exercise}] " if all(each.exercise for each in held) else ""
    subject = mark + language.digest_subject.format(count=len(held), recipient=held[0].recipient)
    lines = [each.subject for each in held]
    text = "\n".join((subject, language.digest_head.format(cap=channel.cap_per_hour), "", *lines))
    if channel.style == "short":
        text = fitted(f"{subject}: {'; '.join(lines)}")
    messages = [json.loads(each.payload) for each in held if each.payload]
    payload = payload_json({"schema": SCHEMA, "exercise": bool(mark), "text": text, "messages": messages})
    return {"subject": subject, "text": text, "payload": payload if channel.machine else ""}
