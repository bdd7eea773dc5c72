"""Every fuzzed reader by name."""

from tests.fuzz import (
    batch_csv,
    batch_xml,
    dwelling_files,
    edit_files,
    event_messages,
    forms,
    identity_change_files,
    intake,
    keeping,
    parts,
    statbank,
    unit_files,
    values,
)
from tests.fuzz.reader import CORPUS, Reader

__all__ = ["CORPUS", "readers"]


def readers() -> dict[str, Reader]:
    """The readers, in the order of the way of a file through the program."""
    found = (
        forms.READER,
        batch_csv.OPENING,
        parts.BLOCKS,
        parts.HEADERS,
        batch_xml.READER,
        batch_csv.READER,
        event_messages.READER,
        event_messages.INTAKE,
        edit_files.READER,
        identity_change_files.READER,
        unit_files.READER,
        dwelling_files.READER,
        values.VALUE_READER,
        values.ID_READER,
        intake.ROWS,
        intake.WHOLE,
        keeping.KEYS,
        keeping.MARK,
        keeping.EDITION,
        statbank.DATA_ADDRESS,
        statbank.DATA_BODY,
        statbank.LISTS,
    )
    return {reader.name: reader for reader in found}
