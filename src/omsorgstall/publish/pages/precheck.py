"""The page that checks a file before it is sent: the form, and what intake would say."""

from collections.abc import Mapping

from omsorgstall.publish.pages.render import Page

PRECHECK_ADDRESS = "/forhandskontroll"
LANGUAGES: Mapping[str, str] = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}
"""The languages of the page by their own names."""


def precheck_page(page: Page, megabytes: int, *, report: Mapping[str, object] | None = None, refusal: str = "") -> str:
    """The form, below what was found in a file or why none was received.

    Args:
        megabytes: the largest file.
        report: content of the receipt the file would get (``receipts.receipt_content``).
        refusal: why no file was received, in the page's language.
    """
    return page.html(
        "precheck.html",
        report=report,
        refusal=refusal,
        megabytes=megabytes,
        say=page.say,
        address=PRECHECK_ADDRESS,
        languages=LANGUAGES,
    )
