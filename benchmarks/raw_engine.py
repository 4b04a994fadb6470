"""The same work by the bare engine: the sqlite3 command line, or Python's own driver where that is missing."""

import csv
import shutil
import sqlite3
import sys
import time
from pathlib import Path
from typing import Final

from benchmarks.processes import run

_INSTALL: Final = {
    "linux": "sudo apt-get install --yes sqlite3",
    "darwin": "brew install sqlite",
    "win32": "winget install SQLite.SQLite",
}
_JOINED: Final = """
SELECT c.id, c.name, e.address, p.number, c.company, c.notes,
  (SELECT group_concat(t.name, ', ') FROM contact_tag b JOIN tag t ON t.id = b.tag_id WHERE b.contact_id = c.id),
  v1.value, v2.value, v3.value, v4.value, v5.value
FROM contact c
LEFT JOIN email e ON e.contact_id = c.id
LEFT JOIN phone p ON p.contact_id = c.id
LEFT JOIN property_value v1 ON v1.contact_id = c.id AND v1.property_id = 1
LEFT JOIN property_value v2 ON v2.contact_id = c.id AND v2.property_id = 2
LEFT JOIN property_value v3 ON v3.contact_id = c.id AND v3.property_id = 3
LEFT JOIN property_value v4 ON v4.contact_id = c.id AND v4.property_id = 4
LEFT JOIN property_value v5 ON v5.contact_id = c.id AND v5.property_id = 5
WHERE c.removed_in IS NULL ORDER BY c.id
"""


def peer_name() -> str:
    """Who does the work here."""
    return "`sqlite3`" if _command() else "Python's sqlite3 and csv (the sqlite3 command is missing)"


def install_hint() -> str | None:
    """How to install the sqlite3 command, where it is missing."""
    return None if _command() else _INSTALL.get(sys.platform, "https://www.sqlite.org/download.html")


def import_seconds(file: Path, scratch: Path) -> float:
    """Seconds to read a CSV file with a heading row into one new table."""
    scratch.unlink(missing_ok=True)
    if command := _command():
        return run([command, scratch, "-cmd", ".mode csv", f'.import "{file.as_posix()}" contact']).seconds
    began = time.perf_counter()
    connection = sqlite3.connect(scratch)
    with file.open(encoding="utf-8", newline="") as lines, connection:
        rows = csv.reader(lines)
        columns = [f'"{heading}" TEXT' for heading in next(rows)]
        connection.execute(f"CREATE TABLE contact ({', '.join(columns)})")
        connection.executemany(f"INSERT INTO contact VALUES ({', '.join('?' * len(columns))})", rows)
    connection.close()
    return time.perf_counter() - began


def export_seconds(database: Path, target: Path) -> float:
    """Seconds to write all contacts of the product's database, by one joined select, to a CSV file."""
    if command := _command():
        return run([command, "-csv", "-readonly", database, _JOINED], output=target).seconds
    began = time.perf_counter()
    connection = sqlite3.connect(database)
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(connection.execute(_JOINED))
    connection.close()
    return time.perf_counter() - began


def _command() -> str | None:
    return shutil.which("sqlite3")
