"""The catalogues of translated texts: `python -m tests.catalogues update|compile|check`, from the project's folder.

``update`` gathers the texts of the program into each .po file, which is then translated by hand; ``compile`` makes
the .mo files that the program reads; ``check`` says what is missing, as the tests do.
"""

import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).parent.parent / "ulkacrm_desktop"
LOCALES = PACKAGE / "resources" / "locale"
LANGUAGES = ("ru",)
_DOMAIN = "ulkacrm"
_ARGUMENTS = {"_": 1, "N_": 1, "ngettext": 2, "pgettext": 2}
_TRANSLATORS = "# Translators:"


def catalogue_path(language: str, ending: str = "po") -> Path:
    """The file of a language: ``po`` for people, ``mo`` for the program."""
    return LOCALES / language / "LC_MESSAGES" / f"{_DOMAIN}.{ending}"


def extracted() -> Catalog:
    """Every text of the program, untranslated."""
    template = Catalog(project="Ulka CRM Desktop", charset="utf-8")
    for path in sorted(PACKAGE.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        lines = source.splitlines()
        place = (path.relative_to(PACKAGE).as_posix(), None)
        for node in ast.walk(ast.parse(source)):
            for message, context in _texts(node, path):
                comments = list(_comments(lines, node.lineno))
                template.add(message, None, [place], auto_comments=comments, context=context)
    return template


def _texts(node: ast.AST, path: Path) -> Iterator[tuple[str | tuple[str, str], str | None]]:
    """The text that a call marks, with its context. babel's own reader does not look into f-strings."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _ARGUMENTS):
        return
    given = node.args[: _ARGUMENTS[node.func.id]]
    if any(isinstance(argument, ast.JoinedStr) for argument in given):
        raise ValueError(f"{path}:{node.lineno}: an f-string cannot be translated")
    texts = [
        argument.value for argument in given if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    if len(texts) < _ARGUMENTS[node.func.id]:
        return  # marked elsewhere by N_, translated here
    if node.func.id == "ngettext":
        yield (texts[0], texts[1]), None
    elif node.func.id == "pgettext":
        yield texts[1], texts[0]
    else:
        yield texts[0], None


def _comments(lines: list[str], number: int) -> Iterator[str]:
    """The comment for translators that stands right above a line."""
    above = lines[number - 2].strip() if number > 1 else ""
    if above.startswith(_TRANSLATORS):
        yield above.removeprefix("#").strip()


def read(language: str) -> Catalog:
    """The catalogue of a language, an empty one where there is none yet."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language, project="Ulka CRM Desktop", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=_DOMAIN)


def update(language: str) -> None:
    """Gather the texts into the .po file; what is gone leaves it, nothing is guessed."""
    catalogue = read(language)
    before, gathered_at = _contents(catalogue), catalogue.creation_date
    catalogue.update(extracted(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = "# Texts of Ulka CRM Desktop. Gathered by `python -m tests.catalogues update`."
    catalogue.version, catalogue.msgid_bugs_address, catalogue.last_translator = "0.1.0", "", ""
    catalogue.language_team = str(catalogue.locale.english_name) if catalogue.locale is not None else language
    if _contents(catalogue) == before:
        catalogue.creation_date = gathered_at  # so that an update of nothing changes nothing
    catalogue.revision_date = catalogue.creation_date
    catalogue.fuzzy = False
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, include_lineno=False, sort_by_file=True, ignore_obsolete=True)


def _contents(catalogue: Catalog) -> list[str]:
    return sorted(repr((m.context, m.id, m.string, m.locations)) for m in catalogue if m.id)


def compiled(language: str) -> bytes:
    """The .mo file that belongs to the .po file."""
    buffer = io.BytesIO()
    write_mo(buffer, read(language))
    return buffer.getvalue()


def problems(language: str) -> Iterator[str]:
    """What is wrong with the catalogue of a language, a line each."""
    catalogue = read(language)
    wanted = {(message.context, _key(message)): message for message in extracted() if message.id}
    have = {(message.context, _key(message)): message for message in catalogue if message.id}
    for key in wanted.keys() - have.keys():
        yield f"not in the catalogue: {key}"
    for key in have.keys() - wanted.keys():
        yield f"no text of the program: {key}"
    for key in wanted.keys() & have.keys():
        message = have[key]
        forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if message.fuzzy or not all(forms) or (message.pluralizable and len(forms) != catalogue.num_plurals):
            yield f"not translated: {key}"
            continue
        for form in forms:
            if _placeholders(str(form)) != _placeholders(_longest(message)):
                yield f"other placeholders: {key} → {form}"
    path = catalogue_path(language, "mo")
    if not path.exists() or path.read_bytes() != compiled(language):
        yield f"{path.name} is not made from {path.stem}.po: run compile"


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _longest(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[1]


def _placeholders(text: str) -> set[str]:
    from string import Formatter

    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name is not None}


def main() -> int:
    """Carry out the command of this process's arguments."""
    command = sys.argv[1] if len(sys.argv) == 2 else ""
    found: list[str] = []
    for language in LANGUAGES:
        if command == "update":
            update(language)
            found += [line for line in problems(language) if line.startswith("not translated")]
        elif command == "compile":
            catalogue_path(language, "mo").write_bytes(compiled(language))
        elif command == "check":
            found += problems(language)
        else:
            print(__doc__)
            return 2
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found and command == "check" else 0


if __name__ == "__main__":
    sys.exit(main())
