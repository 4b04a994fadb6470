"""What a template says of its columns, in the language of the file: data of files, as headings are."""

from collections.abc import Sequence
from typing import Final

SHEETS: Final = {"en": ("Contacts", "Columns", "Lists"), "ru": ("Контакты", "Столбцы", "Списки")}
"""The names of the sheets: to fill in, to read, and the hidden one that drop-downs take their choices from."""

COLUMN_HEADINGS: Final = {
    "en": ("Column", "What goes there", "Example"),
    "ru": ("Столбец", "Что в нём", "Пример"),
}

EXAMPLE_MARKS: Final = {"en": "# Example:", "ru": "# Пример:"}
"""How the first cell of the example row begins."""

_MARKS: Final = tuple(EXAMPLE_MARKS.values())

EXAMPLE_NOTE: Final = {
    "en": "The row that begins with # is an example: it is not imported, so it may stay or be deleted.",
    "ru": "Строка, которая начинается с #, — пример: она не импортируется, её можно оставить или удалить.",
}

FIELD_TEXTS: Final = {
    "en": {
        "name": (
            "The name to show. The only column that must be filled, unless first or last name is.",
            "Anna Petrova",
        ),
        "first_name": ("First name.", "Anna"),
        "last_name": ("Last name.", "Petrova"),
        "kind": ("Person or Organisation; a person where it is empty.", "Person"),
        "email": ("One address, or several with ; between them. The first is the primary one.", "anna@example.com"),
        "phone": ("With the country code, several with ; between them.", "+44 20 7946 0123"),
        "messenger": ("Kind: login, several with ; between them.", "telegram: anna_p"),
        "company": ("The company that the contact works for.", "Acme Ltd"),
        "website": ("Address of a website.", "https://example.com"),
        "street": ("Street and house.", "12 Long Lane"),
        "city": ("City.", "London"),
        "region": ("Region, state or county.", "Greater London"),
        "postcode": ("Postal code.", "EC1A 9HF"),
        "country": ("Country.", "United Kingdom"),
        "tags": ('Several with commas between them; a tag that has a comma itself in "quotes".', "VIP, Newsletter"),
        "notes": ("Anything else, of any length.", "Met at the fair"),
    },
    "ru": {
        "name": ("Как показывать. Единственный обязательный столбец, если нет ни имени, ни фамилии.", "Анна Петрова"),
        "first_name": ("Имя без фамилии.", "Анна"),
        "last_name": ("Фамилия.", "Петрова"),
        "kind": ("Человек или Организация; если пусто — человек.", "Человек"),
        "email": ("Один адрес или несколько через ; — первый станет основным.", "anna@example.com"),
        "phone": ("С кодом страны, несколько — через ;", "+7 495 123-45-67"),
        "messenger": ("Вид: логин, несколько — через ;", "telegram: anna_p"),
        "company": ("Компания, в которой работает контакт.", "ООО «Ромашка»"),
        "website": ("Адрес сайта.", "https://example.com"),
        "street": ("Улица и дом.", "ул. Ленина, 12"),
        "city": ("Город.", "Москва"),
        "region": ("Область, край или республика.", "Московская область"),
        "postcode": ("Почтовый индекс.", "101000"),
        "country": ("Страна.", "Россия"),
        "tags": ('Несколько — через запятую; тег, в котором есть запятая, — в "кавычках".', "VIP, Рассылка"),
        "notes": ("Всё остальное, любой длины.", "Познакомились на выставке"),
    },
}
"""Of each column of a template: what goes there, and an example."""

TYPE_TEXTS: Final = {
    "en": {
        "text": ("Text.", "any text"),
        "number": ("A number.", "42"),
        "date": ("A date.", "2024-12-31"),
        "yes_no": ("yes or no.", "yes"),
        "select": ("One of: {options}", ""),
        "multi_select": ("One or several of these, with commas between them: {options}", ""),
        "url": ("Address of a page.", "https://example.com"),
    },
    "ru": {
        "text": ("Текст.", "любой текст"),
        "number": ("Число.", "42"),
        "date": ("Дата.", "2024-12-31"),
        "yes_no": ("да или нет.", "да"),
        "select": ("Одно из: {options}", ""),
        "multi_select": ("Одно или несколько через запятую из: {options}", ""),
        "url": ("Адрес страницы.", "https://example.com"),
    },
}

REQUIRED: Final = {"en": "Required.", "ru": "Обязательно."}
WRONG_VALUE: Final = {
    "en": ("Another value", "This value does not fit the column. Keep it all the same?"),
    "ru": ("Другое значение", "Это значение не подходит столбцу. Всё равно оставить?"),
}


def is_example_row(cells: Sequence[object]) -> bool:
    """Whether the row is the example of a template, in any language, which an import leaves out."""
    first = cells[0] if cells else None
    return isinstance(first, str) and "#" in first and first.lstrip().startswith(_MARKS)
