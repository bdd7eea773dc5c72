"""How reports write texts and figures as plain data."""

from collections.abc import Mapping

from omsorgstall.codes import service_types
from omsorgstall.core import Text

Texts = Mapping[str, str]


def texts(text: Text) -> Texts:
    """A text as data."""
    return {"nb": text.nb, "nn": text.nn, "en": text.en}


def service_texts(code: int) -> Texts:
    """The name of a service type, or of all of them together."""
    return texts(Text("Alle tjenester", "Alle tenester", "All services") if not code else service_types()[code].name)


def rounded(value: float, places: int = 1) -> float:
    """A figure of an estimate; never a negative zero."""
    return round(value, places) + 0.0
