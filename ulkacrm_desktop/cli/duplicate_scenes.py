"""Scenes of duplicates and merging for `cli.screens`: contacts that are there twice, and the states of the page."""

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QAbstractButton

from ulkacrm_desktop.cli.stage import Stage
from ulkacrm_desktop.core.contact_document import EmailEntry, PhoneEntry
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.services.operations.contacts import create_contact
from ulkacrm_desktop.services.operations.notes import add_note
from ulkacrm_desktop.services.operations.tags import add_tags
from ulkacrm_desktop.ui.duplicates.duplicates_page import DuplicatesPage
from ulkacrm_desktop.ui.duplicates.rule_words import rule_text
from ulkacrm_desktop.ui.labels.imports import phase_text

_NOTE: Final = (
    "Познакомились на выставке в Санкт-Петербурге, просила прислать каталог и прайс-лист для оптовых покупателей; "
    "перезвонить после обеда. Платит всегда вовремя, любит улун и не любит, когда звонят утром."
)
_TWICE: Final = (
    ContactInput(
        name="Анна Петрова",
        company="ООО «Ромашка»",
        street="Большая Конюшенная улица, 27",
        city="Санкт-Петербург",
        emails=(EmailEntry("anna@romashka.example"),),
        phones=(PhoneEntry("+7 916 123 45 67"),),
        notes=_NOTE,
    ),
    ContactInput(
        name="Anna Petrova",
        company="Romashka LLC",
        city="Saint Petersburg",
        website="https://romashka.example",
        emails=(EmailEntry("anna.petrova@mail.example"), EmailEntry("anna@romashka.example")),
        phones=(PhoneEntry("+7 (916) 123-45-67"),),
    ),
    ContactInput(name="Петрова Анна Владимировна", emails=(EmailEntry("anna@romashka.example"),), notes="Любит улун."),
    ContactInput(name="А. Петрова", phones=(PhoneEntry("+7 916 123 45 67"),), city="Санкт-Петербург"),
    ContactInput(name="Саша Кузнецов", company="Чайный дом", phones=(PhoneEntry("+7 903 765 43 21"),)),
    ContactInput(
        name="Александр Кузнецов",
        company="Чайный дом",
        phones=(PhoneEntry("8 903 765-43-21"),),
        emails=(EmailEntry("kuznetsov@chai.example"),),
    ),
    ContactInput(name="John Whitfield", emails=(EmailEntry("john@whitfield.example"),), city="Leeds"),
    ContactInput(name="Jon Whitfield", emails=(EmailEntry("john@whitfield.example"),), city="Leeds"),
)


def _add(stage: Stage) -> list[int]:
    ids = [stage.workspace.perform(create_contact, contact=contact).result for contact in _TWICE]
    stage.workspace.perform(add_tags, selection=ContactSelection.of(*ids[:2]), names=["VIP"])
    stage.workspace.perform(add_note, contact_id=ids[1], title="Звонок", body="Перезвонить в понедельник.")
    stage.settle()
    return ids


def merge_form(count: int) -> Callable[[Stage], None]:
    """The form that merges so many contacts."""

    def show(stage: Stage) -> None:
        stage.window.ticks.tick(_add(stage)[:count])
        stage.window.registry["merge"].trigger()
        stage.settle()

    return show


def duplicates(rule: str, then: str = "") -> Callable[[Stage], None]:
    """The page after a search by a rule, and after one more click; its beginning without a rule."""

    def show(stage: Stage) -> None:
        _add(stage)
        stage.window.show_page("duplicates")
        stage.settle()
        if not rule:
            return
        stage.found(QAbstractButton, f"rule_{rule}").click()
        if rule == "own":
            stage.found(QAbstractButton, "own_name").click()
            stage.settle()
            return
        stage.found(QAbstractButton, "find_duplicates").click()
        page = stage.found(DuplicatesPage)
        stage.wait_for(lambda: not page.progress.isVisible())
        if then:
            stage.found(QAbstractButton, then).click()
            stage.settle()

    return show


def failed(stage: Stage) -> None:
    """A search that has failed."""
    stage.window.show_page("duplicates")
    stage.found(DuplicatesPage).look_for(("property:none",))
    stage.settle()


def searching(stage: Stage) -> None:
    """A search under way."""
    stage.window.show_page("duplicates")
    stage.settle()
    page = stage.found(DuplicatesPage)
    page.states.show_loading()
    page.progress.start(rule_text((), {}))
    page.progress.show_progress(phase_text("pairs"), 12_480, 98_304)
