"""Languages of the StatBank interface: ``no`` is bokmål there, as in Statistics Norway's."""

from omsorgstall.publish.pxweb.problems import LANGUAGE, refused
from omsorgstall.publish.wording import words

DEFAULT = "no"
LANGUAGES = {"no": "nb", "nn": "nn", "en": "en"}
"""Language id of the interface to language of our texts."""


def language_of(requested: str | None) -> str:
    """The language id asked for, whatever the case; ``nb`` is another name of ``no``.

    Raises:
        ProblemError: for a language that is not offered.
    """
    wanted = (requested or DEFAULT).strip().lower() or DEFAULT
    wanted = "no" if wanted == "nb" else wanted
    if wanted not in LANGUAGES:
        raise refused(LANGUAGE, f"Offered languages: {', '.join(LANGUAGES)}.")
    return wanted


def language_list() -> list[dict[str, str]]:
    """Languages as the configuration lists them."""
    return [{"id": i, "label": words("language_name", text)} for i, text in LANGUAGES.items()]
