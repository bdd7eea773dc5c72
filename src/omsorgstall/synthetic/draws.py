"""Random draws that depend on nothing but the seed, who is drawn for, and what is drawn.

A draw is a hash (SplitMix64) of a key and the name of the draw, not the next number of a stream. So a person's history is
the same whichever municipalities, years or processes are asked for, and a changed parameter moves only what it concerns.
"""

import zlib
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_UNIT = 2.0**-53
_HALF = 2.0**-54


def mix(keys: Keys) -> Keys:
    """The SplitMix64 finaliser: neighbouring keys become unrelated ones."""
    x = keys + _GOLDEN
    x ^= x >> _S30
    x *= _FIRST
    x ^= x >> _S27
    x *= _SECOND
    x ^= x >> _S31
    return x


@cache
def _stream(name: str) -> np.uint64:
    found: np.uint64 = mix(np.array([zlib.crc32(name.encode())], dtype=np.uint64))[0]
    return found


def keyed(keys: Keys, number: Ints | int) -> Keys:
    """Keys for the numbered things that belong to each key, such as the third stay of a person."""
    return mix(keys ^ mix(np.atleast_1d(np.asarray(number)).astype(np.uint64)))


def root_key(seed: int, *parts: int) -> Keys:
    """One key from the seed and whole numbers, as an array of one."""
    key = mix(np.array([seed], dtype=np.uint64))
    for part in parts:
        key = keyed(key, part)
    return key


def uniform(keys: Keys, name: str) -> Floats:
    """A number strictly between 0 and 1 for each key."""
    bits = mix(keys ^ _stream(name)) >> _S11
    return bits.astype(np.float64) * _UNIT + _HALF


def normal(keys: Keys, name: str) -> Floats:
    """A standard normal number for each key."""
    found: Floats = ndtri(uniform(keys, name))
    return found


def exponential(keys: Keys, name: str, mean: Floats | float = 1.0) -> Floats:
    """An exponential number with this mean for each key."""
    found: Floats = -np.log(uniform(keys, name)) * mean
    return found


def lognormal(keys: Keys, name: str, median: Floats | float, sigma: Floats | float) -> Floats:
    """A log-normal number with this median for each key."""
    found: Floats = median * np.exp(sigma * normal(keys, name))
    return found


def whole(keys: Keys, name: str, below: Ints | int) -> Ints:
    """A whole number from 0 up to, not including, ``below``."""
    return (uniform(keys, name) * below).astype(np.int64)


def poisson_small(keys: Keys, name: str, mean: Floats, most: int = 12) -> Ints:
    """A Poisson number for each key, at most ``most``; by inversion, for small means."""
    u = uniform(keys, name)
    term = np.exp(-mean)
    total = term.copy()
    count = np.zeros(len(keys), dtype=np.int64)
    for n in range(1, most + 1):
        count += u > total
        term *= mean / n
        total += term
    return count


def counted(counts: Ints) -> Ints:
    """0, 1, 2 … within each of the groups with these counts."""
    ends = np.cumsum(counts)
    found: Ints = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
    return found
