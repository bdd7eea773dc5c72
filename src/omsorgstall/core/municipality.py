"""The municipality number (kommunenummer): four digits, always a string, never a number."""

import re

_FOUR_DIGITS = re.compile(r"[0-9]{4}")


class MunicipalityNumber(str):
    """A four-digit municipality number; construction checks the form, ``codes`` checks the existence.

    Raises:
        ValueError: when the text is not four digits.
    """

    __slots__ = ()

    def __new__(cls, value: str) -> "MunicipalityNumber":
        """Check the form and keep the text."""
        if not _FOUR_DIGITS.fullmatch(value):
            raise ValueError(f"A municipality number (kommunenummer) has four digits, not {value!r}.")
        return super().__new__(cls, value)
