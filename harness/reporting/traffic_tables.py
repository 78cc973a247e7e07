"""Figures on the traffic of runs: for score.json, for runs.csv, and as tables of a page or a summary."""

from harness.reporting.report_document import DASH, Table
from harness.reporting.traffic_notices import Accounts, message_kinds
from simulator.traffic_account import TrafficAccount

COLUMNS = ("planned", "departed", "arrived", "on_road", "waiting", "lost", "warnings")
"""Figures of a run, as `TrafficAccount` defines them."""
HEADINGS = ("Planned", "Departed", "Arrived", "On the road at the end", "Waiting to enter", "Lost", "SUMO's warnings")
NOT_RECORDED = "not recorded"
NOTE = (
    "Vehicles from time 0, warm-up included. Planned: in the route files, to depart before the end; lost: planned vehicles that "
    "neither departed nor waited to enter at the end. A dash: the route files leave it open (a flow by chance, for example)."
)


def traffic_figures(account: TrafficAccount | None) -> dict[str, int | None]:
    """Return the figures of a run by name; None where one is not known."""
    return {name: None if account is None else getattr(account, name) for name in COLUMNS}


def traffic_document(accounts: Accounts) -> dict[str, object]:
    """Return the traffic of all runs for score.json: sums, SUMO's messages by kind, and every run's figures."""
    rows = {run: traffic_figures(account) for run, account in accounts.items()}
    return {
        **_sums(accounts),
        "runs_not_recorded": sum(account is None for account in accounts.values()),
        "messages": [
            {"level": one.level, "kind": one.kind, "count": one.count, "runs": one.runs, "example": one.example}
            for one in message_kinds(accounts)
        ],
        "runs": rows,
        "own_files": {run: list(account.notes) for run, account in accounts.items() if account and account.notes},
    }


def traffic_tables(accounts: Accounts) -> tuple[Table, ...]:
    """Return a table of every run's traffic, with their sum, and one of SUMO's messages where there are any."""
    rows = [
        (run, *(_text(value) for value in traffic_figures(account).values()))
        if account
        else (run, NOT_RECORDED, *[DASH] * (len(COLUMNS) - 1))
        for run, account in accounts.items()
    ]
    if len(rows) > 1:
        rows.append(("All runs", *(_text(value) for value in _sums(accounts).values())))
    tables = [Table("Traffic of every run [veh]", ("Run", *HEADINGS), tuple(rows), NOTE)]
    kinds = message_kinds(accounts)
    if kinds:
        tables.append(
            Table(
                caption="SUMO's messages",
                columns=("Kind", "Level", "First message", "Times", "Runs"),
                rows=tuple((one.kind, one.level, one.example, str(one.count), str(len(one.runs))) for one in kinds),
                note="Kinds of messages: % stands for the names and numbers that vary.",
                text_columns=3,
            )
        )
    return tuple(tables)


def traffic_sentence(accounts: Accounts) -> str:
    """Return the traffic of all runs together in one line of text."""
    if not any(accounts.values()):
        return f"Traffic: {NOT_RECORDED}."
    sums = {name: _text(value) for name, value in _sums(accounts).items()}
    unknown = sum(account is None for account in accounts.values())
    return (
        f"Traffic: {sums['planned']} vehicles planned, {sums['departed']} departed, {sums['arrived']} arrived, "
        f"{sums['on_road']} on the road at the end, {sums['waiting']} waiting to enter, {sums['lost']} lost. "
        f"SUMO gave {sums['warnings']} warnings.{f' Not recorded in {unknown} runs.' if unknown else ''}"
    )


def _sums(accounts: Accounts) -> dict[str, int | None]:
    """The sum of every figure over the runs that recorded it; None where one of them does not know it."""
    known = [traffic_figures(account) for account in accounts.values() if account is not None]
    sums: dict[str, int | None] = {}
    for name in COLUMNS:
        values = [value for figures in known if (value := figures[name]) is not None]
        sums[name] = sum(values) if known and len(values) == len(known) else None
    return sums


def _text(value: int | None) -> str:
    return DASH if value is None else str(value)
