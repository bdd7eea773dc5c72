"""A process that accepts submissions until it is killed, and sends each id once it is accepted."""

import itertools
import time

import pyarrow as pa
import sqlalchemy as sa

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


# Loaded by the process that writers are forked from: building the first table in Python is slow.
WARM = [list(tables("warm")), annual("warm")]


def accept_for_ever(path, catalogue_url, name, said):
    """Open, accept, say so, and begin again."""
    said.send("ready")
    for number in itertools.count():
        with Store.open(path, catalogue_url=catalogue_url) as store:
            accepted = store.accept(annual(f"{name} {number}", tables=tables(f"{name}-{number}")))
        said.send(accepted.id)


def stop_before_commit(path, catalogue_url, name, said):
    """Accept up to the end of the catalogue's transaction, say so, and wait there to be killed."""

    def wait(_connection):
        said.send("everything is written, nothing is committed")
        time.sleep(600)

    with Store.open(path, catalogue_url=catalogue_url) as store:
        sa.event.listen(store._catalogue._engine, "commit", wait)
        store.accept(annual(name, tables=tables(name)))
