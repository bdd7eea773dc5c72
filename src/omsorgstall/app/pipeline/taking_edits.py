"""From a file of edits to the register: checked against what it holds now, kept as a set that later vintages apply."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from omsorgstall.access import Scope
from omsorgstall.app.opening import open_register
from omsorgstall.app.settings import Places
from omsorgstall.codes import municipalities_in
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.engine import Engine
from omsorgstall.formats.edits import EditFile, read_edits
from omsorgstall.intake.edits import CheckedEdits, check_edits
from omsorgstall.intake.row_faults import RowFault
from omsorgstall.measures import cleared
from omsorgstall.register import Delivery, Store, Submission


@dataclass(frozen=True, slots=True)
class TakenEdits:
    """What became of a file of edits.

    Attributes:
        edits: rows of the file.
        submission: the set as kept; None when it was refused or only checked.
        faults: why it was refused.
    """

    edits: int
    submission: Submission | None
    faults: tuple[RowFault, ...]


def take_edits(places: Places, file: Path, *, who: str, why: str, keep: bool = True) -> TakenEdits:
    """Check a file of edits against the register and keep it as a set. One fault refuses the whole file.

    Args:
        who: the person who edits; kept with the set and in the audit log.
        why: likewise.
        keep: whether to keep the set, or only to check it.

    Raises:
        OmsorgstallError: when the file is not one of edits, there is nothing to edit, or no reason is given.
    """
    if not (who.strip() and why.strip()):
        what = "An edit tells who makes it and why."
        raise OmsorgstallError(ErrorFamily.USAGE, "edit-without-reason", what, todo="Give both.")
    edits = read_edits(file)
    store = open_register(places)
    checked = _check(store, edits, who)
    if checked.faults or not keep:
        return TakenEdits(len(edits.rows), None, checked.faults)
    return TakenEdits(len(edits.rows), store.accept(_delivery(store, file, edits, checked, (who, why))), ())


def _check(store: Store, edits: EditFile, who: str) -> CheckedEdits:
    """Hold the edits against what a vintage frozen now would hold."""
    now = store.basis.open_vintage([edits.data_year], "corrected")
    sent = {s.municipality for s in store.submissions(data_year=edits.data_year, kind="annual") if s.id in now.annual}
    if edits.municipality not in sent:
        what = f"Municipality {edits.municipality} has no submission for {edits.data_year} that could be edited."
        raise OmsorgstallError(
            ErrorFamily.NOT_FOUND, "nothing-to-edit", what, todo="omsorgstall submissions lists those there are."
        )
    todays = frozenset(number for number, _ in municipalities_in(edits.data_year)[edits.municipality])
    with Engine.local() as engine:
        tables = cleared(engine.open(store.basis.source(now, Scope(todays, "edits checked against records", who))))
        return check_edits(engine, tables, edits)


def _delivery(store: Store, file: Path, edits: EditFile, checked: CheckedEdits, said: tuple[str, str]) -> Delivery:
    """The set on its way into the register.

    Its hash goes on from that of the set before it, so that the same file can be sent again once it was undone.
    """
    before = store.submissions(municipality=edits.municipality, data_year=edits.data_year, kind="edits")
    content = hashlib.sha256(b"".join([*(s.content_hash.encode() for s in before[-1:]), file.read_bytes()]))
    who, why = said
    fields = sorted({f"{r['table']}.{r['field']}" for r in checked.rows.select(["table", "field"]).to_pylist()})
    return Delivery(
        kind="edits",
        municipality=edits.municipality,
        data_year=edits.data_year,
        content_hash=content.hexdigest(),
        header={"who": who, "why": why, "edits": len(edits.rows), "fields": fields},
        tables=[{"edit": checked.rows}],
        findings=pa.table({}),
        who=who,
        why=why,
    )
