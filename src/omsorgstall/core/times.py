"""Dates and periods in words, as readers write them."""

from datetime import date

from babel.dates import format_date

_LOCALES = {"nb": "nb", "nn": "nn", "en": "en_GB"}
_TO = {"nb": "til", "nn": "til", "en": "to"}


def time_in_words(code: str, language: str) -> str:
    """A date such as ``31. desember 2022``, or a period such as ``1. januar 2022 til 31. desember 2022``.

    Args:
        code: in ISO 8601: ``2022-12-31`` or ``2022-01-01/2022-12-31``.
    """
    days = [format_date(date.fromisoformat(part), "long", locale=_LOCALES[language]) for part in code.split("/")]
    return f" {_TO[language]} ".join(days)
