"""Small files that keep something: keys, the mark of a store, an edition's seals. A wrong one is told of, never half believed."""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from omsorgstall.core import ErrorFamily
from omsorgstall.intake import PseudonymKey
from omsorgstall.register.keys import MasterKey
from omsorgstall.register.mark import mark_of
from omsorgstall.releases import ReleaseStore
from omsorgstall.releases.files import read_sealed, seal
from tests.fuzz.changing import change_words
from tests.fuzz.reader import Reader, as_file, refusing, scratch
from tests.fuzz.statbank import small_table


def read_keys(data: bytes) -> None:
    """A key file gives the key that its digits say, or says that it is none and shows nothing of it."""
    path = as_file(data, "key")
    for kind in (PseudonymKey, MasterKey):
        with refusing(ErrorFamily.ENVIRONMENT) as refused:
            key = kind.of_file(path)
        if refused:
            shown = data.decode("latin-1").strip()
            assert len(shown) < 16 or shown not in str(refused.error)
            continue
        digits = "".join(data.decode("ascii").split()).lower()
        assert len(digits) % 64 == 0
        assert kind(bytes.fromhex(digits)).key_id == key.key_id
        assert digits not in repr(key)


def read_mark(data: bytes) -> None:
    """A mark gives the identity it holds, or says that it is none of ours."""
    with refusing(ErrorFamily.STORE) as refused:
        identity = mark_of(as_file(data, "store.json"))
    if not refused:
        assert identity == json.loads(data)["identity"]


def read_edition(data: bytes) -> None:
    """The first byte chooses a file of an edition that is put in another's place: only the very same file is believed."""
    names = ("OT9.parquet", "seal.json", "reports.json", "current.json")
    store = _edition()
    path = (
        store.path / names[-1]
        if (place := (data[0] if data else 0) % len(names)) == len(names) - 1
        else store.path / "editions" / "e1" / names[place]
    )
    before, content = _files()[names[place]], data[1:]
    path.write_bytes(content)
    try:
        with refusing(ErrorFamily.STORE, ErrorFamily.NOT_FOUND) as refused:
            table = store.current("OT9")
            store.reports("e1")
            read_sealed(path, seal(before))
        assert refused or (content == before and table.model == small_table().model)
    finally:
        path.write_bytes(before)


@cache
def _edition() -> ReleaseStore:
    store = ReleaseStore(scratch() / "releases")
    store.publish("e1", [small_table()], {"loss": 1})
    return store


@cache
def _files() -> dict[str, bytes]:
    folder = _edition().path
    inside = {f.name: f.read_bytes() for f in (folder / "editions" / "e1").iterdir()}
    return inside | {"current.json": (folder / "current.json").read_bytes()}


def key_seeds() -> dict[str, bytes]:
    """Keys, with layers and line ends, and what is none."""
    digits = bytes(range(32)).hex().encode()
    return {
        "key": digits + b"\n",
        "layers": digits + b" " + digits[::-1],
        "upper-case": digits.upper(),
        "short": digits[:-2],
        "odd": digits[:-1],
        "nothing": b"",
        "not-ascii": digits[:-2] + "é".encode(),
        "spaces-within": digits[:10] + b" " + digits[10:],
        "locked": b"locked:" + digits,
        "not-hexadecimal": b"g" * 64,
        "byte-order-mark": b"\xef\xbb\xbf" + digits,
    }


def mark_seeds() -> dict[str, bytes]:
    """Marks of today, of tomorrow, and none."""
    return {
        "mark": b'{"format": 1, "identity": "abc"}',
        "newer": b'{"format": 2, "identity": "abc"}',
        "list": b"[]",
        "number": b"1",
        "no-identity": b'{"format": 1}',
        "text-format": b'{"format": "1", "identity": "a"}',
        "cut-off": b'{"format": 1, "ide',
        "nothing": b"",
        "latin-1": b'{"format": 1, "identity": "\xe5"}',
        "deep": b"[" * 2000,
        "true": b'{"format": true, "identity": 1}',
        "nan": b'{"format": NaN, "identity": ""}',
    }


def edition_seeds() -> dict[str, bytes]:
    """Every file of an edition in every place."""
    found = {f"{n}-{name.partition('.')[0]}": bytes([n]) + c for n in range(4) for name, c in _files().items()}
    return found | {
        "3-list": b"\x03[]",
        "3-other": b'\x03{"tables": 1, "editions": []}',
        "3-cut-off": b'\x03{"tables"',
        "3-nothing": b"\x03",
    }


WORDS = (
    *[
        r"{",
        r"}",
        r"[",
        r"]",
        r'"',
        r":",
        r",",
        r"format",
        r"identity",
        r"tables",
        r"editions",
        r"OT9",
        r"e1",
        r"null",
        r"true",
        r"1",
        r"-1",
        r"1e999",
        r"locked:",
        r"00",
        r"ff",
        r"seal.json",
        r"OT9.parquet",
        r"NaN",
    ],
    " ",
    "\n",
    "\\u0000",
    "\\ud800",
)


def words() -> Sequence[str]:
    """Words of these files."""
    return WORDS


KEYS = Reader(
    "keys", ("omsorgstall.intake.pseudonyms", "omsorgstall.register.keys"), read_keys, key_seeds, change_words(WORDS), words, 300
)
MARK = replace(KEYS, name="store-mark", modules=("omsorgstall.register.mark",), read=read_mark, seeds=mark_seeds)
EDITION = Reader(
    "edition",
    ("omsorgstall.releases.store", "omsorgstall.releases.files"),
    read_edition,
    edition_seeds,
    change_words(WORDS),
    words,
    20_000,
)
