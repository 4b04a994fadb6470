"""The spreadsheets that are measured with: made once and kept in the temporary folder."""

import hashlib
import tempfile
from pathlib import Path

from benchmarks import generate_contacts
from benchmarks.generate_contacts import contacts, write_csv, write_xlsx


def cache_folder() -> Path:
    """Where the files stay between runs."""
    folder = Path(tempfile.gettempdir()) / "ulkacrm-benchmarks"
    folder.mkdir(exist_ok=True)
    return folder


def contacts_file(rows: int, seed: int, ending: str = "csv") -> Path:
    """The file of so many contacts; made again when its generator has changed."""
    source = Path(generate_contacts.__file__).read_bytes()
    made_by = hashlib.sha256(source).hexdigest()[:12]
    file = cache_folder() / f"contacts-{rows}-{seed}-{made_by}.{ending}"
    if not file.exists():
        part = file.with_suffix(f".part.{ending}")
        (write_xlsx if ending == "xlsx" else write_csv)(part, contacts(rows, seed))
        part.replace(file)
    return file
