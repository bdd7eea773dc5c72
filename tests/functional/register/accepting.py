"""A process that accepts submissions until it is killed. Says each id on its own line once it is accepted.

Run as ``python -m tests.functional.register.accepting <store> <name>``.
"""

import itertools
import sys
from pathlib import Path

import pyarrow as pa

from omsorgstall.register import Store, register_schemas
from tests.deliveries import annual

ROWS = 2_000


def tables(name):
    """Two tables in several chunks, so that a kill hits many different moments of writing."""
    for chunk in range(3):
        keys = {"municipality": "4204", "reported_municipality": "4204", "data_year": 2023, "pseudonym": "p"}
        person = [{**keys, "line": n, "local_person_id": f"{name}-{chunk}-{n}"} for n in range(ROWS // 3)]
        service = [{**keys, "line": n, "service_id": f"{name}-{chunk}-{n}"} for n in range(ROWS // 3)]
        chunks = {"person": person, "service": service}
        yield {t: pa.Table.from_pylist(r, register_schemas()[t].arrow()) for t, r in chunks.items()}


def main(path, name):
    """Accept one submission after another, for ever."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for number in itertools.count():
        with Store.open(Path(path), create=True) as store:
            accepted = store.accept(annual(f"{name} {number}", tables=tables(f"{name}-{number}")))
        sys.stdout.write(f"{accepted.id}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
