"""The content lines of vCard files: unfolded, decoded, taken apart into name, parameters and value."""

import quopri
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from ulkacrm_desktop.services.imports.readers.encodings import guess_encoding
from ulkacrm_desktop.services.imports.readers.errors import ReadError

_HEAD_PART = re.compile(r';\s*([A-Za-z0-9_-]+)(?:=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*))?')
_VALUE_PART = re.compile(r'"([^"]*)"|([^",]+)')
_NAME = re.compile(r"(?:([A-Za-z0-9_-]+)\.)?([A-Za-z0-9_-]+)")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_CARET = re.compile(r"\^([\^n'])")

_MAX_LINE: Final = 16 * 1024 * 1024
_MAX_NAME: Final = 200
SNIFFED: Final = 4 * 1024 * 1024
"""How much of a file tells its encoding."""


class Line(NamedTuple):
    """One content line: name in upper case, parameters by upper-case name, value still with its escapes."""

    group: str
    name: str
    parameters: dict[str, list[str]]
    value: str
    raw: bytes

    @property
    def types(self) -> list[str]:
        """The types, of all versions of the format, in lower case."""
        named = [part.lower() for value in self.parameters.get("TYPE", []) for part in value.split(",")]
        return named + [part.lower() for part in self.parameters.get("", [])]


def logical_lines(path: Path, encoding: str) -> Iterator[tuple[int, bytes]]:
    """Unfolded lines with the number of their first one, in an encoding in which ASCII is ASCII."""
    parts: list[bytes] = []
    first = length = 0
    soft = False
    for number, line in enumerate(_physical_lines(path, encoding), 1):
        text = line.rstrip(b"\r\n")
        if parts and (soft or text[:1] in (b" ", b"\t")):
            parts.append(text if soft else text[1:])
        else:
            if parts:
                yield first, b"".join(parts)
            parts, first, length = [text], number, 0
        length += len(text)
        if length > _MAX_LINE and b"PHOTO" in parts[0][:_MAX_NAME].upper():
            parts.pop()  # of a picture that is far too large
        elif length > _MAX_LINE:
            raise ReadError("file_damaged", detail=f"line {first} is longer than {_MAX_LINE} bytes")
        soft = text.endswith(b"=") and b"QUOTED-PRINTABLE" in parts[0].partition(b":")[0].upper()
        if soft:
            parts[-1] = parts[-1][:-1]
    if parts:
        yield first, b"".join(parts)


def _physical_lines(path: Path, encoding: str) -> Iterable[bytes]:
    try:
        wide = len("a".encode(encoding)) > 1
    except LookupError:
        raise ReadError("encoding_unknown", encoding=encoding) from None
    with path.open("rb") as file:
        head = file.read(SNIFFED)
        if wide or (b"\n" not in head and b"\r" in head):
            data = head + file.read()
            if wide:
                data = data.decode(encoding, "replace").removeprefix("\ufeff").encode()
            yield from data.splitlines()
            return
        file.seek(3 if head.startswith(b"\xef\xbb\xbf") else 0)
        yield from file


def parse_line(raw: bytes, encoding: str) -> Line | None:
    """The parts of an unfolded line, None where it is none; ``encoding`` counts where the line names no charset."""
    head, colon, value = _halves(raw)
    if not colon:
        return None
    text = head.decode("utf-8", "replace")
    match = _NAME.match(text.strip())
    if match is None:
        return None
    parameters: dict[str, list[str]] = {}
    for key, listed in _HEAD_PART.findall(text):
        if listed:
            values = [quoted or plain for quoted, plain in _VALUE_PART.findall(listed)]
            parameters.setdefault(key.upper(), []).extend(values)
        else:
            parameters.setdefault("", []).append(key)  # vCard 2.1: a bare value
    marks = {mark.upper() for mark in (*parameters.get("ENCODING", ()), *parameters.get("", ()))}
    if "QUOTED-PRINTABLE" in marks:
        value = quopri.decodestring(value)
    charset = parameters.get("CHARSET", [""])[0]
    return Line(match[1] or "", match[2].upper(), parameters, _decoded(value, charset, encoding), value)


def _halves(raw: bytes) -> tuple[bytes, bytes, bytes]:
    """A line at the first colon that is not inside quotes."""
    position = raw.find(b":")
    while position >= 0 and raw.count(b'"', 0, position) % 2:
        position = raw.find(b":", position + 1)
    return (raw[:position], b":", raw[position + 1 :]) if position >= 0 else (raw, b"", b"")


def _decoded(value: bytes, charset: str, encoding: str) -> str:
    if value.isascii():
        return value.decode("ascii")
    for codec in filter(None, (charset, "utf-8", encoding)):
        try:
            return value.decode(codec)
        except (UnicodeDecodeError, LookupError):
            continue
    return value.decode(guess_encoding([value]).encoding, "replace")


def split_value(text: str, separator: str) -> list[str]:
    """The parts of a value at separators that are not escaped; escapes are kept."""
    parts, start, position = [], 0, 0
    while position < len(text):
        if text[position] == "\\":
            position += 2
            continue
        if text[position] == separator:
            parts.append(text[start:position])
            start = position + 1
        position += 1
    return [*parts, text[start:]]


def plain_value(text: str) -> str:
    """A value without its escapes."""
    if "\\" not in text:
        return text.strip()
    return _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], text).strip()


def uncareted(text: str) -> str:
    """A parameter's value without the escapes of RFC 6868."""
    return _CARET.sub(lambda match: {"^": "^", "n": "\n", "'": '"'}[match[1]], text)
