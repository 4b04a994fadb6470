"""Contacts to a file of any kind that the product writes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol

from ulkacrm_desktop.core.contact_document import ContactDocument, PropertyDefinition
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.fields import CARD_FIELDS, EXPORT_FIELDS
from ulkacrm_desktop.services.exports.columns import Batch, chosen_columns, chosen_fields
from ulkacrm_desktop.services.exports.csv_file import write_csv
from ulkacrm_desktop.services.exports.json_file import write_json
from ulkacrm_desktop.services.exports.report import ExportReport
from ulkacrm_desktop.services.exports.target_file import appearing
from ulkacrm_desktop.services.exports.vcard_file import write_vcards
from ulkacrm_desktop.services.exports.xlsx_file import write_xlsx

EXPORT_KINDS: Final = ("csv", "xlsx", "json", "vcf")
"""The kinds of files, each also the ending of their names."""


class Contacts(Protocol):
    """Whole contacts as `queries.contact_documents` has them: one by one for some kinds of files, by columns for
    others."""

    def __iter__(self) -> Iterator[ContactDocument]: ...

    def batches(self) -> Iterable[Batch]:
        """The contacts some at a time."""


def export_kind(path: Path) -> str:
    """The kind of file that the name's ending asks for.

    Raises `ExpectedError` ``export_unknown_kind`` (facts ``ending`` and ``kinds``).
    """
    kind = path.suffix.removeprefix(".").lower()
    if kind not in EXPORT_KINDS:
        raise ExpectedError("export_unknown_kind", ending=path.suffix, kinds=list(EXPORT_KINDS))
    return kind


def write_contacts(
    path: Path,
    kind: str,
    contacts: Contacts,
    fields: Sequence[str],
    properties: Sequence[PropertyDefinition],
    language: str,
    progress: Callable[[int], None] = lambda _rows: None,
    *,
    cut_long_texts: bool = True,
) -> ExportReport:
    """Write the contacts to ``path`` as ``kind``, one of `EXPORT_KINDS`, reading them on the way.

    ``fields`` are keys of `core.fields` and ``property:Name``, in the order of the columns; all where it is
    empty. ``language``, ``en`` or ``ru``, is that of headings, kinds and yes/no. ``progress`` is called with
    the rows written so far; what it raises, such as a cancel, ends the export. Address cards hold the pictures
    of ``contacts`` that were read with them.

    The file appears when it is whole: after any failure what was at ``path`` is there unchanged. Raises
    `ExpectedError`: ``export_unknown_field`` before anything is read, those of `target_file.appearing`, and
    ``export_texts_too_long`` (`xlsx_file.write_xlsx`) where ``cut_long_texts`` is false.
    """
    chosen_fields(fields, properties, CARD_FIELDS if kind == "vcf" else EXPORT_FIELDS)
    with appearing(path) as part:
        match kind:
            case "csv":
                return write_csv(part, contacts.batches(), chosen_columns(fields, properties, language), progress)
            case "xlsx":
                columns = chosen_columns(fields, properties, language)
                return write_xlsx(part, contacts.batches(), columns, language, progress, cut_long_texts=cut_long_texts)
            case "json":
                return write_json(part, contacts, fields, properties, progress)
            case "vcf":
                return write_vcards(part, contacts, fields, properties, progress)
            case _:
                raise ExpectedError("export_unknown_kind", ending=kind, kinds=list(EXPORT_KINDS))
