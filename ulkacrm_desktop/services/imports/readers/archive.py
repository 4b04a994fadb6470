"""Archives that workbooks are: what must hold before anything of them is unpacked."""

import re
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ulkacrm_desktop.services.imports.readers.errors import ReadError

MAX_UNPACKED: Final = 2 * 1024**3
"""Bytes of all parts together; a sheet of a million rows has about one gigabyte."""

_MAX_RATIO: Final = 250
_RATIO_COUNTS_FROM: Final = 100 * 1024**2
_MAX_SMALL_PART: Final = 16 * 1024**2
_PROLOGUE: Final = 64 * 1024
_FAULTS: Final = (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError, RuntimeError)
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@contextmanager
def opened_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """An archive that has been found harmless by its directory.

    Raises `ReadError` ``unsafe_archive`` (too much to unpack, parts that overlap), ``password_protected``,
    ``file_damaged``; faults that show while parts are read are ``file_damaged`` too.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_directory(archive, path.stat().st_size)
            yield archive
    except (*_FAULTS, zlib.error) as error:
        raise ReadError("file_damaged", detail=str(error)) from error


def _check_directory(archive: zipfile.ZipFile, packed: int) -> None:
    parts = archive.infolist()
    size = sum(part.file_size for part in parts)
    if size > MAX_UNPACKED or (size > _RATIO_COUNTS_FROM and size > _MAX_RATIO * packed):
        raise ReadError(
            "unsafe_archive", size=size, limit=min(MAX_UNPACKED, max(_RATIO_COUNTS_FROM, _MAX_RATIO * packed))
        )
    if any(part.flag_bits & 1 for part in parts):
        raise ReadError("password_protected")
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end:
            raise ReadError("unsafe_archive", size=size, limit=packed)
        end = part.header_offset + part.compress_size


def check_part(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse a part that declares entities before its first element: `ReadError` ``unsafe_xml``."""
    with archive.open(name) as part:
        refuse_entities(part.read(_PROLOGUE), name)


def refuse_entities(data: bytes, name: str) -> None:
    """Refuse XML that declares a document type or entities: `ReadError` ``unsafe_xml``."""
    if b"<!" in data and _DECLARATION.search(data):
        raise ReadError("unsafe_xml", part=name)


def read_xml(archive: zipfile.ZipFile, name: str) -> Element:
    """The tree of a small part. Raises `ReadError` ``unsafe_xml``, ``file_damaged``."""
    try:
        part = archive.getinfo(name)
    except KeyError:
        raise ReadError("file_damaged", detail=name) from None
    if part.file_size > _MAX_SMALL_PART:
        raise ReadError("unsafe_archive", size=part.file_size, limit=_MAX_SMALL_PART)
    try:
        root: Element = fromstring(archive.read(part), forbid_dtd=True)
    except DefusedXmlException:
        raise ReadError("unsafe_xml", part=name) from None
    except (ParseError, ValueError) as error:
        raise ReadError("file_damaged", detail=f"{name}: {error}") from None
    return root


def blocks(archive: zipfile.ZipFile, name: str, end_of_row: bytes, size: int) -> Generator[bytes, None, None]:
    """A part in pieces of about ``size`` bytes, each of which ends after an ``end_of_row`` (but for the last)."""
    rest = b""
    with archive.open(name) as part:
        while block := part.read(size):
            block = rest + block
            end = block.rfind(end_of_row)
            if end < 0:
                rest = block
                continue
            end += len(end_of_row)
            rest = block[end:]
            yield block[:end]
    if rest:
        yield rest
