"""Key figures as a page that stands alone: own ones beside the published, year by year, and what each is."""

from omsorgstall.access import Grant
from omsorgstall.publish.key_figures.layout import KeyFigures, facts, granted, reading
from omsorgstall.publish.pages.render import rendered
from omsorgstall.publish.wording import words


def key_figures_html(found: KeyFigures, grant: Grant, language: str = "nb") -> str:
    """The key figures as one HTML file, without scripts or addresses outside itself.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    return rendered(
        "key_figures.html",
        language=language,
        title=words("kf_title", language, name=granted(found, grant).name),
        found=found,
        reading=reading(found, language),
        regions=[(found.own.owner, found.name), *((m.code, m.label.in_language(language)) for m in found.beside)],
        facts=list(facts(found, language)),
        say=lambda key, **values: words(key, language, **values),
    )
