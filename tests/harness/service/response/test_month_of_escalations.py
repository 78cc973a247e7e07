"""A month on a simulated clock: every escalation that is due happens once, also across restarts."""

from itertools import pairwise
from random import Random

from harness.service.incidents.incident import Severity
from harness.service.incidents.incident_event import EventKind
from harness.service.response.escalation_policy import read_policy
from tests.harness.service.response.response_cases import MONDAY_S
from tests.harness.service.response.response_stores import desk

DAYS, LOOK_S, RESTARTS, INCIDENTS = 30, 1800.0, 20, 150
RULES = {severity: read_policy().rule(severity) for severity in Severity}


def test_every_due_escalation_of_a_month_happens_once_across_20_restarts() -> None:
    rng = Random(18)
    end_s = MONDAY_S + DAYS * 86400
    opened = sorted(MONDAY_S + rng.uniform(0, DAYS * 86400 - 20_000) for _ in range(INCIDENTS))
    severities = [rng.choice(list(Severity)) for _ in opened]
    taken = [at_s + rng.choice((rng.uniform(30, 900), rng.uniform(600, 7200), float("inf"))) for at_s in opened]
    downs = sorted(MONDAY_S + rng.uniform(0, DAYS * 86400) for _ in range(RESTARTS))
    down = [(at_s, at_s + rng.choice((1.0, 1800.0, 4 * 3600.0))) for at_s in downs]
    # What happens, in order: people and detectors act while the service is down too, through another process of the site.
    acts = [(at_s, "open", k) for k, at_s in enumerate(opened)] + [
        (at_s, "take", k) for k, at_s in enumerate(taken) if at_s < end_s
    ]
    acts += [(until_s, "restart", k) for k, (_, until_s) in enumerate(down)]
    looks = [MONDAY_S + k * LOOK_S for k in range(int(DAYS * 86400 / LOOK_S) + 1)]
    looks = [at_s for at_s in looks if not any(from_s <= at_s < until_s for from_s, until_s in down)]
    acts += [(at_s, "look", 0) for at_s in looks]
    acts += [(until_s, "look", 0) for _, until_s in down if until_s < end_s]
    fired: dict[tuple[int, EventKind], list[float]] = {}
    with desk() as office:
        for at_s, act, k in sorted(
            acts, key=lambda each: (each[0], ("open", "take", "restart", "look").index(each[1]))
        ):
            office.wall_s = at_s
            if act == "open":
                office.happens(f"A4/{k}", EventKind.OPENED, at_s, severity=severities[k].value)
            elif act == "take":
                office.happens(f"A4/{k}", EventKind.ACKNOWLEDGED, at_s)
            elif act == "restart":
                office.store.close()
                office.renew()
            else:
                for each in office.response.fire_due(office.store, at_s):
                    fired.setdefault((int(each.event.incident[3:]), each.event.kind), []).append(at_s)
        told = [row.key for row in office.rows()]
        stored = [each.event.key for each in office.store.events_after(0, 100_000)]
    up = sorted([*looks, *(until_s for _, until_s in down if until_s < end_s)])
    wanted: dict[tuple[int, EventKind], list[float]] = {}
    for k, at_s in enumerate(opened):
        rule = RULES[severities[k]]
        for kind, delay_s in (
            (EventKind.RESPONSE_LATE, rule.respond_within_s),
            (EventKind.ESCALATED, rule.escalate_after_s),
        ):
            due_s = float("inf") if delay_s == "never" else at_s + delay_s
            first = next((look_s for look_s in up if look_s >= due_s), None)
            if first is not None and first < taken[k]:
                wanted[k, kind] = [first]
    assert fired == wanted
    assert len(wanted) > INCIDENTS // 2
    assert len(set(stored)) == len(stored)
    assert len(set(told)) == len(told)
    assert all(one <= other for one, other in pairwise(up))
