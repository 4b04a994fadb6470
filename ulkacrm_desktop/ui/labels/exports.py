"""What an export says of the file that it has written."""

from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.exports.report import ExportNotice
from ulkacrm_desktop.ui.labels.values import grouped


def export_notice_text(notice: ExportNotice) -> str:
    """What in the file is not as it is in the database, and where."""
    if notice.code == "several_sheets":
        return ngettext(
            "A sheet holds 1,048,576 rows, so the file has {count} sheet.",
            "A sheet holds 1,048,576 rows, so the file has {count} sheets.",
            notice.count,
        ).format(count=grouped(notice.count))
    if notice.code == "texts_cut":
        text = ngettext(
            "{count} text was cut to the 32,767 characters that a cell holds: {places}",
            "{count} texts were cut to the 32,767 characters that a cell holds: {places}",
            notice.count,
        )
        places = [_("{column} in row {row}").format(column=column, row=row) for row, column in notice.examples]
        return text.format(count=grouped(notice.count), places=", ".join(places))
    return _("Notice: {code}").format(code=notice.code)
