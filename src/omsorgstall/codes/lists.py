"""Code lists of single fields (verdisett): the values a field may have, each valid in time, with their names."""

from dataclasses import dataclass
from functools import cache

from omsorgstall.codes._load import read_yaml
from omsorgstall.core import Text


@dataclass(frozen=True, slots=True)
class Code:
    """One value of a list.

    Attributes:
        value: as it stands in files; a whole number or a text.
        valid_from: first data year, None when no date is known.
        valid_to: last data year, None when still valid.
    """

    value: int | str
    name: Text
    valid_from: int | None
    valid_to: int | None


@dataclass(frozen=True, slots=True)
class CodeList:
    """The values of a field.

    Attributes:
        system: number of the national code system; empty when there is none.
        source: where the list was read.
        assumed: what about it is ASSUMED; empty when nothing is.
    """

    id: str
    version: str
    system: str
    source: str
    assumed: str
    codes: tuple[Code, ...]

    def valid_in(self, year: int) -> frozenset[int | str]:
        """The values a data year may use."""
        return frozenset(c.value for c in self.codes if (c.valid_from or year) <= year <= (c.valid_to or year))


@cache
def code_list(name: str) -> CodeList:
    """The list in ``data/<name>.yaml``.

    Raises:
        FileNotFoundError: when there is none of that name.
    """
    data = read_yaml(name)
    codes = tuple(Code(i["code"], Text.of(i["name"]), i["valid_from"], i["valid_to"]) for i in data["items"])
    return CodeList(data["id"], data["version"], data.get("code_system", ""), data["source"], data["assumed"], codes)
