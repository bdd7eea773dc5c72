"""Texts in the three languages of the service: bokmål, nynorsk and English."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """The same text in bokmål, nynorsk and English; all three are required."""

    nb: str
    nn: str
    en: str

    @classmethod
    def of(cls, data: Mapping[str, str]) -> "Text":
        """Build from a mapping with the keys ``nb``, ``nn`` and ``en``.

        Raises:
            KeyError: when a language is missing.
        """
        return cls(data["nb"], data["nn"], data["en"])

    @classmethod
    def same(cls, text: str) -> "Text":
        """A text that is the same in every language, such as a proper name or a year."""
        return cls(text, text, text)

    def in_language(self, language: str) -> str:
        """The text in ``nb``, ``nn`` or ``en``."""
        return {"nb": self.nb, "nn": self.nn, "en": self.en}[language]
