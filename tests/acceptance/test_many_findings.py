"""A file in which every record has many faults: accepted with a receipt of a page or two, in bounded memory.

A tenth of the full number in each run; ``OMSORGSTALL_FINDINGS=2000000`` for all of them.
"""

import json
import os

from tests.acceptance.measuring import measured

FINDINGS = int(os.environ.get("OMSORGSTALL_FINDINGS", "200000"))
FAULTS_A_PERSON = 16
MOST_MEMORY = 700  # MiB
LARGEST_RECEIPT = 200_000  # bytes
SAMPLE = 20
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<innsending xmlns="urn:omsorgstall:arsbatch:1.0" versjon="1.0" kommuneNr="4204" '
    'argang="2022" uttakstidspunkt="2023-01-02T06:00:00" leverandor="x" navnEPJ="x" versjonEPJ="1" meldingID="m">\n'
)
SERVICE = (
    '<tjeneste tjenesteID="{id}" tjenesteType="99" soknadsdato="2022-02-31" vedtaksdato="i fjor" tjenestestart="2022-13-01" '
    'timer="mange" minutter="75" tjenesteOrgNr="12" utfall="1"/>\n'
)


def write(path, persons):
    """A file of persons with no valid number and two services each, in which nothing but the ids can be used."""
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        for n in range(persons):
            file.write(f'<person fid="{n:011d}" typeID="1" brukerNr="b{n}" husstand="åtte" fodselsdato="1940-02-30">\n')
            file.writelines(SERVICE.format(id=f"{n}-{s}") for s in range(2))
            file.write("</person>\n")
        file.write("</innsending>\n")


def test_two_million_findings_become_a_receipt_of_bounded_size_in_bounded_memory(tmp_path):
    file, store = tmp_path / "sent.xml", tmp_path / "store"
    write(file, FINDINGS // FAULTS_A_PERSON)
    done = measured("intake", str(file), "--new-key", "--test-persons", store=store)
    assert done.code == 0, done.output
    assert done.peak_mib < MOST_MEMORY
    (path,) = (store / "receipts" / "4204").glob("*.json")
    receipt = json.loads(path.read_text(encoding="utf-8"))
    assert receipt["verdict"] == "accepted"
    assert sum(rule["count"] for rule in receipt["findings"]) >= FINDINGS
    assert all(len(rule["sample"]) <= SAMPLE for rule in receipt["findings"])
    named = {(f["table"], f["field"]) for rule in receipt["findings"] for f in rule["sample"]}
    assert ("service", "tjenestestart") in named, "fields have the names they have in the file"
    page = path.with_suffix(".html").read_text(encoding="utf-8")
    assert max(len(page), path.stat().st_size) < LARGEST_RECEIPT
    for rule in receipt["findings"]:
        spaced = f"{rule['count']:,}".replace(",", "\u00a0")
        assert spaced in page, "the page says how many there are of each"
