"""What the register holds of one person, for her: as a page that stands alone and as JSON."""

from collections.abc import Mapping

import orjson

from omsorgstall.access import Grant
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.publish.pages.render import rendered
from omsorgstall.publish.wording import words
from omsorgstall.tables import Report

KIND = "person"


def person_html(report: Report, grant: Grant, language: str = "nb") -> str:
    """The document as one HTML file that needs nothing else.

    Args:
        grant: leave to show it, from a scope of the whole country.

    Raises:
        OmsorgstallError: (family ACCESS) when the grant is for something else.
    """
    content = _granted(report, grant)

    def say(key: str, **values: object) -> str:
        return words(key, language, **values)

    return rendered("person.html", report=content, language=language, say=say)


def person_json(report: Report, grant: Grant) -> bytes:
    """The document as JSON.

    Raises:
        OmsorgstallError: as ``person_html``.
    """
    return orjson.dumps(_granted(report, grant), option=orjson.OPT_INDENT_2)


def _granted(report: Report, grant: Grant) -> Mapping[str, object]:
    if report.kind != KIND or not grant.covers(report.owner):
        what = "What the register holds of a person is for her alone."
        raise OmsorgstallError(ErrorFamily.ACCESS, "not-for-the-person", what, todo="Make it again with omsorgstall person show.")
    return report.content
