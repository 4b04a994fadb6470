"""What a file is, by its first bytes and never by its name."""

import re
import zipfile
from pathlib import Path
from typing import Final

from ulkacrm_desktop.services.imports.readers.encodings import byte_order_mark, unmarked_utf16
from ulkacrm_desktop.services.imports.readers.errors import ReadError
from ulkacrm_desktop.services.imports.readers.model import SourceKind

_HEAD: Final = 8_192
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_FOREIGN: Final = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gz"),
    (b"SQLite format 3", "sqlite"),
    (b"MZ", "exe"),
    (b"\x7fELF", "exe"),
    (b"{\\rtf", "rtf"),
    (b"\x09\x00\x04\x00", "old_xls"),
    (b"\x09\x02\x06\x00", "old_xls"),
    (b"\x09\x04\x06\x00", "old_xls"),
)
_OLE_STREAMS: Final = (
    ("EncryptedPackage", "encrypted"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("WordDocument", "doc"),
    ("PowerPoint Document", "ppt"),
    ("__substg1.0_", "msg"),
)
_SUFFIXES: Final = {
    ".csv": {SourceKind.CSV, SourceKind.TSV},
    ".txt": {SourceKind.CSV, SourceKind.TSV},
    ".tsv": {SourceKind.TSV},
    ".tab": {SourceKind.TSV},
    ".xlsx": {SourceKind.XLSX},
    ".xlsm": {SourceKind.XLSX},
    ".xltx": {SourceKind.XLSX},
    ".xls": {SourceKind.XLS},
    ".ods": {SourceKind.ODS},
    ".htm": {SourceKind.HTML},
    ".html": {SourceKind.HTML},
    ".vcf": {SourceKind.VCARD},
    ".vcard": {SourceKind.VCARD},
}
_TEXT_MARKS: Final = (
    (re.compile(r"begin:vcard\s", re.IGNORECASE), SourceKind.VCARD),
    (
        re.compile(r"(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(?:!doctype html|html|table|meta|head|body|div)\b", re.I | re.S),
        SourceKind.HTML,
    ),
)
_XML_WORKBOOK = re.compile(r"<\?xml.*(?:urn:schemas-microsoft-com:office:spreadsheet|progid=.Excel\.Sheet)", re.DOTALL)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_CONTROL_SHARE: Final = 0.05
_FEW_CONTROLS: Final = 32


def find_kind(path: Path) -> SourceKind:
    """The kind of a file; CSV stands for every table in plain text, whatever its delimiter.

    Raises `ReadError` ``file_missing``, ``file_unreadable``, ``kind_unsupported``, ``password_protected``,
    ``file_damaged``.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except FileNotFoundError:
        raise ReadError("file_missing", path=str(path)) from None
    except OSError as error:
        raise ReadError("file_unreadable", path=str(path), detail=error.strerror or str(error)) from None
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _kind_of_archive(path)
    if head.startswith(_OLE):
        return _kind_of_ole(path)
    for mark, kind in _FOREIGN:
        if head.startswith(mark):
            raise ReadError("kind_unsupported", kind=kind)
    return _kind_of_text(head)


def name_suits(path: Path, kind: SourceKind) -> bool:
    """Whether the suffix of a file is one of those that its kind goes by; an unknown suffix promises nothing."""
    expected = _SUFFIXES.get(path.suffix.lower())
    return expected is None or kind in expected


def _kind_of_archive(path: Path) -> SourceKind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size < _HEAD:
                declared = archive.read("mimetype").strip()
                if declared.startswith(_ODS_TYPE):
                    return SourceKind.ODS
    except (zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise ReadError("file_damaged", detail=str(error)) from None
    if any(name.lower() in ("xl/workbook.xml", "/xl/workbook.xml") for name in names):
        return SourceKind.XLSX
    kind = "zip"
    for start, named in (("xl/workbook.bin", "xlsb"), ("word/", "docx"), ("ppt/", "pptx"), ("Index/", "numbers")):
        if any(name.startswith(start) for name in names):
            kind = named
    if kind == "zip" and "[Content_Types].xml" in names:
        raise ReadError("file_damaged", detail="xl/workbook.xml")
    raise ReadError("kind_unsupported", kind=kind)


def _kind_of_ole(path: Path) -> SourceKind:
    # The directory of a compound file may be anywhere in it; its names are UTF-16.
    data = path.read_bytes()
    for name, kind in _OLE_STREAMS:
        if (name + "\0").encode("utf-16-le") in data or (kind == "msg" and name.encode("utf-16-le") in data):
            if kind == "encrypted":
                raise ReadError("password_protected")
            if kind == "xls":
                return SourceKind.XLS
            raise ReadError("kind_unsupported", kind=kind)
    raise ReadError("file_damaged", detail="no workbook in the compound file")


def _kind_of_text(head: bytes) -> SourceKind:
    mark = byte_order_mark(head) or unmarked_utf16(head)
    text = head.decode(mark or "latin-1", "replace").lstrip("\ufeff \t\r\n")
    for pattern, kind in _TEXT_MARKS:
        if pattern.match(text):
            return kind
    if _XML_WORKBOOK.match(text):
        raise ReadError("kind_unsupported", kind="xml_workbook")
    if mark is None and len(_CONTROL.findall(head)) > max(_CONTROL_SHARE * len(head), _FEW_CONTROLS):
        raise ReadError("kind_unsupported", kind="binary")
    return SourceKind.CSV
