"""The head of a submission: what a sender says of the whole is judged, and what cannot be used is left out."""

from dataclasses import replace
from typing import Any

from omsorgstall.codes import code_list
from omsorgstall.formats.batch import BatchHeader
from omsorgstall.formats.batch.layout import description as batch_layout
from omsorgstall.formats.events import Contact, EventHeader
from omsorgstall.formats.events.layout import description as message_layout
from omsorgstall.intake.findings import FindingLog
from omsorgstall.intake.rule import rules

TOO_LONG, UNKNOWN_CONTACT = "N03", "N06"
UNKNOWN = -1


def batch_head(header: BatchHeader, log: FindingLog) -> BatchHeader:
    """The head of an annual batch without texts that are too long (N03)."""
    names = batch_layout()["header"]
    return replace(header, **_emptied(header, {f: names[f] for f in ("vendor", "system", "system_version")}, log))


def message_head(header: EventHeader, log: FindingLog) -> EventHeader:
    """The head of an event message without texts that are too long (N03), unknown contact types as −1 (N06)."""
    names = message_layout()["header"]
    texts = {f: names[f] for f in ("vendor", "system", "system_version", "export_version")}
    contacts = tuple(_contact(c, log) for c in header.contacts)
    return replace(header, contacts=contacts, **_emptied(header, texts, log))


def _contact(contact: Contact, log: FindingLog) -> Contact:
    names = message_layout()["contact"]
    kind = contact.kind if contact.kind in {c.value for c in code_list("contact_types").codes} else UNKNOWN
    if kind == UNKNOWN:
        log.add_submission(UNKNOWN_CONTACT, names["kind"])
    return replace(contact, kind=kind, **_emptied(contact, {"name": names["name"]}, log))


def _emptied(head: BatchHeader | EventHeader | Contact, texts: dict[str, str], log: FindingLog) -> dict[str, Any]:
    """Texts that are too long as empty ones, by field.

    Args:
        texts: name in files of each field.
    """
    long = [f for f in texts if len(getattr(head, f)) > rules()[TOO_LONG].limits["longest"]]
    for field in long:
        log.add_submission(TOO_LONG, texts[field])
    return dict.fromkeys(long, "")
