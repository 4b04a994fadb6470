"""Every page and dialog in its states, drawn to PNG files: what `ulkacrm demo --screens` shows."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QAbstractButton, QLineEdit, QListWidget, QTabBar

from ulkacrm_desktop.app import make_application
from ulkacrm_desktop.cli import duplicate_scenes, filter_scenes
from ulkacrm_desktop.cli.stage import Stage
from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.services.operations.notes import add_note
from ulkacrm_desktop.services.operations.tags import add_tags
from ulkacrm_desktop.services.queries.contacts import first_page
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.contacts.places import RECENT, SELECTED
from ulkacrm_desktop.ui.imports.import_sheet import Step
from ulkacrm_desktop.ui.imports.import_wizard import ImportWizard
from ulkacrm_desktop.ui.properties.properties_page import PropertiesPage
from ulkacrm_desktop.ui.properties.retype_dialog import RetypeDialog
from ulkacrm_desktop.ui.runtime.language import use_language
from ulkacrm_desktop.ui.theme import Scheme, Theme

SIZE: Final = (1280, 800)
LARGE: Final = (1920, 1080)


@dataclass(frozen=True, slots=True)
class Screen:
    """A state of the window: on which database, and how it is brought about; ``main`` ones are also drawn large."""

    name: str
    database: str
    show: Callable[[Stage], None]
    main: bool = False


def draw_screens(
    folder: Path,
    databases: Mapping[str, Path],
    scratch: Path,
    *,
    languages: Sequence[str],
    main_only: bool,
    progress: Callable[[int, int], None],
    schemes: Sequence[Scheme] = (Scheme.LIGHT, Scheme.DARK),
    large: bool = True,
) -> int:
    """Draw the screens whose database is there, to ``<name>.<language>.<scheme>.<width>.png``.

    ``databases`` are the paths of ``empty``, ``few`` and ``many``; ``scratch`` is a folder for files in passing.
    ``large``: the main ones in a second size too. Answers the number of pictures.
    """
    folder.mkdir(parents=True, exist_ok=True)
    settings_file = scratch / "settings.json"
    application = make_application(Settings(settings_file), languages[0])
    theme = application.findChild(Theme)
    assert theme is not None
    screens = [screen for screen in SCREENS if screen.database in databases and (screen.main or not main_only)]
    sizes = {screen.name: (SIZE, LARGE) if screen.main and large else (SIZE,) for screen in screens}
    if "many" in databases and not main_only:
        _live_a_little(databases["many"])
    total = sum(map(len, sizes.values())) * len(languages) * len(schemes)
    done = 0
    for language in languages:
        use_language(language)
        for scheme in schemes:
            theme.set_scheme(scheme)
            for screen in screens:
                for size in sizes[screen.name]:
                    progress(done, total)
                    database = scratch / "shown.ulka"
                    _copy(databases[screen.database], database)
                    with Stage(database, settings_file, size) as stage:
                        screen.show(stage)
                        stage.draw(folder / f"{screen.name}.{language}.{scheme.value}.{size[0]}.png")
                    done += 1
    progress(done, total)
    return done


def _copy(database: Path, to: Path) -> None:
    """Each screen has a database of its own, which it may change."""
    for ending in ("-wal", "-shm"):
        to.with_name(to.name + ending).unlink(missing_ok=True)
    shutil.copy(database, to)


def _live_a_little(database: Path) -> None:
    """Give the first contact a past, so that its profile has something to show."""
    with Workspace.session(database) as workspace:
        contact = workspace.read(first_page, ContactQuery(search="vip"), 1).rows[0]
        workspace.perform(
            add_note, contact_id=contact.id, title="Tasting", body="Liked the oolong, wants a quote for 2 kg."
        )
        workspace.perform(add_note, contact_id=contact.id, body="Позвонить в понедельник после обеда.")
        workspace.perform(add_tags, selection=ContactSelection.of(contact.id), names=["Wholesale lead"])
        filter_scenes.add_segments(workspace)


def _first(stage: Stage) -> int:
    """The contact with a past."""
    return stage.workspace.read(first_page, ContactQuery(search="vip"), 1).rows[0].id


def _nothing(_stage: Stage) -> None:
    pass


def _search(text: str) -> Callable[[Stage], None]:
    def show(stage: Stage) -> None:
        stage.window.contacts.header.search.setText(text)
        stage.settle()

    return show


def _tick(stage: Stage) -> None:
    ids = stage.window.contacts.list.model.ids
    stage.window.ticks.tick(list(ids or ())[1:4])
    stage.settle()


def _selected(stage: Stage) -> None:
    _tick(stage)
    stage.window.show_place(SELECTED)
    stage.settle()


def _asked(action: str) -> Callable[[Stage], None]:
    """What an action asks before it does something with the ticked contacts."""

    def show(stage: Stage) -> None:
        _tick(stage)
        stage.window.registry[action].trigger()
        stage.settle()

    return show


def _property_of_ticked(stage: Stage) -> None:
    """The form that sets a property, one of which several choices can be had."""
    _asked("set_property")(stage)
    choices = stage.found(QListWidget, "property_choices")
    several = next(row for row in range(choices.count()) if choices.item(row).text() == "Interests")
    choices.itemClicked.emit(choices.item(several))
    stage.settle()


def _cards(stage: Stage) -> None:
    stage.window.contacts.list.show_as_cards(True)
    stage.settle()


def _current(stage: Stage) -> None:
    rows = stage.window.contacts.list.rows
    rows.set_current_id(_first(stage))
    stage.settle()


def _profile(tab: int) -> Callable[[Stage], None]:
    def show(stage: Stage) -> None:
        stage.window.open_contact(_first(stage))
        stage.settle()
        stage.found(QTabBar).setCurrentIndex(tab)
        stage.settle()

    return show


def _new_form(stage: Stage) -> None:
    stage.window.new_contact()
    stage.settle()


def _edit_form(stage: Stage) -> None:
    stage.window.edit_contact(_first(stage))
    stage.settle()


def _faulty_form(stage: Stage) -> None:
    stage.window.new_contact()
    stage.settle()
    stage.found(QAbstractButton, "submit").click()
    stage.settle()


def _import(step: Step | None, rows: str | None = None) -> Callable[[Stage], None]:
    """The import of the sample up to a step; at its very beginning, without a file, for None."""

    def show(stage: Stage) -> None:
        from ulkacrm_desktop.ui.window_features import SAMPLE

        stage.window.import_file(SAMPLE if step is not None else None)
        stage.settle()
        wizard = stage.found(ImportWizard)
        while step is not None and wizard.step < step:
            stage.wait_for(wizard.next_button.isEnabled)
            beyond = partial(_is_beyond, wizard, wizard.step)
            wizard.next_button.click()
            stage.wait_for(beyond)
        if rows is not None:
            stage.found(QAbstractButton, rows).click()
            stage.settle()

    return show


def _is_beyond(wizard: ImportWizard, step: Step) -> bool:
    return wizard.step not in (step, Step.IMPORT)


def _palette(text: str) -> Callable[[Stage], None]:
    def show(stage: Stage) -> None:
        stage.window.open_palette()
        stage.settle()
        if text:
            stage.found(QLineEdit, "palette_line").setText(text)
            stage.settle()

    return show


def _settings(tab: int) -> Callable[[Stage], None]:
    def show(stage: Stage) -> None:
        stage.window.show_settings()
        stage.settle()
        stage.found(QTabBar).setCurrentIndex(tab)
        stage.settle()

    return show


def _properties(tab: int, *, new: bool = False) -> Callable[[Stage], None]:
    def show(stage: Stage) -> None:
        page = PropertiesPage(stage.workspace, stage.window.runner)
        stage.window.pages.addWidget(page)
        stage.window.pages.setCurrentWidget(page)
        page.tabs.setCurrentIndex(tab)
        stage.settle()
        if new:
            page.properties.begin_new()
            stage.settle()

    return show


def _property(action: str) -> Callable[[Stage], None]:
    """The first property of the list that this action is for, and the action."""

    def show(stage: Stage) -> None:
        _properties(0)(stage)
        listed = stage.found(PropertiesPage).properties
        for item in listed.items():
            listed.tree.setCurrentItem(item)
            button = stage.found(QAbstractButton, action)
            if button.isEnabled() and listed.current_id() is not None:
                button.click()
                break
        stage.settle()

    return show


def _retype(stage: Stage) -> None:
    """A text becomes a number, which not all of its values are."""
    _property("retype")(stage)
    dialog = stage.found(RetypeDialog)
    dialog.type.setCurrentIndex(dialog.type.findData(PropertyType.NUMBER))
    stage.settle()


def _export(stage: Stage) -> None:
    stage.window.export()
    stage.settle()


def _recent(stage: Stage) -> None:
    for contact_id in list(stage.window.contacts.list.model.ids or ())[:3]:
        stage.window.open_contact(contact_id)
    stage.window.show_place(RECENT)
    stage.settle()


def _act(key: str) -> Callable[[Stage], None]:
    """An action on three ticked contacts."""

    def show(stage: Stage) -> None:
        _tick(stage)
        stage.window.registry[key].trigger()
        stage.settle()

    return show


SCREENS: Final = (
    Screen("contacts_empty", "empty", _nothing, main=True),
    Screen("contacts_few", "few", _nothing),
    Screen("contacts_many", "many", _current, main=True),
    Screen("contacts_found", "many", _search("call")),
    Screen("contacts_nothing_found", "many", _search("qwertz")),
    Screen("contacts_ticked", "many", _tick),
    Screen("contacts_selected", "many", _selected),
    Screen("selection_tag", "many", _asked("tag")),
    Screen("selection_responsible", "many", _asked("responsible")),
    Screen("selection_property", "many", _property_of_ticked),
    Screen("contacts_recent", "many", _recent),
    Screen("contacts_tag", "many", _act("tag")),
    Screen("contacts_deleted", "many", _act("delete")),
    Screen("filter_bar", "many", filter_scenes.filter_bar, main=True),
    Screen("filter_conditions", "many", filter_scenes.filter_nested),
    Screen("filter_nobody", "many", filter_scenes.filter_nothing),
    Screen("filter_tags", "many", filter_scenes.quick_editor("tag")),
    Screen("filter_activity", "many", filter_scenes.quick_editor("last_activity")),
    Screen("filter_fields", "many", filter_scenes.quick_editor("fields")),
    Screen("builder", "many", filter_scenes.builder(), main=True),
    Screen("builder_incomplete", "many", filter_scenes.builder(incomplete=True)),
    Screen("builder_text", "many", filter_scenes.builder(text=True)),
    Screen("segment", "many", filter_scenes.segment()),
    Screen("segment_by_hand", "many", filter_scenes.segment("Invited to the tasting")),
    Screen("segment_form", "many", filter_scenes.segment_form()),
    Screen("segment_new", "few", filter_scenes.segment_form(new=True)),
    Screen("segment_counts", "many", filter_scenes.explain(0)),
    Screen("segment_contact", "many", filter_scenes.explain(1)),
    Screen("segment_choose_contact", "many", filter_scenes.choose_contact),
    Screen("segment_history", "many", filter_scenes.explain(2, "Invited to the tasting")),
    Screen("merge", "many", duplicate_scenes.merge_form(2), main=True),
    Screen("merge_four", "many", duplicate_scenes.merge_form(4)),
    Screen("duplicates_start", "many", duplicate_scenes.duplicates("")),
    Screen("duplicates_own", "few", duplicate_scenes.duplicates("own")),
    Screen("duplicates_searching", "many", duplicate_scenes.searching),
    Screen("duplicates", "many", duplicate_scenes.duplicates("similar", "decide_later"), main=True),
    Screen("duplicates_email", "few", duplicate_scenes.duplicates("email")),
    Screen("duplicates_all", "few", duplicate_scenes.duplicates("email", "merge_all")),
    Screen("duplicates_none", "few", duplicate_scenes.duplicates("name_city")),
    Screen("duplicates_failed", "few", duplicate_scenes.failed),
    Screen("cards", "many", _cards, main=True),
    Screen("cards_few", "few", _cards),
    Screen("profile_overview", "many", _profile(0), main=True),
    Screen("profile_properties", "many", _profile(1)),
    Screen("profile_notes", "many", _profile(2)),
    Screen("profile_activity", "many", _profile(3)),
    Screen("form_new", "many", _new_form),
    Screen("form_faulty", "many", _faulty_form),
    Screen("form_edit", "many", _edit_form),
    Screen("import_start", "few", _import(None)),
    Screen("import_file", "few", _import(Step.FILE)),
    Screen("import_columns", "few", _import(Step.COLUMNS)),
    Screen("import_preview", "few", _import(Step.PREVIEW), main=True),
    Screen("import_errors", "few", _import(Step.PREVIEW, "rows_error")),
    Screen("import_summary", "few", _import(Step.SUMMARY)),
    Screen("export", "many", _export),
    Screen("properties", "many", _properties(0), main=True),
    Screen("tags", "many", _properties(1)),
    Screen("property_form", "many", _properties(0, new=True)),
    Screen("property_edit", "many", _property("edit")),
    Screen("properties_archived", "many", _property("archive")),
    Screen("property_choices", "many", _property("choices")),
    Screen("property_retype", "many", _retype),
    Screen("tag_cloud", "many", _properties(2)),
    Screen("settings", "many", _settings(0), main=True),
    Screen("settings_database", "many", _settings(1)),
    Screen("settings_history", "many", _settings(2)),
    Screen("settings_colleagues", "many", _settings(3)),
    Screen("settings_classes", "many", _settings(4)),
    Screen("palette", "many", _palette("")),
    Screen("palette_found", "many", _palette("anna")),
)
"""All screens there are, in the order in which they are drawn."""
