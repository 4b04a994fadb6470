"""`ulkacrm export` and `ulkacrm template`: files out of the database."""

from pathlib import Path
from typing import Any

from ulkacrm_desktop.cli.arguments import Arguments
from ulkacrm_desktop.cli.entry import DONE
from ulkacrm_desktop.cli.opening import opened
from ulkacrm_desktop.cli.output import ProgressLine, print_json, say, tell
from ulkacrm_desktop.cli.where import asked_query
from ulkacrm_desktop.core import i18n
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.exports.contacts import export_kind, write_contacts
from ulkacrm_desktop.services.exports.report import ExportNotice, ExportReport
from ulkacrm_desktop.services.exports.template import write_template
from ulkacrm_desktop.services.queries.contact_documents import contact_documents
from ulkacrm_desktop.services.queries.contact_order import count
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.ui.labels.exports import export_notice_text
from ulkacrm_desktop.ui.labels.values import grouped


def export_file(arguments: Arguments) -> int:
    """Write the contacts that a search, a segment or criteria find, or all, to a file."""
    path = Path(arguments.file)
    kind = export_kind(path)
    progress = ProgressLine()
    with opened(arguments, searching=bool(arguments.search)) as workspace, workspace.reading() as connection:
        query = asked_query(connection, workspace, arguments, arguments.search)
        total = count(connection, query)

        def write(*, cut_long_texts: bool) -> ExportReport:
            return write_contacts(
                path,
                kind,
                contact_documents(connection, ContactSelection.matching(query), avatars=kind == "vcf"),
                arguments.fields,
                property_definitions(connection),
                i18n.current_language(),
                lambda done: progress.show(_("Writing contacts"), done, total),
                cut_long_texts=cut_long_texts,
            )

        try:
            report = write(cut_long_texts=False)
        except ExpectedError as error:
            if error.code != "export_texts_too_long":
                raise
            progress.end()
            tell(_("Some texts are longer than a spreadsheet's cell and will be cut. A CSV file holds them whole."))
            report = write(cut_long_texts=True)
    progress.end()
    if arguments.json:
        print_json({"file": str(path), "rows": report.rows, "notices": [_as_json(n) for n in report.notices]})
        return DONE
    for notice in report.notices:
        tell(export_notice_text(notice))
    say(
        ngettext("{count} contact written to {path}", "{count} contacts written to {path}", report.rows).format(
            count=grouped(report.rows), path=path
        )
    )
    return DONE


def make_template(arguments: Arguments) -> int:
    """Write a spreadsheet to fill in, with the database's own properties."""
    with opened(arguments, make=True) as workspace:
        write_template(Path(arguments.file), workspace.read(property_definitions), i18n.current_language())
    say(_("Template written to {path}").format(path=arguments.file))
    return DONE


def _as_json(notice: ExportNotice) -> dict[str, Any]:
    return {"code": notice.code, "count": notice.count, "text": export_notice_text(notice)}
