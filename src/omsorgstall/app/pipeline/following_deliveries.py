"""From the register to the board of deliveries and drafts of reminders: what came, held against the deadlines."""

from collections.abc import Sequence
from datetime import UTC, datetime

from omsorgstall.access import AuditAction, AuditEvent, Scope
from omsorgstall.app.opening import open_register
from omsorgstall.app.settings import Places
from omsorgstall.codes.deadlines import deadlines
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.editing import Seen, delivery_board
from omsorgstall.tables import Report


def follow_deliveries(places: Places, years: Sequence[int], at: datetime, deadline: str, scope: Scope) -> Report:
    """The board of deliveries at a moment. That it was shown is logged.

    Args:
        years: data years; those that anything has arrived for when empty.

    Raises:
        OmsorgstallError: when there is no register, nothing has arrived, the deadline is unknown, or the scope is too narrow.
    """
    if scope.municipalities is not None:
        what = "The board of deliveries shows the whole country."
        raise OmsorgstallError(ErrorFamily.ACCESS, "scope-too-narrow", what, todo="Ask the producer of the statistics for it.")
    with open_register(places) as store:
        arrivals, attempts = store.attempts.arrivals(), store.attempts.rejected()
        known = {a.data_year for a in arrivals} | {a.data_year for a in attempts if a.data_year is not None}
        chosen = list(years) or sorted(known)
        if not chosen:
            raise OmsorgstallError(ErrorFamily.NOT_FOUND, "nothing-arrived", "Nothing has arrived yet.", todo="Name --years.")
        if deadline not in deadlines(chosen[-1]):
            names = ", ".join(deadlines(chosen[-1]))
            what = f"There is no deadline {deadline}."
            raise OmsorgstallError(ErrorFamily.USAGE, "unknown-deadline", what, todo=f"Choose one of {names}.")
        board = delivery_board(Seen(arrivals, attempts, at, deadline), chosen)
        store.log(AuditEvent.of(AuditAction.SHOW_DELIVERIES, f"deliveries of {chosen[-1]}", scope, datetime.now(UTC)))
    return board
