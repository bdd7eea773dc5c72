"""Identity numbers where they do not belong: local ids that hold one are rewritten before anything is stored."""

import re

import pyarrow as pa
import pyarrow.compute as pc

from omsorgstall.intake.identity import identity_facts
from omsorgstall.intake.pseudonyms import PseudonymKey

_RUN = re.compile(r"(?<!\d)\d{11}(?!\d)|\d{6}[ -]\d{5}(?!\d)", re.ASCII)
_NUMBER = re.compile(r"\d{11}", re.ASCII)
_MAYBE = r"\d{11}|\d{6}[ -]\d{5}"


def masked(ids: pa.Array, own: pa.Array, key: PseudonymKey) -> tuple[pa.Array, pa.Array]:
    """Local ids without identity numbers.

    Args:
        ids: local ids.
        own: the identity number of the row's person, whatever its kind.

    Returns:
        The ids, and which of them were rewritten. The same number always becomes the same code, so ids stay unique.
    """
    maybe = pc.or_(pc.match_substring_regex(ids, _MAYBE), _holds_own(ids, own))
    maybe = pc.fill_null(maybe, False)
    if not pc.any(maybe).as_py():
        return ids, maybe
    rewritten = [_rewritten(i, n, key) for i, n in zip(ids.filter(maybe).to_pylist(), own.filter(maybe).to_pylist(), strict=True)]
    result = pc.replace_with_mask(ids, maybe, pa.array(rewritten, pa.string()))
    return result, pc.fill_null(pc.not_equal(result, ids), False)


def _holds_own(ids: pa.Array, own: pa.Array) -> pa.Array:
    # Whole equality finds other kinds of number (passport, DUF); digits inside longer ids are found by their form.
    return pc.equal(ids, own)


def _rewritten(text: str, own: str | None, key: PseudonymKey) -> str:
    if text == own:
        return _code(text, key)
    if own is not None and _NUMBER.fullmatch(own):
        # The number of the row's own person hides in a longer run of digits too, as in one with a serial number behind it.
        text = text.replace(own, _code(own, key))
    return _RUN.sub(lambda found: _judged(found.group(), own, key), text)


def _judged(run: str, own: str | None, key: PseudonymKey) -> str:
    number = re.sub(r"\D", "", run)
    is_identity = number == own or bool(identity_facts(pa.array([number])).valid[0])
    return _code(number, key) if is_identity else run


def _code(number: str, key: PseudonymKey) -> str:
    return "x" + key.pseudonym(0, number)[:11]
