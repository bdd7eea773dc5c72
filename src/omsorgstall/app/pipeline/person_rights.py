"""A person's rights in an installation: what is held of her is found by her number, shown, and erased.

The number is read from a file or the standard input, lives in memory, and becomes a pseudonym at once.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

from omsorgstall.access import Grant, Scope
from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.receipts import replace_receipt
from omsorgstall.app.settings import Places
from omsorgstall.engine import Engine
from omsorgstall.intake import PseudonymKey
from omsorgstall.intake.person_report import person_report
from omsorgstall.intake.persons import pseudonyms_of
from omsorgstall.publish.person_report import person_html, person_json
from omsorgstall.register import Store
from omsorgstall.register.store_persons import Decision, Erased, Holding, LocalIds
from omsorgstall.tables import Report


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is asked for. It never shows itself.

    Attributes:
        kind: type of the number, code system 9032.
        municipality: the sender, and ``local_id`` its own id of her, for numbers that are not unique in the country.
    """

    number: str = field(repr=False)
    kind: int = 1
    municipality: str = ""
    local_id: str = field(default="", repr=False)


def find_person(places: Places, identity: Identity, decision: Decision) -> tuple[Holding, ...]:
    """Which submissions hold the person, with how many rows; that she was looked for is logged.

    Raises:
        OmsorgstallError: ENVIRONMENT, when a key is missing or is not the store's: she would seem to be nowhere.
    """
    with open_register(places) as store:
        pseudonyms = _pseudonyms(store, places, identity)
        store.persons.log_reading(decision)
        return store.persons.find(pseudonyms)


def show_person(places: Places, identity: Identity, decision: Decision, folder: Path) -> int:
    """Write what the register holds of the person to a folder, as pages in three languages and JSON; the reading is logged.

    Returns:
        In how many submissions she is.

    Raises:
        OmsorgstallError: as ``find_person``.
    """
    scope = Scope.national(decision.why, decision.who)
    with open_register(places) as store, Engine.local() as engine:
        pseudonyms = _pseudonyms(store, places, identity)
        store.persons.log_reading(decision)
        holdings = store.persons.find(pseudonyms)
        report = person_report(store, engine, holdings, pseudonyms, scope, decision.case)
    grant = Grant(report.owner, scope)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for language in ("nb", "nn", "en"):
        _write(folder / f"person.{language}.html", person_html(report, grant, language).encode())
    _write(folder / "person.json", person_json(report, grant))
    return len(holdings)


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read."""
    path.touch(mode=0o600)
    path.write_bytes(content)


def erase_person(places: Places, identity: Identity, decision: Decision, *, block: bool) -> Erased:
    """Erase the person from all submissions, and her local ids from findings and receipts.

    Receipts go first: cut short at any moment and run again, it ends as if it had run once.

    Args:
        block: leave her out of what is taken in later.

    Raises:
        OmsorgstallError: ENVIRONMENT, when a key is missing or wrong; STORE, ``disk-full``. No row is erased then.
    """
    with open_register(places) as store:
        pseudonyms = _pseudonyms(store, places, identity)
        return store.persons.erase(pseudonyms, decision, block=block, before=lambda ids: _clean_receipts(places, ids))


def unblock_person(places: Places, identity: Identity, decision: Decision) -> int:
    """Let the person be taken in again with the next file; returns 0 when she was not blocked."""
    with open_register(places) as store:
        return store.persons.unblock(_pseudonyms(store, places, identity), decision)


def _pseudonyms(store: Store, places: Places, identity: Identity) -> frozenset[str]:
    key = PseudonymKey.from_environment_or_file(places.store)
    store.keys.check_both(key.key_id)
    return store.persons.all_of(pseudonyms_of(key, identity.kind, identity.number, identity.municipality, identity.local_id))


def _clean_receipts(places: Places, ids: LocalIds) -> None:
    """Take lines that name her local ids out of receipts; counts stay."""
    for sender, hers in ids.items():
        for file in sorted((places.receipts / sender).glob("*.json")):
            content = json.loads(file.read_bytes())
            samples = [f["sample"] for f in content.get("findings", ()) if any(row["record"] in hers for row in f["sample"])]
            for sample in samples:
                sample[:] = [row for row in sample if row["record"] not in hers]
            if samples:
                replace_receipt(file.with_suffix(".html"), Report(sender, "receipt", content))
