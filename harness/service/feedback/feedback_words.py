"""What was learned from closed incidents, in words for a terminal."""

from harness.service.feedback.learn_from_closings import Learned, clock_text
from scenarios.errors import printable

_ROW = "{:<{}}  {:>5} {:>5} {:>8} {:>10} {:>6}  {}"


def learned_text(learned: Learned) -> str:
    """Return what was learned: a line of counts, a row per section, and what is left out."""
    stored = learned.stored
    names = [station.name for station in stored.corridor.stations]
    sections = [f"{each.section} {names[each.section]} to {names[each.section + 1]}" for each in learned.thresholds]
    wide = max(len(each) for each in sections)
    lines = [
        f"{learned.detector} on {stored.corridor.name}: {len(stored.closings)} closed incidents, {stored.false} of them false, "
        f"opened from {clock_text(stored.from_s)} to {clock_text(stored.to_s)}, {stored.days:.2f} days of frames",
        _ROW.format("section", wide, "false", "true", "unclear", "threshold", "now", "why"),
    ]
    for section, each in zip(sections, learned.thresholds, strict=True):
        unclear = stored.unclear.get(each.section, 0)
        after = f"{each.after:.3g}" if each.raised else "same"
        lines.append(_ROW.format(section, wide, each.false, each.true, unclear, f"{each.before:.3g}", after, each.why))
    if stored.left_out:
        lines.append("left out: " + ", ".join(f"{count} {why}" for why, count in stored.left_out.items()))
    return "\n".join(printable(line.rstrip()) for line in lines)
