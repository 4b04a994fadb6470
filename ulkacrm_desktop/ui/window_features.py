"""The features of the window that need the database's libraries: made after the first paint, most when first used."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu, QWidget

from ulkacrm_desktop.core.changes import ChangeSet
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.i18n import _, current_language, ngettext
from ulkacrm_desktop.core.paths import synchronising_service
from ulkacrm_desktop.ui.contacts.places import Place, PlaceKind
from ulkacrm_desktop.ui.icons import icon
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.profile.contact_card import ContactCard
from ulkacrm_desktop.ui.widgets.command_palette import CommandPalette, PaletteEntry
from ulkacrm_desktop.ui.window_duplicates import WindowDuplicates
from ulkacrm_desktop.ui.window_filters import WindowFilters
from ulkacrm_desktop.ui.window_reads import find_for_palette
from ulkacrm_desktop.ui.window_segments import WindowSegments

if TYPE_CHECKING:
    from ulkacrm_desktop.services.workspace import Workspace
    from ulkacrm_desktop.ui.imports.import_wizard import ImportWizard
    from ulkacrm_desktop.ui.main_window import MainWindow
    from ulkacrm_desktop.ui.profile.profile_page import ProfilePage
    from ulkacrm_desktop.ui.properties.properties_page import PropertiesPage
    from ulkacrm_desktop.ui.settings.settings_page import SettingsPage

_IMPORTING: Final = "import.under_way"
_SYNCHRONISED: Final = "synchronised_folder"
_INTERRUPTED: Final = "import_interrupted"
SAMPLE: Final = Path(__file__).parent.parent / "resources" / "sample" / "contacts.csv"


class WindowFeatures(QObject):
    """Makes the pages and dialogs of the features and wires their signals to the window."""

    def __init__(self, window: MainWindow, workspace: Workspace) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._profile: ProfilePage | None = None
        self._settings: SettingsPage | None = None
        self._properties: PropertiesPage | None = None
        self._palette: CommandPalette | None = None
        self._wizard: ImportWizard | None = None
        self.filters = WindowFilters(window, workspace)
        self.segments = WindowSegments(window, workspace, self.filters)
        self.duplicates = WindowDuplicates(window, workspace)
        self._attached = False

    def attach(self) -> None:
        """Give the window its side card and hear of its wishes; once for each time that it is built."""
        if self._attached:
            return
        self._attached = True
        window = self._window
        card = ContactCard(self._workspace, window.runner)
        window.sheet.put_card(card, card)
        card.open_requested.connect(window.open_contact)
        card.edit_requested.connect(window.edit_contact)
        card.tag_clicked.connect(self._on_tag_clicked)
        self._wire_segments(card)
        window.contacts.sample_requested.connect(self.open_sample)
        self.segments.attach()
        self.filters.attach()
        self.duplicates.attach()
        window.navigation.menu_requested.connect(self._on_place_menu)
        window.notice.acted.connect(self._on_notice_acted)
        window.notice.dismissed.connect(self._on_notice_dismissed)
        self._give_notice()

    def data_changed(self, changes: ChangeSet) -> None:
        """Something was written."""
        self.filters.data_changed(changes)
        self.segments.data_changed(changes)
        self.duplicates.data_changed(changes)

    def leave(self) -> None:
        """Forget the pages of a window that is built anew; an import under way keeps its sheet."""
        if self._palette is not None:
            self._palette.deleteLater()
        self.duplicates.leave()
        self._profile = self._settings = self._properties = self._palette = None
        self._attached = False

    # Looking at one contact.

    def profile_page(self) -> ProfilePage:
        """The full page of a contact."""
        if self._profile is None:
            from ulkacrm_desktop.ui.profile.profile_page import ProfilePage

            page = self._profile = ProfilePage(self._workspace, self._window.runner, self._window.pages)
            page.closed.connect(self._window.back_to_list)
            page.edit_requested.connect(self._window.edit_contact)
            page.tag_clicked.connect(self._on_tag_clicked)
            self._wire_segments(page)
            self._window.pages.addWidget(page)
        return self._profile

    def _wire_segments(self, shown: ContactCard | ProfilePage) -> None:
        shown.segment_clicked.connect(lambda id_: self._window.show_place(Place(PlaceKind.SEGMENT, id_)))
        shown.explain_requested.connect(self.segments.explain_contact)

    def open_form(self, contact_id: int | None, name: str = "") -> None:
        """The form of a contact, or of a new one."""
        from ulkacrm_desktop.ui.forms.phone_region import phone_region
        from ulkacrm_desktop.ui.profile.contact_form import ContactForm

        region = phone_region(self._window.settings)
        form = ContactForm(self._window, self._workspace, self._window.runner, contact_id, name=name, region=region)
        form.contact_saved.connect(self._on_saved)
        form.open_requested.connect(self._window.open_contact)
        form.open()

    def shown_contact(self) -> int | None:
        """The contact of the full page, where that is shown."""
        page = self._profile
        if page is None or self._window.pages.currentWidget() is not page:
            return None
        return page.contact_id

    def _on_saved(self, contact_id: int) -> None:
        self._window.contacts.list.rows.set_current_id(contact_id)

    def _on_tag_clicked(self, tag_id: int) -> None:
        self._window.show_place(Place(PlaceKind.TAG, tag_id))

    # Pages beside the lists.

    def page(self, key: str) -> QWidget:
        """The page of ``duplicates``, of ``properties`` (with ``tags`` its tags), or of the ``settings``."""
        if key == "settings":
            return self._settings_page()
        if key == "duplicates":
            return self.duplicates.page()
        if self._properties is None:
            from ulkacrm_desktop.ui.properties.properties_page import PropertiesPage

            self._properties = PropertiesPage(self._workspace, self._window.runner, self._window.pages)
            self._properties.tag_chosen.connect(self._on_tag_clicked)
            self._window.pages.addWidget(self._properties)
        if key == "tags":
            self._properties.show_tags()
        elif key == "cloud":
            self._properties.show_cloud()
        return self._properties

    def _settings_page(self) -> SettingsPage:
        if self._settings is None:
            from ulkacrm_desktop.ui.settings.settings_page import SettingsPage
            from ulkacrm_desktop.ui.window_rebuild import show_language, show_scheme

            window = self._window
            page = self._settings = SettingsPage(self._workspace, window.runner, window.settings, window.pages)
            page.language_changed.connect(partial(show_language, window))
            page.theme_changed.connect(show_scheme)
            window.pages.addWidget(page)
        return self._settings

    def _on_place_menu(self, place: Place, position: QPoint) -> None:
        window = self._window
        if place.segment_id is not None:
            self.segments.open_menu(place.segment_id, position)
        if place.kind is PlaceKind.FILTER and place.record_id is not None:
            self.filters.open_menu(place.record_id, position)
        if place.tag_id is None:
            return
        menu = QMenu(window)
        menu.setObjectName("tag_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("users"), _("Show its contacts"), partial(window.show_place, place))
        menu.addAction(icon("pencil"), _("Rename, colour, delete…"), partial(window.show_page, "tags"))
        menu.addAction(icon("tags"), _("Tag cloud"), partial(window.show_page, "cloud"))
        menu.popup(position)

    @property
    def shown_page(self) -> str:
        """The key of the page that is shown, '' for a list or a contact."""
        current = self._window.pages.currentWidget()
        pages = {
            "settings": self._settings,
            "properties": self._properties,
            "duplicates": self.duplicates.shown,
        }
        return next((key for key, page in pages.items() if page is not None and page is current), "")

    # Import.

    def open_import(self, path: Path | None) -> None:
        """The import of a file; while one is under way, it comes back."""
        window = self._window
        if self._wizard is not None:
            if not self._wizard.is_importing and path is not None:
                self._wizard.session.open(str(path))
            self._wizard.open()
            return
        from ulkacrm_desktop.ui.imports.import_wizard import ImportWizard

        wizard = self._wizard = ImportWizard(
            window,
            self._workspace,
            window.runner,
            str(path) if path is not None else None,
            window.settings,
            prompter=window.prompter,
        )
        wizard.undo_requested.connect(window.undo.undo_operation)
        wizard.contacts_requested.connect(
            lambda report: window.show_place(Place(PlaceKind.OPERATION, report.operation))
        )
        wizard.template_requested.connect(self._save_template)
        wizard.session.progressed.connect(self._on_import_progress)
        for ended in (wizard.session.imported, wizard.session.cancelled, wizard.session.failed):
            ended.connect(self._on_import_ended)
        wizard.finished.connect(self._on_wizard_closed)
        wizard.open()

    def open_sample(self) -> None:
        """Import the sample contacts that come with the program."""
        self.open_import(SAMPLE)

    def _on_wizard_closed(self) -> None:
        self._wizard = None

    def _on_import_progress(self) -> None:
        wizard = self._wizard
        if wizard is not None and wizard.is_importing:
            # Should the program end now, the next start tells that nothing of it was written.
            self._window.settings.set(_IMPORTING, Path(wizard.session.path or "").name)

    def _on_import_ended(self) -> None:
        self._window.settings.set(_IMPORTING, None)

    def _save_template(self) -> None:
        suggested = Path.home() / _("Contacts template.xlsx")
        filters = [_("Excel workbook (*.xlsx)"), _("Text table (*.csv)")]
        parent = self._wizard if self._wizard is not None else self._window
        self._window.prompter.choose_new_file(parent, _("Save a template"), suggested, filters, self._write_template)

    def _write_template(self, path: Path) -> None:
        self._window.runner.run(
            partial(_write_template, self._workspace, path), partial(self._on_template_written, path)
        )

    def _on_template_written(self, path: Path, _answer: object) -> None:
        self._window.undo.tell(_("Saved the template {file}").format(file=path.name))

    def may_close(self) -> bool:
        """Whether the window may close now; a running import asks first, and closes it when it is told to stop."""
        wizard = self._wizard
        if wizard is None or not wizard.is_importing:
            return True
        from ulkacrm_desktop.ui.runtime.prompter import Choice, Question, Tone

        question = Question(
            title=_("Stop the import and quit?"),
            text=_("The import is not finished. If it is stopped now, nothing of it is kept."),
            choices=[Choice("stop", _("Stop and quit"))],
            cancel_verb=_("Go on importing"),
            tone=Tone.WARNING,
        )
        self._window.prompter.ask(self._window, question, self._on_stop_answered)
        return False

    def _on_stop_answered(self, answer: str | None) -> None:
        wizard = self._wizard
        if answer != "stop":
            return
        if wizard is None or not wizard.is_importing:
            self._window.close()
            return
        wizard.session.cancelled.connect(self._window.close)
        wizard.session.imported.connect(self._window.close)
        wizard.cancel_import()

    # Export and printing.

    def open_export(self, selection: ContactSelection | None, *, name: str = "", count: int | None = None) -> None:
        """Export a selection, else what is ticked or what the list shows, as the dialog is told.

        ``name`` is that of a selection by a query, ``count`` how many it is where that is known.
        """
        from ulkacrm_desktop.ui.exports.export_choices import ContactCounts
        from ulkacrm_desktop.ui.exports.export_dialog import ExportDialog

        window = self._window
        page = window.contacts
        if selection is None and page.ticks:
            selection = page.selection
        if selection is None or selection.query is None:
            count = len(selection.ids) if selection is not None else 0
        counts = ContactCounts(page.list.model.total, count, name)
        dialog = ExportDialog(
            window,
            self._workspace,
            window.runner,
            selection,
            page.everything_listed,
            counts,
            settings=window.settings,
            prompter=window.prompter,
        )
        dialog.exported.connect(self._on_exported)
        dialog.open()

    def _on_exported(self, path: str, count: int) -> None:
        text = ngettext("Exported {count} contact to {file}", "Exported {count} contacts to {file}", count)
        self._window.undo.tell(text.format(count=grouped(count), file=Path(path).name))

    def print_list(self) -> None:
        """Print what is ticked, else the list."""
        from ulkacrm_desktop.ui.contacts.printing import ListPrinter

        page = self._window.contacts
        printer = ListPrinter(self._window, self._window.runner, page.list, page.ticks)
        printer.refused.connect(self._window.undo.tell)
        printer.start(page.header.title)

    # The command palette.

    def open_palette(self) -> None:
        """Actions, tags and contacts by a few letters."""
        if self._palette is None:
            window = self._window
            self._palette = CommandPalette(window, window.runner, window.registry.for_palette, self._found)
        self._palette.open()

    def _found(self, text: str) -> Sequence[PaletteEntry]:
        """What else the palette offers; on a reader's thread."""
        window = self._window
        found = find_for_palette(self._workspace, text)
        entries = self.filters.palette_entries(text) + self.segments.palette_entries(text)
        entries += [
            PaletteEntry(name, partial(window.show_place, Place(PlaceKind.TAG, tag_id)), "tag", _("Tag"))
            for tag_id, name in found.tags
        ]
        entries += [
            PaletteEntry(name, partial(window.open_contact, contact_id), "user", address, person=True)
            for contact_id, name, address in found.contacts
        ]
        return entries

    # Notices.

    def _give_notice(self) -> None:
        settings, notice = self._window.settings, self._window.notice
        interrupted = settings.get(_IMPORTING)
        if isinstance(interrupted, str) and interrupted:
            text = _(
                "The program ended while it imported {file}. Nothing of it was kept; your contacts are as they were "
                "before. You can import the file again."
            )
            notice.show_notice(_INTERRUPTED, text.format(file=interrupted), _("Import again"))
            return
        location = self._workspace.location
        service = synchronising_service(Path(location)) if self._workspace.is_local else None
        if service is not None and settings.get(f"notice.{_SYNCHRONISED}") != location:
            text = _(
                "The database lies in {folder}, which is synchronised: while the program runs, the copy there may be "
                "damaged. Keep the database in a folder of this computer alone, and put backups into {folder}."
            )
            notice.show_notice(_SYNCHRONISED, text.format(folder=service), _("Show the folder"))

    def _on_notice_acted(self, key: str) -> None:
        if key == _SYNCHRONISED:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self._workspace.location).absolute().parent)))
        elif key == _INTERRUPTED:
            self._window.settings.set(_IMPORTING, None)
            self._window.notice.hide()
            self.open_import(None)

    def _on_notice_dismissed(self, key: str) -> None:
        if key == _SYNCHRONISED:
            self._window.settings.set(f"notice.{_SYNCHRONISED}", self._workspace.location)
        elif key == _INTERRUPTED:
            self._window.settings.set(_IMPORTING, None)


def _write_template(workspace: Workspace, path: Path) -> Any:
    from ulkacrm_desktop.services.exports.template import write_template
    from ulkacrm_desktop.services.queries.properties import property_definitions

    return write_template(path, workspace.read(property_definitions), current_language())
