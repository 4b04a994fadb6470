"""Made-up Russian contacts of whom some stand in the list several times, as such lists are: the same for the same seed.

A person is written anew in another way each time: with or without the patronymic, in Latin letters by one of several
rules, by a pet name, with initials, with a slip of the pen, with another phone or email. Beside them stand people who
are not the same though they look it: families at one address and phone, colleagues of one firm, namesakes.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from benchmarks.generate_contacts import (
    CITIES_CYRILLIC,
    COMPANY_TAILS,
    COMPANY_WORDS,
    CYRILLIC_FEMALE,
    CYRILLIC_LAST,
    CYRILLIC_MALE,
)

HEADINGS: Final = ("Name", "Email", "Phone", "Company", "Street", "City", "Birthday")

_PET_NAMES: Final = {
    "Александр": "Саша",
    "Сергей": "Серёжа",
    "Алексей": "Лёша",
    "Дмитрий": "Дима",
    "Иван": "Ваня",
    "Михаил": "Миша",
    "Николай": "Коля",
    "Владимир": "Володя",
    "Юрий": "Юра",
    "Мария": "Маша",
    "Елена": "Лена",
    "Ольга": "Оля",
    "Наталья": "Наташа",
    "Екатерина": "Катя",
    "Татьяна": "Таня",
    "Ирина": "Ира",
    "Анастасия": "Настя",
    "Виктория": "Вика",
    "Людмила": "Люда",
    "Надежда": "Надя",
}
_FATHERS: Final = {
    name: (
        name[:-1] + "евич" if name[-1] in "йь" else name + "ович",
        name[:-1] + "евна" if name[-1] in "йь" else name + "овна",
    )
    for name in CYRILLIC_MALE
    if name[-1] not in "аяий" and name not in ("Михаил", "Пётр", "Павел", "Лев")
}
_STREETS_TEXT: Final = """
    Ленина Советская Садовая Лесная Новая Школьная Молодёжная Центральная Набережная Мира Победы Гагарина Пушкина
    Кирова Полевая Заречная Зелёная Первомайская Комсомольская Октябрьская Строителей Горького Чехова Восточная
"""
_STREETS: Final = _STREETS_TEXT.split()
_DOMAINS: Final = ("mail.ru", "yandex.ru", "gmail.com", "bk.ru", "inbox.ru", "list.ru", "icloud.com")
_LETTERS: Final = "абвгдежзиклмнопрстуфхцчшыэюя"

_PASSPORT: Final = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch ie y _ e iu ia".replace("_", "").split(" "),
        strict=True,
    )
)
_HABIT: Final = _PASSPORT | {"й": "y", "ю": "yu", "я": "ya", "х": "h", "ц": "c", "щ": "sch", "ё": "yo", "ъ": ""}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list; ``person`` says whom it means, which the list does not."""

    person: int
    last: str
    first: str
    father: str
    email: str
    phone: str
    company: str
    street: str
    city: str
    birthday: str
    written: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells under `HEADINGS`."""
        name = self.written or " ".join(filter(None, (self.last, self.first, self.father)))
        return name, self.email, self.phone, self.company, self.street, self.city, self.birthday


def rows(people: int, seed: int, *, twice: float = 0.15) -> Iterator[Row]:
    """So many people, of whom the share ``twice`` stands in the list two or three times; the list is shuffled."""
    chance = random.Random(seed)
    told: list[Row] = []
    for person in range(people):
        row = _person(chance, person)
        told.append(row)
        if chance.random() < twice:
            told += [_again(chance, row) for _ in range(chance.choice((1, 1, 1, 2)))]
        elif told and chance.random() < 0.1:
            told.append(_beside(chance, row, people + len(told)))
    chance.shuffle(told)
    return iter(told)


def _person(chance: random.Random, person: int) -> Row:
    woman = chance.random() < 0.5
    first = chance.choice(CYRILLIC_FEMALE if woman else CYRILLIC_MALE)
    father = chance.choice(list(_FATHERS.values()))[woman]
    last = chance.choice(CYRILLIC_LAST)
    if chance.random() < 0.5:
        # Most names of a list are rare.
        last = last[: chance.randint(2, 4)] + "".join(chance.choices(_LETTERS, k=2)) + chance.choice(("ов", "ин", "ев"))
    last += "а" * woman
    return Row(
        person=person,
        last=last,
        first=first,
        father=father if chance.random() < 0.6 else "",
        email=_email(chance, first, last) if chance.random() < 0.7 else "",
        phone=_phone(chance) if chance.random() < 0.8 else "",
        company=_company(chance) if chance.random() < 0.3 else "",
        street=_street(chance) if chance.random() < 0.4 else "",
        city=chance.choice(CITIES_CYRILLIC) if chance.random() < 0.7 else "",
        birthday=(date(1950, 1, 1) + timedelta(days=chance.randrange(20_000))).isoformat()
        if chance.random() < 0.3
        else "",
    )


def _email(chance: random.Random, first: str, last: str) -> str:
    scheme = chance.choice((_PASSPORT, _HABIT))
    given, family = _latin(first, scheme), _latin(last, scheme)
    local = chance.choice((f"{given}.{family}", family, f"{given[0]}{family}", f"{family}_{given}", "user"))
    # Every address is one person's.
    local += str(chance.randint(1, 99_999))
    return f"{local}@{chance.choice(_DOMAINS)}".lower()


def _phone(chance: random.Random) -> str:
    digits = f"9{chance.randrange(10**9):09}"
    shapes = (
        "+7 {0}{1}{2} {3}{4}{5}-{6}{7}-{8}{9}",
        "8{0}{1}{2}{3}{4}{5}{6}{7}{8}{9}",
        "+7({0}{1}{2}){3}{4}{5}{6}{7}{8}{9}",
    )
    return chance.choice(shapes).format(*digits)


def _company(chance: random.Random) -> str:
    return f"ООО «{chance.choice(COMPANY_WORDS)} {chance.choice(COMPANY_TAILS)} {chance.randint(1, 60)}»"


def _street(chance: random.Random) -> str:
    return f"ул. {chance.choice(_STREETS)}, д. {chance.randint(1, 180)}, кв. {chance.randint(1, 200)}"


def _latin(text: str, scheme: dict[str, str]) -> str:
    return "".join(scheme.get(letter, scheme.get(letter.lower(), letter).capitalize()) for letter in text)


def _slip(chance: random.Random, text: str) -> str:
    """A slip of the pen: a letter is lost, doubled, taken for another, or changes places with the next."""
    if len(text) < 4:
        return text
    place = chance.randrange(1, len(text) - 1)
    letter = text[place]
    return text[:place] + chance.choice(
        (
            text[place + 1 :],
            letter + text[place:],
            chance.choice(_LETTERS) + text[place + 1 :],
            text[place + 1] + letter + text[place + 2 :],
        )
    )


def _again(chance: random.Random, row: Row) -> Row:
    """The same person as somebody else would write them."""
    last, first, father = row.last, row.first, row.father
    kind = chance.random()
    if kind < 0.2:
        first, father = _PET_NAMES.get(first, first), ""
    elif kind < 0.4:
        last = _slip(chance, last)
    elif kind < 0.5:
        first = _slip(chance, first)
    if chance.random() < 0.4:
        father = ""
    written = {
        0: lambda: f"{last} {first} {father}",
        1: lambda: f"{first} {last}",
        2: lambda: f"{first} {father} {last}",
        3: lambda: _latin(f"{first} {last}", chance.choice((_PASSPORT, _HABIT))),
        4: lambda: f"{last} {first[0]}." + (f" {father[0]}." if father else ""),
    }[chance.choices(range(5), weights=(30, 30, 10, 20, 10))[0]]()
    kept: list[tuple[str, Callable[[], str], float, float]] = [
        # What becomes of a value: it stays, it is another one by now, or nobody wrote it down.
        ("email", lambda: _email(chance, row.first, row.last), 0.6, 0.15),
        ("phone", lambda: _phone(chance), 0.6, 0.15),
        ("company", lambda: _company(chance), 0.6, 0.1),
        ("street", lambda: _street(chance), 0.5, 0.1),
        ("city", lambda: chance.choice(CITIES_CYRILLIC), 0.75, 0.05),
        ("birthday", lambda: row.birthday, 0.6, 0.0),
    ]
    values: dict[str, str] = {}
    for field, another, stays, changes in kept:
        drawn = chance.random()
        value = getattr(row, field)
        values[field] = value if drawn < stays else another() if value and drawn < stays + changes else ""
    if not any(values[field] for field in ("email", "phone", "birthday", "street")):
        # With nothing but a name nobody could tell.
        values |= {field: getattr(row, field) for field in ("email", "phone", "birthday", "street")}
    return Row(row.person, row.last, row.first, row.father, written=" ".join(written.split()), **values)


def _beside(chance: random.Random, row: Row, person: int) -> Row:
    """Somebody else of the same house, firm or name."""
    other = _person(chance, person)
    kind = chance.randrange(3)
    if kind == 0:
        # A wife or husband, a grown-up child.
        woman = row.last.endswith("а")
        wanted = other.last.endswith("а")
        last = row.last if woman == wanted else row.last + "а" if wanted else row.last[:-1]
        return replace(other, last=last, phone=row.phone, street=row.street, city=row.city)
    if kind == 1:
        return replace(other, company=row.company or other.company, phone=row.phone, street=row.street, city=row.city)
    # A namesake, which those of rare names have not.
    last = chance.choice(CYRILLIC_LAST) + "а" * row.last.endswith("а")
    return replace(other, last=last, first=row.first, father="" if chance.random() < 0.5 else other.father)
