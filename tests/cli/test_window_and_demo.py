"""The window's command, the demo, help, and languages."""

import logging
import shutil
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests import catalogues
from tests.cli.conftest import Program, environment
from tests.ui.mnemonics import collisions


def test_without_a_display_the_window_says_so(ulkacrm: Program) -> None:
    failed = ulkacrm()
    assert failed.failure.startswith("There is no display")


def test_the_demo_imports_and_draws_where_there_is_no_display(ulkacrm: Program, tmp_path: Path) -> None:
    first = ulkacrm("demo", "--directory", "demo")
    assert first.code == 0, first.err
    assert "no display" in first.err
    assert "Reading the file: 302 of 302" in first.err
    assert "296 contacts created, 1 contact updated." in first.out
    pictures = sorted((ulkacrm.folder / "demo" / "screens").glob("*.png"))
    names = {"contacts_many.en.light.1280.png", "contacts_many.en.dark.1280.png", "import_preview.en.light.1280.png"}
    assert names <= {path.name for path in pictures}
    for path in pictures:
        image = QImage(str(path))
        assert (image.width(), image.height()) == (1280, 800)
        colours = {image.pixel(x, y) for x in range(0, 1280, 16) for y in range(0, 800, 16)}
        assert len(colours) > 5, f"{path.name} is empty"
    again = ulkacrm("demo", "--directory", "demo")
    assert again.out.startswith("The demo database is there already and is kept")
    info = ulkacrm("info", "--json", database=ulkacrm.folder / "demo" / "demo.ulka").json
    assert (info["contacts"], info["operations"]) == (296, 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--language", "ru", "--help"], ("импорт", "Без команды открывается окно")),
        (["--language", "ru", "import", "--help"], ("кодировка", "строки")),
        (["--help"], ("Without a command the window opens.", "import", "template")),
    ],
)
def test_help_is_in_the_language_asked_for(ulkacrm: Program, arguments: list[str], words: tuple[str, ...]) -> None:
    done = ulkacrm(*arguments)
    assert done.code == 0
    assert all(word.casefold() in done.out.casefold() for word in words), done.out


def test_russian_throughout(ulkacrm: Program) -> None:
    file = ulkacrm.write("a.csv", "Имя,Email\nАнна,anna@example.com\nБорис,boris\n")
    done = ulkacrm("--language", "ru", "import", file)
    assert not any("a" <= letter <= "z" for letter in done.err.replace("\n", "").replace("Email", "")), done.err
    assert "Строка 3, Email:" in done.out
    assert ulkacrm("--language", "ru", "show", "nobody@example.com").failure.startswith("Нет контакта")
    ulkacrm("--language", "ru", "export", "b.csv")
    headings = (ulkacrm.folder / "b.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert "Полное имя" in headings
    assert ulkacrm("import", "b.csv", "--json").json["unchanged"] == 1


def test_wrong_usage_has_its_own_code(ulkacrm: Program) -> None:
    for arguments in (["fly"], ["import"], ["search"], ["--language", "fr", "info"], ["undo", "first"]):
        done = ulkacrm(*arguments)
        assert done.code == 2, arguments
        assert done.out == ""
        assert "usage:" in done.err


def test_every_screen_can_be_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, sample_database: Path
) -> None:
    """Each page and dialog comes into its state, no read fails by a bug, and none has a key with Alt twice; what it
    looks like is for eyes."""
    from ulkacrm_desktop.cli.screens import SCREENS, draw_screens
    from ulkacrm_desktop.cli.stage import Stage
    from ulkacrm_desktop.services.workspace import Workspace
    from ulkacrm_desktop.ui.theme import Scheme

    for name, value in environment(tmp_path / "home").items():
        monkeypatch.setenv(name, value)
    many, few, empty = (tmp_path / f"{name}.ulka" for name in ("many", "few", "empty"))
    shutil.copy(sample_database, many)
    shutil.copy(sample_database, few)
    Workspace.open(empty).close()
    english = {str(message.string): message.id for message in catalogues.read("ru") if isinstance(message.id, str)}
    ambiguous: set[tuple[str, str]] = set()
    draw = Stage.draw

    def drawn_and_looked_at(stage: Stage, path: Path) -> None:
        draw(stage, path)
        for window in QApplication.topLevelWidgets():
            if window.isVisible():
                found = [*collisions(window), *collisions(window, lambda text: english.get(text, text))]
                ambiguous.update((path.name.partition(".")[0], keys) for keys in found)

    monkeypatch.setattr(Stage, "draw", drawn_and_looked_at)
    drawn = draw_screens(
        tmp_path / "screens",
        {"many": many, "few": few, "empty": empty},
        tmp_path,
        languages=("ru",),
        main_only=False,
        progress=lambda _done, _total: None,
        schemes=(Scheme.DARK,),
        large=False,
    )
    names = {path.name.partition(".")[0] for path in (tmp_path / "screens").glob("*.png")}
    assert names == {screen.name for screen in SCREENS}
    assert drawn == len(SCREENS)
    assert not ambiguous
    assert not [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR], caplog.text
