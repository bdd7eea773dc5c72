"""Numbers as Norwegian official statistics write them: half-up rounding, space for thousands, decimal comma."""

from decimal import ROUND_HALF_UP, Decimal

THOUSANDS_SEPARATOR = "\u00a0"


def round_half_up(value: float, decimals: int = 0) -> float:
    """Round half away from zero, as Statistics Norway does (1.25 -> 1.3, -1.25 -> -1.3)."""
    return float(_rounded(value, decimals))


def _rounded(value: float, decimals: int) -> Decimal:
    # The shortest text of a float is the number that was meant: 2.675, not the binary one just below it.
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def format_number(value: float, decimals: int = 0, language: str = "nb") -> str:
    """Write a number for readers: ``1 234 567,8`` in Norwegian, ``1,234,567.8`` in English."""
    english = f"{_rounded(value, decimals):,.{decimals}f}"
    if language == "en":
        return english
    return english.replace(",", THOUSANDS_SEPARATOR).replace(".", ",")
