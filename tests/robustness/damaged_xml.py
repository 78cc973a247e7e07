"""XML with an attribute, a line or the whole changed by chance."""

import random
import re

from tests.robustness.damage import Damaged
from tests.robustness.damaged_trees import DEEP
from tests.robustness.damaged_values import Replacement, number_instead, text_instead


def damaged_xml(choose: random.Random, content: bytes) -> tuple[bytes, Damaged]:
    """Return an XML file with one attribute or line changed, or with entities, or deep elements."""
    text = content.decode()
    what = choose.random()
    if what < 0.1:
        lines = "".join(f'<!ENTITY a{k} "{f"&a{k - 1};" * 10}">' for k in range(1, 12))
        bomb = f'<!DOCTYPE x [<!ENTITY a0 "a">{lines}]>'
        root = re.sub(r"^(<\?xml[^>]*\?>)?", lambda found: found.group() + bomb, text, count=1)
        return root.replace('id="', 'id="&a11;', 1).encode(), Damaged("entities that expand", impossible=True)
    if what < 0.15:
        outer = '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/hostname">]>'
        root = re.sub(r"^(<\?xml[^>]*\?>)?", lambda found: found.group() + outer, text, count=1)
        return root.replace('id="', 'id="&file;', 1).encode(), Damaged("an entity from a file", impossible=True)
    if what < 0.25:
        depth = choose.choice(DEEP)
        end = text.rindex("</")
        return (text[:end] + "<a>" * depth + "</a>" * depth + text[end:]).encode(), Damaged(f"elements {depth} deep")
    if what < 0.4:
        lines_ = text.splitlines(keepends=True)
        at = choose.randrange(len(lines_))
        twice = choose.random() < 0.5
        lines_[at : at + 1] = [lines_[at]] * 2 if twice else []
        return "".join(lines_).encode(), Damaged(f"line {at + 1} {'twice' if twice else 'gone'}")
    found = choose.choice(list(re.finditer(r'([\w:]+)="([^"]*)"', text)))
    name, good = found.groups()
    if choose.random() < 0.15:
        return (text[: found.start()] + text[found.end() :]).encode(), Damaged(f"without {name}", name)
    numeric = re.fullmatch(r"-?[\d.]+", good) is not None
    made = (
        number_instead(choose, name)
        if numeric and choose.random() < 0.8
        else Replacement(text_instead(choose), numeric)
    )
    value = made.text
    escaped = value.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    changed = f'{text[: found.start()]}{name}="{escaped}"{text[found.end() :]}'
    return changed.encode("utf-8", "surrogatepass"), Damaged(
        f"{name} = {value[:40]!r} for {good[:40]!r}", name, made.impossible
    )
