"""What can be stated of a dwelling (bolig) or place: the fields that definitions of round-the-clock care look at."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from omsorgstall.codes._load import read_yaml
from omsorgstall.core import Text

FieldKind = Literal["flag", "number", "code"]


@dataclass(frozen=True, slots=True)
class DwellingField:
    """One field of a dwelling file (boligfil).

    Attributes:
        kind: ``flag`` (yes or no), ``number`` (whole, zero or more) or ``code`` (one of ``values``).
    """

    id: str
    kind: FieldKind
    name: Text
    values: tuple[str, ...] = ()


@cache
def dwelling_fields() -> dict[str, DwellingField]:
    """Every field by id, in the order of the list."""
    items = read_yaml("dwelling_fields")["items"]
    return {i["id"]: DwellingField(i["id"], i["kind"], Text.of(i["name"]), tuple(i.get("values", ()))) for i in items}
