"""A scope says whose rows may be read, by whom and why; a grant says that one owner's figures may be shown."""

from dataclasses import dataclass
from typing import Self

from omsorgstall.core import ErrorFamily, MunicipalityNumber, OmsorgstallError


@dataclass(frozen=True, slots=True)
class Scope:
    """The municipalities whose rows may be read. None is the whole country; no scope at all reads nothing.

    Attributes:
        municipalities: numbers within today's borders.
        purpose: why they are read, kept in the audit log.
        who: the person or process that reads, kept in the audit log.

    Raises:
        ValueError: for an empty set, a wrong number, or when purpose or reader is missing.
    """

    municipalities: frozenset[str] | None
    purpose: str
    who: str

    def __post_init__(self) -> None:
        """A scope without a purpose or a reader is refused."""
        if not self.purpose.strip() or not self.who.strip():
            raise ValueError("A scope states its purpose and who reads.")
        if self.municipalities is not None and not self.municipalities:
            raise ValueError("A scope holds at least one municipality, or the whole country.")
        for number in self.municipalities or ():
            MunicipalityNumber(number)

    @classmethod
    def national(cls, purpose: str, who: str) -> Self:
        """The whole country, for national statistics."""
        return cls(None, purpose, who)

    @classmethod
    def owner(cls, municipality: str, purpose: str, who: str) -> Self:
        """One municipality's own rows."""
        return cls(frozenset({municipality}), purpose, who)

    def allows(self, municipality: str) -> bool:
        """Whether rows of the municipality lie within the scope."""
        return self.municipalities is None or municipality in self.municipalities


@dataclass(frozen=True, slots=True)
class Grant:
    """Leave to show an owner's own figures and reports. It cannot be made outside the scope it rests on.

    Attributes:
        owner: the municipality whose figures are shown.
        scope: the scope the grant rests on.

    Raises:
        OmsorgstallError: (family ACCESS) when the owner lies outside the scope.
    """

    owner: str
    scope: Scope

    def __post_init__(self) -> None:
        """Deny unless the scope names the owner."""
        if not self.scope.allows(self.owner):
            raise OmsorgstallError(
                ErrorFamily.ACCESS,
                "outside-scope",
                f"{self.scope.who} has no access to the figures of municipality {self.owner}.",
                todo="Ask the owner for access, or open your own municipality.",
            )

    def covers(self, owner: str) -> bool:
        """Whether it is a grant for this owner."""
        return self.owner == owner
