"""Identity numbers where they do not belong: local ids that hold one are rewritten before anything is stored."""

import re
from collections.abc import Sequence
from itertools import compress

import pyarrow as pa
import pyarrow.compute as pc

from omsorgstall.intake.identity import identity_facts
from omsorgstall.intake.pseudonyms import PseudonymKey

_RUN = re.compile(r"(?<!\d)\d{11}(?!\d)|\d{6}[ -]\d{5}(?!\d)", re.ASCII)
_NUMBER = re.compile(r"\d{11}", re.ASCII)
_MASK = re.compile("x~([A-Za-z0-9_-]{22})~", re.ASCII)
"""What stands for a number. A sender's id that looks like it is masked as a whole, so what looks like a mask is one."""
_MAYBE = r"\d{11}|\d{6}[ -]\d{5}|x~[A-Za-z0-9_-]{22}~"


def masked(ids: pa.Array, own: pa.Array, key: PseudonymKey) -> tuple[pa.Array, pa.Array]:
    """Local ids without identity numbers.

    Args:
        ids: local ids.
        own: the identity number of the row's person, whatever its kind.

    Returns:
        The ids, and which of them were rewritten. The same number always becomes the same code, so ids stay unique.
    """
    # A row without a number of its own may hold somebody's all the same.
    maybe = pc.or_(pc.match_substring_regex(ids, _MAYBE), pc.fill_null(_holds_own(ids, own), False))
    maybe = pc.fill_null(maybe, False)
    if not pc.any(maybe).as_py():
        return ids, maybe
    texts = ids.filter(maybe).to_pylist()
    numbers = _identity_numbers(texts)
    rewritten = [_rewritten(i, n, numbers, key) for i, n in zip(texts, own.filter(maybe).to_pylist(), strict=True)]
    result = pc.replace_with_mask(ids, maybe, pa.array(rewritten, pa.string()))
    return result, pc.fill_null(pc.not_equal(result, ids), False)


def _holds_own(ids: pa.Array, own: pa.Array) -> pa.Array:
    # Whole equality finds other kinds of number (passport, DUF); digits inside longer ids are found by their form.
    return pc.equal(ids, own)


def _identity_numbers(texts: Sequence[str]) -> frozenset[str]:
    """The numbers in texts that can be identity numbers."""
    found = sorted({_digits(run) for text in texts for run in _RUN.findall(text)})
    return frozenset(compress(found, identity_facts(pa.array(found, pa.string())).valid))


def _rewritten(text: str, own: str | None, numbers: frozenset[str], key: PseudonymKey) -> str:
    if text == own or _MASK.search(text):
        return _code(text, key)
    for run in _RUN.findall(text):
        if (number := _digits(run)) == own or number in numbers:
            text = text.replace(run, _code(number, key))
    if own is not None and _NUMBER.fullmatch(own):
        # The number of the row's own person hides in a longer run of digits too, as in one with a serial number behind it.
        text = text.replace(own, _code(own, key))
    return text


def _digits(run: str) -> str:
    return re.sub(r"\D", "", run)


def _code(number: str, key: PseudonymKey) -> str:
    return f"x~{key.pseudonym(0, number)}~"


def masked_anew(ids: pa.Array, key: PseudonymKey) -> pa.Array:
    """Local ids whose masks are those of the key's topmost layer; they hold masks of the layer below.

    What is sent from then on is masked by the whole key, so a later notification still finds its record.
    """
    concerned = pc.fill_null(pc.match_substring_regex(ids, _MASK.pattern), False)
    if not pc.any(concerned).as_py():
        return ids
    texts = [_MASK.sub(lambda mask: f"x~{key.raised([mask[1]])[0]}~", text) for text in ids.filter(concerned).to_pylist()]
    return pc.replace_with_mask(ids, concerned, pa.array(texts, pa.string()))
