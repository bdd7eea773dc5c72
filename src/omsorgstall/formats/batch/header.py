"""The head of an annual batch: who sends it, for which year, from which system."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from omsorgstall.core import MunicipalityNumber
from omsorgstall.formats.batch.layout import description
from omsorgstall.formats.faults import rejected

_YEAR = re.compile("(19|2[0-9])[0-9]{2}")
_ID_LENGTH = 100
"""Longest id of a submission that is kept. The other texts are judged by intake (N03)."""


@dataclass(frozen=True, slots=True)
class BatchHeader:
    """What a sender says about the whole submission.

    Attributes:
        municipality: number valid in the data year.
        extracted_at: when the record system was read.
        message_id: the sender's id of the submission.
    """

    municipality: MunicipalityNumber
    data_year: int
    extracted_at: datetime
    vendor: str
    system: str
    system_version: str
    message_id: str

    def attributes(self) -> dict[str, str]:
        """The header as attributes of the root element, version first."""
        values = {
            "version": description()["version"],
            "municipality": str(self.municipality),
            "data_year": str(self.data_year),
            "extracted_at": self.extracted_at.isoformat(timespec="seconds"),
            "vendor": self.vendor,
            "system": self.system,
            "system_version": self.system_version,
            "message_id": self.message_id,
        }
        return {description()["header"][key]: value for key, value in values.items()}


def parse_header(attributes: Mapping[str, str], where: str) -> BatchHeader:
    """The header from the root element or the header file.

    Raises:
        OmsorgstallError: INPUT_REJECTED with ``wrong-version`` or ``bad-header``.
    """
    names = description()["header"]
    found = {key: attributes.get(attribute) or "" for key, attribute in names.items()}
    if found["version"] != description()["version"]:
        expected = description()["version"]
        raise rejected("wrong-version", f"The file does not say it has version {expected} of the layout.", where)
    try:
        return _header(found)
    except ValueError:
        wanted = ", ".join(names[k] for k in ("municipality", "data_year", "extracted_at"))
        raise rejected("bad-header", f"The head of the file lacks a valid {wanted}.", where) from None


def _header(found: Mapping[str, str]) -> BatchHeader:
    return BatchHeader(
        MunicipalityNumber(found["municipality"]),
        _year(found["data_year"]),
        datetime.fromisoformat(found["extracted_at"]),
        found["vendor"],
        found["system"],
        found["system_version"],
        found["message_id"][:_ID_LENGTH],
    )


def _year(text: str) -> int:
    if not _YEAR.fullmatch(text):
        raise ValueError("A year has four digits and lies in 1900 to 2999.")
    return int(text)
