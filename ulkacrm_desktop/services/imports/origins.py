"""Which program has written a file, told from its headings, and which of its columns say nothing of a contact."""

import re
from collections.abc import Sequence
from typing import Final

from ulkacrm_desktop.services.imports.headings import fold_heading

_GOOGLE_COLUMN = re.compile(r"^(E-mail|Phone|IM) \d+ - (Value|Type|Label)$", re.IGNORECASE)

_SIGNS: Final = (
    # The first entry whose headings are all there decides; all are compared folded.
    ("google_contacts", ("Given Name", "Family Name", "Group Membership")),
    ("google_contacts", ("First Name", "Last Name", "File As", "Labels")),
    ("outlook", ("First Name", "Last Name", "E-mail Address", "E-mail Display Name")),
    ("outlook", ("First Name", "Last Name", "E-mail Address", "Business Phone")),
    ("outlook", ("First Name", "Last Name", "E-mail Address", "Home City")),
    ("outlook", ("Имя", "Фамилия", "Адрес эл. почты", "Краткое имя эл. почты")),
    ("outlook", ("Имя", "Фамилия", "Адрес эл. почты", "Телефон переносной")),
    ("hubspot", ("Record ID", "First Name", "Last Name", "Email")),
    ("hubspot", ("First Name", "Last Name", "Email", "Lifecycle Stage")),
    ("hubspot", ("Email", "Contact owner", "Create Date")),
    ("webasyst", ("Full name", "Instant messenger")),
    ("webasyst", ("Full name", "Social networks")),
    ("webasyst", ("Полное имя", "Мессенджер")),
    ("webasyst", ("Полное имя", "Социальные сети")),
    ("sendpulse", ("email", "phone", "variables")),
    ("sendpulse", ("email", "variables")),
    ("sendpulse", ("email", "телефон", "переменные")),
    ("ulka_chat", ("Name", "Email", "Tags", "Last conversation date")),
    ("ulka_chat", ("Name", "Email", "Tags", "Last conversation")),
    ("ulka_chat", ("Имя", "Email", "Теги", "Дата последнего разговора")),
    ("ulka_chat", ("Имя", "Email", "Теги", "Последний разговор")),
)
_FOLDED_SIGNS: Final = tuple((origin, frozenset(map(fold_heading, headings))) for origin, headings in _SIGNS)

_NOISE: Final = {
    # Columns that the program fills in every row, or with what it alone can use.
    "google_contacts": "Yomi Name|Given Name Yomi|Additional Name Yomi|Family Name Yomi|Phonetic First Name|"
    "Phonetic Middle Name|Phonetic Last Name|File As|Initials|Short Name|Directory Server|Mileage|Sensitivity|"
    "Priority|Subject|Billing Information|Photo|Organization 1 - Type|Organization 1 - Yomi Name|"
    "Organization 1 - Symbol|Name Prefix|Name Suffix",
    "outlook": "E-mail Type|E-mail 2 Type|E-mail 3 Type|E-mail Display Name|E-mail 2 Display Name|"
    "E-mail 3 Display Name|Priority|Sensitivity|Private|Gender|Initials|Mileage|Directory Server|"
    "Internet Free Busy|Billing Information|Anniversary|Тип эл. почты|Тип 2 эл. почты|Тип 3 эл. почты|"
    "Краткое имя эл. почты|Краткое 2 имя эл. почты|Краткое 3 имя эл. почты|Важность|Пометка|Частное|Пол|"
    "Инициалы|Расстояние|Сервер каталогов|Сведения о доступности в Интернете|Годовщина|Личный код|Отложено",
    "hubspot": "Record ID|Associated Company IDs|Associated Contact IDs|Associated Deal IDs|"
    "Primary Associated Company ID",
    "webasyst": "Time zone|Locale|Language|Часовой пояс|Язык",
    "sendpulse": "Id|Email ID",
}
_FOLDED_NOISE: Final = {
    origin: frozenset(map(fold_heading, headings.split("|"))) for origin, headings in _NOISE.items()
}


def detect_origin(headings: Sequence[str]) -> str | None:
    """The program whose export has these headings.

    One of ``google_contacts``, ``outlook``, ``hubspot``, ``ulka_chat``, ``webasyst``, ``sendpulse``; None for
    any other file, one of our own included.
    """
    if any(_GOOGLE_COLUMN.match(heading.strip()) for heading in headings):
        return "google_contacts"
    present = frozenset(map(fold_heading, headings))
    return next((origin for origin, signs in _FOLDED_SIGNS if signs <= present), None)


def is_noise(heading: str, origin: str | None) -> bool:
    """Whether the column of that program's export is of no use as a field or property of a contact."""
    return origin is not None and fold_heading(heading) in _FOLDED_NOISE.get(origin, frozenset())
