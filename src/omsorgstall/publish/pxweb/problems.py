"""Errors of the StatBank interface. Titles are those of the reference server, byte for byte, misspellings included."""

import orjson

from omsorgstall.core import ErrorFamily, OmsorgstallError

TYPE = "Parameter error"
TABLE = "Non-existent table"
PAGE = "Non-existent page"
VARIABLE = "Non-existent variable"
CODELIST = "Non-existent codelist"
VALUE = "Non-existent value"
MISSING = "Missing selection for mandantory variable"
EXPRESSION = "Illegal selection expression"
CELLS = "Too many cells selected"
FORMAT = "Unsupported output format"
LANGUAGE = "Unsupported language"
CALLS = "Too many requests"
PARAMETER = "Illegal parameter"


class ProblemError(OmsorgstallError):
    """A refused request.

    Args:
        status: the HTTP status.
        title: one of the titles above; clients compare it.
        detail: which variable or code, and what to do.
        retry_after: seconds to wait, for too many requests.
    """

    def __init__(self, status: int, title: str, detail: str = "", retry_after: int | None = None) -> None:
        self.status = status
        self.title = title
        self.detail = detail
        self.retry_after = retry_after
        family = ErrorFamily.NOT_FOUND if status == 404 else ErrorFamily.USAGE
        super().__init__(family, title.lower().replace(" ", "-"), f"{title}. {detail}".strip())

    def body(self) -> dict[str, object]:
        """The problem object; a detail that is empty is left out."""
        body: dict[str, object] = {"type": TYPE, "title": self.title, "status": self.status}
        return body | ({"detail": self.detail} if self.detail else {})

    def json(self) -> bytes:
        """The problem object as it is sent."""
        return orjson.dumps(self.body())


def refused(title: str, detail: str = "") -> ProblemError:
    """A faulty request (400)."""
    return ProblemError(400, title, detail)


def not_found(title: str, detail: str = "") -> ProblemError:
    """An address that does not exist (404)."""
    return ProblemError(404, title, detail)
