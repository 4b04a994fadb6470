"""What is wrong with a value that somebody typed or a file holds: one sentence a code."""

from typing import Final

from ulkacrm_desktop.core.i18n import N_, _

_PROBLEMS: Final = {
    "required": N_("Cannot be empty."),
    "too_long": N_("Too long."),
    "too_small": N_("Must be at least one."),
    "taken": N_("There is one of this name already."),
    "kind_fixed": N_("A segment with criteria keeps some, one that is filled by hand has none. Make another one."),
    "no_options": N_("Give at least one choice."),
    "control_character": N_("Holds a character that cannot be stored. Type it anew."),
    "not_text": N_("Must be a text."),
    "not_number": N_("Must be a number, such as 12.5."),
    "not_date": N_("Must be a date."),
    "not_yes_no": N_("Must be yes or no."),
    "not_select": N_("Must be one of the choices."),
    "not_multi_select": N_("Must be some of the choices."),
    "not_url": N_("Must be a web address."),
    "email_without_at": N_("An email address needs an @, such as anna@example.com."),
    "email_domain_invalid": N_("What stands after the @ is no domain, such as example.com."),
    "email_too_long": N_("Too long for an email address."),
    "email_invalid": N_("This is no email address."),
    "phone_digits_lost": N_("Digits of this number are lost; type it anew."),
    "phone_too_short": N_("Too short for a phone number."),
    "phone_too_long": N_("Too long for a phone number."),
    "phone_invalid": N_("This is no phone number."),
    "tag_too_long": N_("A tag has at most 100 characters."),
    "url_invalid": N_("This is no web address; it begins like https://example.com."),
    "number_invalid": N_("This is no number."),
    "number_too_long": N_("Too long for a number."),
    "date_invalid": N_("This is no date."),
    "yes_no_invalid": N_("Must be yes or no."),
    "spreadsheet_error": N_("The spreadsheet could not compute this value."),
}


def problem_text(code: str) -> str:
    """What is wrong with a value and, where it is not plain, how it should be."""
    return _(_PROBLEMS[code]) if code in _PROBLEMS else _("This value cannot be saved ({code}).").format(code=code)


def problem_codes() -> frozenset[str]:
    """The codes that have a sentence of their own."""
    return frozenset(_PROBLEMS)
