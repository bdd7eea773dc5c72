"""Reading Parquet files that are encrypted with a key each, for databases that cannot be given many keys, or none."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from pyarrow.fs import LocalFileSystem
from pyarrow.parquet.encryption import create_decryption_properties


def dataset(files: Sequence[str], schema: pa.Schema, keys: Mapping[str, bytes]) -> ds.Dataset:
    """The files as one table that opens them when it is read: only the columns and row groups that are asked for.

    Args:
        files: all encrypted, all with the columns of the schema.
        keys: by path.
    """
    return ds.dataset([_one(file, schema, keys[file]) for file in files])


def _one(file: str, schema: pa.Schema, key: bytes) -> ds.Dataset:
    opening = ds.ParquetFragmentScanOptions(decryption_properties=create_decryption_properties(key))
    kind, system = ds.ParquetFileFormat(default_fragment_scan_options=opening), LocalFileSystem()
    return ds.FileSystemDataset([kind.make_fragment(file, system)], schema, kind, system)


def staged(files: Iterable[str], keys: Mapping[str, bytes], folder: Path) -> list[str]:
    """Copies without encryption in a private folder, for a database that knows no keys; other files stay where they are."""
    return [_copy(file, keys[file], folder) if file in keys else file for file in files]


def _copy(file: str, key: bytes, folder: Path) -> str:
    folder.mkdir(exist_ok=True, mode=0o700)
    target = folder / f"{Path(file).parent.name}-{Path(file).name}"
    if not target.exists():
        source = pq.ParquetFile(file, decryption_properties=create_decryption_properties(key))
        with source, pq.ParquetWriter(target, source.schema_arrow, compression="zstd") as writer:
            for group in range(source.num_row_groups):
                writer.write_table(source.read_row_group(group))
    return str(target)
