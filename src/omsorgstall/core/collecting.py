"""Work that makes millions of short-lived records: Python's search for reference cycles is put off until it is done."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Put off the collection of cycles; what nothing refers to is freed at once all the same.

    Records read from files hold no cycles, but each ten thousandth of them would start a search through all of them.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
