"""Sentences of the comparison."""

from harness.reporting.number_text import counted
from harness.studies.realism.realism_study import ComparedStatistic, RealismFindings

SHOWN = 6


def realism_sentence(findings: RealismFindings) -> str:
    """Return the answer in a sentence."""
    inside, off = findings.count("inside"), findings.count("below") + findings.count("above")
    return (
        f"Of {counted(inside + off, 'statistic')} that both have, {inside} lie inside the 5 to 95 % range of "
        f"{findings.reference.name}, {findings.count('below')} below and {findings.count('above')} above it."
    )


def off_sentences(findings: RealismFindings) -> tuple[str, ...]:
    """Return what is off, group by group."""
    sentences = []
    for group in dict.fromkeys(each.statistic.group for each in findings.compared):
        off = [
            each for each in findings.compared if each.statistic.group == group and each.verdict in ("below", "above")
        ]
        if off:
            more = f" and {len(off) - SHOWN} more" if len(off) > SHOWN else ""
            sentences.append(f"{group}: {'; '.join(_off(each) for each in off[:SHOWN])}{more}.")
    return tuple(sentences)


def data_sentence(findings: RealismFindings) -> str:
    """Return what was compared with what."""
    periods = " and ".join(f"{each:g}" for each in findings.period_s)
    return (
        f"{counted(findings.recordings, 'recording')}, {findings.hours:.1f} h without known incidents, {periods}-s frames, "
        f"{counted(findings.samples, 'sample')}; beside {findings.reference.name}: {findings.reference.hours:.1f} h, "
        f"{counted(findings.reference.samples, 'sample')}."
    )


def _off(each: ComparedStatistic) -> str:
    assert each.real is not None
    assert each.simulated is not None
    factor, digits, unit = each.statistic.factor, each.statistic.digits, each.statistic.unit
    low, high = each.simulated.low * factor, each.simulated.high * factor
    value = each.real.median * factor
    return f"{each.statistic.label} {value:.{digits}f} {unit}".rstrip() + f" ({low:.{digits}f} to {high:.{digits}f})"
