"""The annual batch (årsbatch): a canonical layout of our own, as XML or as a set of CSV files.

The national layout is not public; this one carries the content of the register, field by field, and is described in
``docs/reference/annual-batch.md``, which is made from the same declarations.
"""

from omsorgstall.formats.batch.csv_reader import MOST_BYTES, CsvBatch
from omsorgstall.formats.batch.csv_writer import write_csv
from omsorgstall.formats.batch.header import BatchHeader
from omsorgstall.formats.batch.layout import FileTable, file_tables
from omsorgstall.formats.batch.opening import RawBatch, content_hash, open_batch
from omsorgstall.formats.batch.unknown import UnknownName
from omsorgstall.formats.batch.xml_reader import XmlBatch
from omsorgstall.formats.batch.xml_writer import write_xml

__all__ = [
    "MOST_BYTES",
    "BatchHeader",
    "CsvBatch",
    "FileTable",
    "RawBatch",
    "UnknownName",
    "XmlBatch",
    "content_hash",
    "file_tables",
    "open_batch",
    "write_csv",
    "write_xml",
]
