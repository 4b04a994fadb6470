"""What a user has set outlives the program."""

import json
from pathlib import Path

import pytest

from ulkacrm_desktop.core.settings import Settings


@pytest.fixture(params=[False, True], ids=["at once", "behind"])
def behind(request: pytest.FixtureRequest) -> bool:
    chosen: bool = request.param
    return chosen


def test_what_is_set_is_there_at_the_next_start(tmp_path: Path, behind: bool) -> None:
    path = tmp_path / "new folder" / "settings.json"
    settings = Settings(path, behind=behind)
    for number in range(200):
        settings.set("recent", [number, "Łódź"])
    settings.set("gone", 1)
    settings.set("gone", None)
    assert settings.get("recent") == [199, "Łódź"], "at once, whoever writes"
    settings.close()
    assert json.loads(path.read_text(encoding="utf-8")) == {"recent": [199, "Łódź"]}
    assert Settings(path).get("recent") == [199, "Łódź"]


@pytest.mark.parametrize("text", ["", "{", "[1]", "\x00"])
def test_a_file_that_cannot_be_read_counts_as_empty(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text, encoding="utf-8")
    settings = Settings(path)
    assert settings.get("theme", "system") == "system"
    settings.set("theme", "dark")
    assert Settings(path).get("theme") == "dark"


def test_a_window_goes_on_where_its_settings_cannot_be_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way of a folder", encoding="utf-8")
    settings = Settings(blocked / "settings.json", behind=True)
    settings.set("theme", "dark")
    settings.close()
    assert settings.get("theme") == "dark"
    assert "not written" in caplog.text
