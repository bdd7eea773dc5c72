"""An edit set as it stands today: each edit, and whether it still holds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from omsorgstall.access import Scope
from omsorgstall.app.opening import open_register
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.engine import Engine
from omsorgstall.measures import cleared
from omsorgstall.measures.edits import holding
from omsorgstall.register import Store, Submission
from omsorgstall.register.edit_table import RECORD_KEYS
from omsorgstall.register.edits import WHOSE, Edit, rounds


@dataclass(frozen=True, slots=True)
class ShownEdit:
    """One edit of a set.

    Attributes:
        line: of the file it came in.
        record: what names the record within the person's, in words; empty where a person has one.
        holds: whether a vintage frozen now would use it: the record still has the old value.
    """

    line: int
    table: str
    record: str
    field: str
    old: str | None
    new: str | None
    holds: bool


@dataclass(frozen=True, slots=True)
class ShownSet:
    """An edit set.

    Attributes:
        applied: whether vintages frozen now hold it; not when it was withdrawn, or there is no submission to apply it to.
    """

    submission: Submission
    who: str
    why: str
    applied: bool
    edits: tuple[ShownEdit, ...]

    @property
    def lapsed(self) -> int:
        """How many edits no longer hold."""
        return sum(not e.holds for e in self.edits)


def show_edit_set(places: Places, set_id: str, *, who: str) -> ShownSet:
    """An edit set with whether each of its edits holds. The reading of records is logged.

    Raises:
        OmsorgstallError: when there is no such set.
    """
    with open_register(places) as store:
        edit_set = store.submission(set_id)
        if edit_set.kind != "edits":
            what = f"{set_id} is no edit set."
            raise OmsorgstallError(
                ErrorFamily.NOT_FOUND, "no-edit-set", what, todo="omsorgstall edit list shows those there are."
            )
        said = store.header(set_id)
        applied, edits = _read(store, edit_set, Scope(edit_set.municipalities, "edits shown", who))
        return ShownSet(edit_set, str(said["who"]), str(said["why"]), applied, edits)


def _read(store: Store, edit_set: Submission, scope: Scope) -> tuple[bool, tuple[ShownEdit, ...]]:
    """The edits of a set, held against the records as they are when all that goes before the set is done."""
    now = store.basis.open_vintage([edit_set.data_year], "corrected")
    sent = store.submissions(municipality=edit_set.municipality, data_year=edit_set.data_year, kind="annual")
    # The rows are read for their own year, also when what they edited is withdrawn.
    alone = replace(now, annual=(sent[-1].id,), events=(), edits=(edit_set.id,), substitutions=())
    with Engine.local() as engine:
        rows = engine.edits(store.basis.source(alone, scope))
        if edit_set.id not in now.edits:
            return False, tuple(_shown(row, holds=False) for row in rows)
        before = replace(now, edits=now.edits[: now.edits.index(edit_set.id)])
        tables = cleared(engine.open(store.basis.source(before, scope)))
        held: set[tuple[object, ...]] = set()
        for part in rounds(rows):
            edits = engine.from_arrow({"edits": part.rows})["edits"]
            held |= _held(engine.run(holding(tables[part.table], edits), step="edits that hold").to_pylist(), part.table)
    return True, tuple(_shown(row, holds=_place(row, str(row["table"]), str(row["field"])) in held) for row in rows)


def _held(rows: Sequence[Edit], table: str) -> set[tuple[object, ...]]:
    """Places of the edits that hold."""
    fields = [c.removeprefix("holds_") for c in rows[0] if c.startswith("holds_")] if rows else []
    return {_place(row, table, field) for row in rows for field in fields if row[f"holds_{field}"]}


def _place(row: Edit, table: str, field: str) -> tuple[object, ...]:
    """What an edit is about: the field of the record; days as text, as edits have them."""
    return (table, field, *(str(row[key]) for key in (*WHOSE, *RECORD_KEYS[table])))


def _shown(row: Edit, *, holds: bool) -> ShownEdit:
    table = str(row["table"])
    record = " ".join(f"{key}={row[key]}" for key in RECORD_KEYS[table])
    old, new = (None if row[name] is None else str(row[name]) for name in ("old", "new"))
    return ShownEdit(int(str(row["line"])), table, record, str(row["field"]), old, new, holds)
