"""A main window on a real database file, driven by keys and clicks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ulkacrm_desktop.app import build_window
from ulkacrm_desktop.core.contact_document import EmailEntry, PhoneEntry, PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.services.operations.contacts import create_contact
from ulkacrm_desktop.services.operations.properties import create_property
from ulkacrm_desktop.services.operations.tags import add_tags
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.main_window import MainWindow
from ulkacrm_desktop.ui.runtime.prompter import Question

PEOPLE = (
    "Anna Petrova",
    "Борис Орлов",
    "Clara Schmidt",
    "Дмитрий Иванов",
    "Eve Nakamura",
    "Фёдор Кузнецов",
    "Grégoire Éluard",
    "Hanna Ivanova",
)


@dataclass
class People:
    """A database of eight, with the ids in the order of `PEOPLE` and that of a property."""

    workspace: Workspace
    ids: list[int]
    shoe_size: int


@pytest.fixture
def people(local_workspace: Workspace) -> People:
    """Eight people: the first three are VIP, each has a shoe size, Boris likes anchovies."""
    perform = local_workspace.perform
    shoe_size = perform(create_property, name="Shoe size", type=PropertyType.NUMBER).result
    ids = [
        perform(
            create_contact,
            contact=ContactInput(
                name=name,
                company="Acme" if number % 2 else "",
                emails=(EmailEntry(f"person{number}@example.org"),),
                phones=(PhoneEntry(f"+7 916 000 00 0{number}"),),
                notes="любит анчоусы" if number == 1 else "",
                properties={shoe_size: 36 + number},
            ),
        ).result
        for number, name in enumerate(PEOPLE)
    ]
    perform(add_tags, selection=ContactSelection.of(*ids[:3]), names=("VIP",))
    return People(local_workspace, ids, shoe_size)


class Answers:
    """Stands for somebody who answers: keeps what was asked and told, and picks as it was told to."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.asked: list[Question] = []
        self.answer: str | None = None
        self.file: Path | None = None

    def ask(self, parent: QWidget, question: Question, answered: Callable[[str | None], object]) -> None:
        self.asked.append(question)
        answered(self.answer)

    def tell(self, parent: QWidget | None, title: str, text: str = "", **_more: object) -> None:
        self.told.append((title, text))

    def choose_new_file(
        self, parent: QWidget, title: str, suggested: Path, filters: object, chosen: Callable[[Path], object]
    ) -> None:
        if self.file is not None:
            chosen(self.file)


@dataclass
class Desk:
    """A window that is shown and has answered, with those who use it."""

    window: MainWindow
    workspace: Workspace
    settings: Settings
    answers: Answers
    qtbot: QtBot

    @property
    def names(self) -> list[str]:
        """The names that the list shows, from the top."""
        model = self.window.contacts.list.model
        section = model.section_of("name")
        return [model.index(row, section).data() for row in range(model.total)]

    def settle(self) -> None:
        """Wait for all that is under way."""
        self.qtbot.wait(10)
        self.qtbot.waitUntil(lambda: self.window.runner.pending == 0, timeout=20_000)
        self.qtbot.wait(10)
        self.qtbot.waitUntil(lambda: self.window.runner.pending == 0, timeout=20_000)

    def search(self, text: str) -> None:
        """Type into the search box."""
        self.window.contacts.header.search.setFocus()
        self.window.contacts.header.search.setText(text)
        self.settle()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is."""
        self.qtbot.keyClick(self.window.focusWidget() or self.window, key, modifier)
        self.settle()

    def click(self, name: str, root: QWidget | None = None) -> None:
        """Click a button by its object name."""
        button = (root or self.window).findChild(QWidget, name)
        assert button is not None, name
        assert button.isVisible(), name
        assert button.isEnabled(), name
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        self.settle()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.json")


@pytest.fixture
def open_desk(
    qtbot: QtBot, settings: Settings, theme: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Desk]]:
    """Opens windows; each is closed in the end, and what a window could not handle fails the test."""
    for place in ("STATE", "CACHE", "CONFIG", "DATA"):
        monkeypatch.setenv(f"XDG_{place}_HOME", str(tmp_path / place.lower()))
    desks: list[Desk] = []
    bugs: list[BaseException] = []

    def opened(workspace: Workspace, settings: Settings = settings) -> Desk:
        window = build_window(workspace, settings)
        qtbot.addWidget(window)
        answers = Answers()
        window.prompter = answers  # type: ignore[assignment]
        window.errors.report = bugs.append  # type: ignore[method-assign]
        window.resize(1280, 800)
        with qtbot.waitActive(window):  # shortcuts work in the active window only
            window.show()
            window.activateWindow()
        desk = Desk(window, workspace, settings, answers, qtbot)
        qtbot.waitUntil(lambda: window.features is not None, timeout=20_000)
        desk.settle()
        desks.append(desk)
        return desk

    yield opened
    for desk in desks:
        desk.answers.answer = None
        desk.window.close()
    assert not bugs, bugs


@pytest.fixture
def desk(open_desk: Callable[..., Desk], people: People) -> Desk:
    return open_desk(people.workspace)
