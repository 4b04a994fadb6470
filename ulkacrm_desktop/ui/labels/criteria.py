"""What is wrong with criteria, in words."""

from collections.abc import Mapping
from typing import Any, Final

from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.i18n import N_, _
from ulkacrm_desktop.ui.labels.values import terminal_width

_EXPECTED: Final = {
    "<field>": N_("a field"),
    "<property>": N_("the name of a property"),
    "<text>": N_("a text"),
    "<number>": N_("a number"),
    "<whole_number>": N_("a whole number"),
    "<date>": N_("a date such as 2025-03-31"),
    "<tag>": N_("the name of a tag"),
    "<responsible>": N_("the name of a user"),
    "<class>": N_("the name of a class"),
    "<segment>": N_("the name of a segment"),
    "<end>": N_("the end"),
}
_LINE: Final = 100


def invalid_criteria_text(facts: Mapping[str, Any], _properties: Mapping[int, str] | None = None) -> str:
    """The sentence of ``criteria_invalid``: what stands at which place, and what would do."""
    found, place = str(facts.get("found", "")), int(facts.get("position", 0)) + 1
    problem = facts.get("problem")
    if problem == "unclosed_quote":
        return _("The quotation mark at character {place} is never closed.").format(place=place)
    if problem == "too_deep":
        return _("The groups are nested too deep at character {place}.").format(place=place)
    if problem == "field_to_come":
        return _("Character {place}: there is nothing yet to ask about {found}.").format(place=place, found=found)
    told = [_expected(each) for each in facts.get("expected") or ()]
    if problem == "ambiguous_choice":
        sentence = _("Character {place}: several are called {found}. Name one by its number: {numbers}.").format(
            place=place, found=found, numbers=", ".join(told)
        )
    elif problem == "unknown_field":
        sentence = _("Character {place}: there is no field {found}.").format(place=place, found=found)
    elif problem == "unknown_choice":
        sentence = _("Character {place}: {found} is not there; expected {expected}.").format(
            place=place, found=found, expected=_either(told)
        )
    elif not found:
        sentence = _("Something is missing at the end: expected {expected}.").format(expected=_either(told))
    else:
        sentence = _("Character {place}: found {found}, expected {expected}.").format(
            place=place, found=found, expected=_either(told)
        )
    if suggestions := facts.get("suggestions"):
        sentence += " " + _("Did you mean {names}?").format(names=_either(list(map(str, suggestions))))
    return sentence


def place_lines(error: ExpectedError) -> tuple[str, ...]:
    """The line of a text of criteria that is wrong, and one with carets below the place; none for other failures."""
    if error.code != "criteria_invalid":
        return ()
    text, position = str(error.facts["text"]), int(str(error.facts["position"]))
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    line = text[start : end if end >= 0 else len(text)].replace("\t", " ")
    before, marked = line[: position - start][-_LINE:], line[position - start :][: int(str(error.facts["length"]))]
    shown = before + line[position - start :]
    return shown, " " * terminal_width(before) + "^" * max(1, terminal_width(marked))


def _expected(code: str) -> str:
    return _(_EXPECTED[code]) if code in _EXPECTED else code


def _either(names: list[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    # Translators: the end of a list of which one is meant, such as "tag, city or name".
    return _("{names} or {last}").format(names=", ".join(names[:-1]), last=names[-1])
