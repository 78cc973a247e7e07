"""Warnings for people on the traffic of runs (what SUMO warned of, vehicles that never drove), and notes on their own files.

The runs of a battery share them: one sentence for each kind of message, of loss and of note, however many runs have it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.reporting.number_text import counted, first_names
from simulator.traffic_account import TrafficAccount

Accounts = Mapping[str, TrafficAccount | None]
"""The account of each run by its name; None where a run has none: a recording, or a run of an older version."""

MUCH_WAITING = 0.1
"""Share of the vehicles departed or waiting that wait to enter at the end, from which a warning says so. Chosen: a queue
at the entry of a jammed road is well below; more says that the demand is not what the road gets."""
COSTLY = ("twin not exact",)
"""Beginnings of notes on own files after which figures are not known."""
UNSORTED = "Route file should be sorted by departure time"


@dataclass(frozen=True, slots=True)
class MessageKind:
    """Messages of one kind in several runs."""

    level: str
    kind: str
    count: int
    runs: tuple[str, ...]
    example: str
    shown_to_user: bool


def message_kinds(accounts: Accounts) -> tuple[MessageKind, ...]:
    """Return SUMO's messages of all runs by kind, in the order of the runs."""
    found: dict[tuple[str, str], MessageKind] = {}
    for run, account in accounts.items():
        for one in account.messages if account else ():
            key = one.level, one.kind
            before = found.get(key, MessageKind(*key, 0, (), one.example, one.shown_to_user))
            found[key] = MessageKind(
                *key, before.count + one.count, (*before.runs, run), before.example, before.shown_to_user
            )
    return tuple(found.values())


def traffic_notices(accounts: Accounts) -> tuple[str, ...]:
    """Return sentences on lost and absent traffic, on SUMO's messages, and on unknown figures; none where all is well."""
    known = {run: account for run, account in accounts.items() if account is not None}
    notices = []
    empty = [run for run, account in known.items() if not account.departed]
    if empty:
        notices.append(f"No traffic: no vehicle departed in {_runs(empty, len(accounts))}.")
    lost = {run: account.lost for run, account in known.items() if account.lost}
    if lost:
        planned = sum(known[run].planned or 0 for run in lost)
        notices.append(
            f"Traffic is lost: {sum(lost.values())} of {planned} planned vehicles never departed, in "
            f"{_runs(list(lost), len(accounts))}. The figures are of less traffic than planned."
        )
    late = [
        run for run, account in known.items() if account.waiting > MUCH_WAITING * (account.departed + account.waiting)
    ]
    if late:
        waiting = sum(known[run].waiting for run in late)
        notices.append(
            f"Traffic could not enter: {counted(waiting, 'vehicle')} still waited to depart at the end, in "
            f"{_runs(late, len(accounts))} (more demand than the entry takes?)."
        )
    said = (_sentence(kind, len(accounts)) for kind in message_kinds(accounts) if kind.shown_to_user)
    return (*notices, *said, *_own_files(accounts, costly=True))


def own_file_notes(accounts: Accounts) -> tuple[str, ...]:
    """Return the notes of all runs on the files of [network], each once, with the runs where not all have it.

    They say how the files were read, and cost no figure: those that do are among `traffic_notices`.
    """
    return _own_files(accounts, costly=False)


def _own_files(accounts: Accounts, *, costly: bool) -> tuple[str, ...]:
    runs: dict[str, list[str]] = {}
    for run, account in accounts.items():
        for note in account.notes if account else ():
            if note.startswith(COSTLY) != costly:
                continue
            runs.setdefault(note, []).append(run)
    return tuple(
        f"Own network: {note}{'' if len(names) == len(accounts) else f', in {_runs(names, len(accounts))}'}."
        for note, names in runs.items()
    )


def _sentence(kind: MessageKind, of: int) -> str:
    where = _runs(kind.runs, of)
    if kind.kind.startswith(UNSORTED):
        return (
            f"Unsorted route file: SUMO ignored {counted(kind.count, 'vehicle')}, in {where} (vehicles must stand in order of "
            f'depart). The first: "{kind.example}"'
        )
    what = "an error" if kind.level == "error" else "a warning"
    times = "once" if kind.count == 1 else f"{kind.count} times"
    return f'SUMO gave {what} {times}, in {where}{"" if kind.count == 1 else ". The first"}: "{kind.example}"'


def _runs(names: list[str] | tuple[str, ...], of: int) -> str:
    """Some of `of` runs, named.

    >>> _runs(["a", "b"], 54), _runs(["a"], 1)
    ('2 of 54 runs (a, b)', 'run a')
    """
    if of == 1:
        return f"run {names[0]}"
    return f"{len(names)} of {counted(of, 'run')} ({first_names(names)})"
