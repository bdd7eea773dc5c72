"""Changes of method: what changed, from which edition, and which tables it touches.

Every edition counts every year anew by the method of the day, so the back series follows by itself. What readers need is to be
told, on every table the change touches; ``changes.yaml`` says it once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from omsorgstall.core import Text, parse_yaml

_NOTE = Text(
    "Metoden er endret fra og med {}: {} Tidligere år er beregnet på nytt på samme måte.",
    "Metoden er endra frå og med {}: {} Tidlegare år er rekna på nytt på same måten.",
    "The method changed from {}: {} Earlier years are counted anew in the same way.",
)


@dataclass(frozen=True, slots=True)
class MethodChange:
    """One change that moves figures.

    Attributes:
        edition: the first edition made by the new method, such as ``2027``.
        what: a sentence for readers.
        families: measures it touches; ``dimensions`` likewise. A table with any of them is touched.
    """

    id: str
    edition: str
    what: Text
    families: frozenset[str] = frozenset()
    dimensions: frozenset[str] = frozenset()

    def touches(self, families: Iterable[str], dimensions: Iterable[str]) -> bool:
        """Whether a table with these measures and dimensions is touched."""
        return not (self.families.isdisjoint(families) and self.dimensions.isdisjoint(dimensions))

    def note(self) -> Text:
        """The footnote of every table it touches."""
        return Text(*(_NOTE.in_language(n).format(self.edition, self.what.in_language(n)) for n in ("nb", "nn", "en")))


@cache
def method_changes() -> tuple[MethodChange, ...]:
    """Every change, the oldest first."""
    items = parse_yaml((files("omsorgstall.statistics") / "changes.yaml").read_text(encoding="utf-8"))["changes"]
    return tuple(
        MethodChange(
            id=item["id"],
            edition=str(item["edition"]),
            what=Text.of(item["what"]),
            families=frozenset(item.get("families", ())),
            dimensions=frozenset(item.get("dimensions", ())),
        )
        for item in items
    )
