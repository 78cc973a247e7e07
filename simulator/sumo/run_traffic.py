"""The account of a run's traffic, from SUMO's statistic, its messages and the route files."""

from collections.abc import Sequence

from scenarios.errors import UserError
from simulator.sumo.message_log import read_messages
from simulator.sumo.prepare import Prepared
from simulator.sumo.session import SumoSession
from simulator.sumo.statistic_file import read_statistic
from simulator.traffic_account import TrafficAccount


def traffic_account(prepared: Prepared, session: SumoSession, notes: Sequence[str] = ()) -> TrafficAccount:
    """Return the account of the run whose `session` is closed; `notes` come after those on its files.

    Raises UserError where no vehicle of a user's own route files departed: nothing can be measured then. A site's demand may be
    as low as 0: its road is empty because the scenario says so.
    """
    statistic, planned = read_statistic(session.statistic_file), prepared.planned
    account = TrafficAccount(
        planned=planned.by_then if planned.known else None,
        departed=statistic.departed,
        arrived=statistic.departed - statistic.on_road,
        on_road=statistic.on_road,
        waiting=statistic.waiting,
        messages=read_messages(session.message_file),
        rounding=planned.flows,
        notes=(*prepared.notes, *notes),
    )
    if prepared.scenario.network is not None and not account.departed:
        said = "; ".join(f"{one.count} times: {one.example}" for one in account.messages[:3])
        raise UserError(
            f"the files of [network]: no vehicle departed in {prepared.scenario.end_s:g} s: "
            f"{'some' if account.planned is None else account.planned} were planned, {account.waiting} waited to enter at "
            f"the end. {f'SUMO said {said}' if said else 'SUMO gave no reason'}"
        )
    return account
