"""Write the benchmark's contacts as CSV or XLSX: the same rows for the same seed, on every machine.

    python benchmarks/generate_contacts.py FILE [--rows N] [--seed S] [--xlsx]

The rows are made up, but shaped like a real address book of a shop that sells in several countries:
a few names are very frequent and thousands are rare, two people in five have Cyrillic names, most have a
phone, many have neither company nor note. Emails are unique, so that a match by email keeps every row.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

HEADINGS = (
    "Name",
    "Email",
    "Phone",
    "Company",
    "Notes",
    "Tags",
    "City",
    "Lifetime Value",
    "Birthday",
    "Newsletter",
    "Customer Tier",
)
CHUNK = 10_000
CYRILLIC_SHARE = 0.4


def _words(text: str) -> list[str]:
    return text.split()


LATIN_FIRST = _words("""
    James Mary Anna John Maria Peter Elena Robert Linda Michael Sarah David Laura Thomas Julia Daniel
    Emma Paul Sophie Mark Andrea José Lucía Zoë François Chloé Jürgen Björn Søren Łukasz Zoltán Noël
    Aylin Mehmet Wei Aisha Omar Priya Rahul Yuki Hana Liam Olivia Noah Ava William Mia Lucas Ella Henry
    Grace Oscar Freya Hugo Ines
""")
LATIN_LAST = _words("""
    Smith Johnson Brown Miller Davis Garcia Martin Müller Schmidt Schneider Fischer Weber Rossi Russo
    Bianchi Dubois Lefèvre Moreau Jansen Bakker Novák Kowalski Nowak Andersson Nielsen Hansen Virtanen
    Silva Santos Fernández González Peña O'Brien Murphy Kelly Walsh Taylor Wilson Clark Lewis Walker
    Young King Wright Scott Green Baker Adams Nelson Hill Campbell Mitchell Yılmaz Kaya Demir Chen Wang
    Kim Park Tanaka Suzuki Patel Singh Khan
""")
CYRILLIC_MALE = _words("""
    Александр Сергей Алексей Андрей Дмитрий Иван Михаил Николай Владимир Пётр Артём Фёдор Максим Егор
    Кирилл Роман Олег Игорь Юрий Виктор Павел Илья Никита Антон Денис Матвей Тимофей Лев Григорий Семён
""")
CYRILLIC_FEMALE = _words("""
    Анна Мария Елена Ольга Наталья Екатерина Татьяна Ирина Светлана Юлия Анастасия Алёна Дарья Ксения
    Виктория Полина Людмила Галина Вера Надежда Любовь София Алиса Марина Оксана Лариса Зоя Яна Инна
    Эмма
""")
CYRILLIC_LAST = _words("""
    Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов Волков
    Алексеев Лебедев Семёнов Егоров Павлов Козлов Степанов Николаев Орлов Андреев Макаров Никитин
    Захаров Зайцев Соловьёв Борисов Яковлев Григорьев Романов Воробьёв Сергеев Кузьмин Фролов
    Александров Дмитриев Королёв Гусев Киселёв Ильин Максимов Поляков Сорокин Виноградов Ковалёв Белов
    Медведев Антонов Тарасов
""")
LATIN_SYLLABLES = _words("ka ro mi la ten dor vel san bri ar no len ta wil her mo ri den ga stein ber lo na fe cor")
CYRILLIC_SYLLABLES = _words("ка ро ми ла тен дор вел сан бри ар но лен та виль гер мо ри ден га штей бер ло на фе кор")

COMPANY_WORDS = _words("""
    North Blue Prime Global Smart Alpha River Stone Green Silver Urban Delta Nova Bright Summit Oak
    Harbor Atlas Vector Crystal Север Альфа Прогресс Орион Весна Гарант Восток Мастер Лидер Уют Эталон
    Вектор
""")
COMPANY_TAILS = _words("""
    Trading Studio Logistics Foods Design Systems Partners Labs Clinic Media Group Motors Торг Сервис
    Строй Дизайн Логистик Маркет Мебель Студия
""")
COMPANY_FORMS = ("Ltd", "GmbH", "Inc.", "LLC", "S.A.", "& Co", "ООО", "ИП", "АО", "")

NOTE_LATIN = _words("""
    met at the fair asked for a price list call back after lunch prefers email wants delivery on monday
    interested in wholesale terms sent samples waiting for reply renewed contract needs an invoice
    birthday discount recommended by a friend moved to another office paid late speaks german likes
    green tea order was damaged refund issued vegetarian allergic to nuts training next week demo booked
    follow up soon
""")
NOTE_CYRILLIC = _words("""
    познакомились на выставке просил прайс перезвонить после обеда удобнее писать на почту нужна
    доставка в понедельник интересует опт условия отправили образцы ждёт ответа продлил договор нужен
    счёт скидка ко дню рождения посоветовали друзья переехали в другой офис оплата задержана любит
    зелёный чай заказ пришёл повреждённым возврат оформлен записан на показ напомнить скоро
""")

TAGS = _words("""
    VIP Lead Customer Supplier Partner Wholesale Retail Newsletter Prospect Cold Warm Hot Returning Lost
    Press Investor Student Employee Event2024 Event2025 Webinar Demo Trial Premium Basic Invoice Refund
    Birthday Опт Розница Постоянный Новый Партнёр Поставщик Выставка Скидка Доставка Самовывоз Должник
    Рассылка
""")
CITIES_LATIN = _words("""
    London Paris Berlin Madrid Rome Vienna Warsaw Prague Dublin Lisbon Amsterdam Oslo Stockholm Helsinki
    Zürich Kraków Málaga Istanbul Tbilisi Chicago Boston Toronto Austin Leeds Lyon Hamburg Milan Porto
""")
CITIES_CYRILLIC = _words("""
    Москва Санкт-Петербург Новосибирск Екатеринбург Казань Самара Омск Челябинск Уфа Пермь Воронеж
    Волгоград Краснодар Саратов Тюмень Ижевск Алматы Минск Орёл Королёв Тверь
""")
TIERS = ("Bronze", "Silver", "Gold", "Platinum", "")
DOMAINS = (
    "gmail.com",
    "mail.ru",
    "yandex.ru",
    "outlook.com",
    "yahoo.com",
    "icloud.com",
    "example.org",
    "web.de",
)
DOMAIN_WEIGHTS = (40, 14, 12, 9, 7, 5, 3, 2)
COUNTRY_PHONES = (
    ("+7 9{a:02d} {b:03d}-{c:02d}-{d:02d}", 45),
    ("+1 415 5{a:02d}-{c:02d}{d:02d}", 15),
    ("+44 74{a:02d} {b:03d}{c:02d}{e:d}", 12),
    ("+49 151 {a:02d}{b:03d}{c:02d}{e:d}", 12),
    ("+33 6 1{e:d} {c:02d} {a:02d} {f:02d}", 8),
    ("+34 6{a:02d} {b:03d} {c:02d}{e:d}", 5),
    ("+90 53{e:d} {b:03d} {c:02d} {d:02d}", 3),
)
TRANSLITERATION = str.maketrans(
    dict(
        zip(
            "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
            _words("a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh sch _ y _ e yu ya"),
            strict=True,
        )
    )
    | dict(zip("éèëïíóöøçúüñáłışžą", "eeeiiooocuunalisza", strict=True))
    | {"'": "", " ": ""}
)
FIRST_BIRTHDAY = date(1945, 1, 1)
BIRTHDAYS = 365 * 62

Row = tuple[str, ...]


def _made_names(
    chance: random.Random, syllables: Sequence[str], known: Sequence[str], endings: Sequence[str], count: int
) -> list[str]:
    """The known names first, then made ones, each once, up to `count`."""
    names = dict.fromkeys(known)
    while len(names) < count:
        stem = "".join(chance.choices(syllables, k=chance.choice((1, 2, 2, 3))))
        names.setdefault((stem + chance.choice(endings)).capitalize())
    return list(names)


def _skew(count: int) -> list[float]:
    """Cumulative weights after Zipf: the name of rank n is about n times rarer than the first."""
    return list(itertools.accumulate(1 / (rank + 12) for rank in range(count)))


class _Names:
    """The first and last names of one script, most frequent first."""

    def __init__(self, firsts: Sequence[str], lasts: Sequence[str]) -> None:
        self._firsts, self._lasts = firsts, lasts
        self._first_skew, self._last_skew = _skew(len(firsts)), _skew(len(lasts))

    def draw(self, chance: random.Random, count: int) -> Iterator[tuple[str, str]]:
        """Give `count` pairs of first and last name."""
        firsts = chance.choices(self._firsts, cum_weights=self._first_skew, k=count)
        return zip(firsts, chance.choices(self._lasts, cum_weights=self._last_skew, k=count), strict=True)


def _companies(chance: random.Random) -> list[str]:
    def company() -> str:
        words = chance.sample(COMPANY_WORDS, chance.choice((1, 1, 2)))
        return " ".join((*words, chance.choice(COMPANY_TAILS), chance.choice(COMPANY_FORMS))).strip()

    return [company() for _ in range(20_000)]


def _notes(chance: random.Random, words: Sequence[str]) -> list[str]:
    def note() -> str:
        text = " ".join(chance.choices(words, k=chance.randint(3, 12))).capitalize()
        if chance.random() < 0.15:
            text += f", order {chance.randint(1000, 99999)}"
        return text + chance.choice(("", ".", "!", ".\nSecond line"))

    return [note() for _ in range(50_000)]


def _tag_cells(chance: random.Random) -> list[str]:
    skew = _skew(len(TAGS))
    cells = []
    for _ in range(20_000):
        drawn = chance.choices(TAGS, cum_weights=skew, k=chance.choice((0, 0, 1, 1, 2, 3)))
        cells.append(", ".join(dict.fromkeys(drawn)))
    return cells


def contacts(rows: int, seed: int) -> Iterator[Row]:
    """Yield `rows` contacts, one string a heading of `HEADINGS`; an empty string is an empty cell."""
    chance = random.Random(seed)
    latin = _Names(
        _made_names(chance, LATIN_SYLLABLES, LATIN_FIRST, ("a", "en", "o", "is", "y", "ine"), 2_500),
        _made_names(chance, LATIN_SYLLABLES, LATIN_LAST, ("son", "er", "ini", "ov", "man", "ez", "s"), 5_000),
    )
    lasts = _made_names(chance, CYRILLIC_SYLLABLES, CYRILLIC_LAST, ("ов", "ев", "ин", "цын"), 4_000)
    male = _Names(_made_names(chance, CYRILLIC_SYLLABLES, CYRILLIC_MALE, ("ан", "ий", "ур", "ей"), 900), lasts)
    female = _Names(
        _made_names(chance, CYRILLIC_SYLLABLES, CYRILLIC_FEMALE, ("а", "ия", "ина", "ья"), 900),
        [name + "а" for name in lasts],
    )
    companies = _companies(chance)
    company_skew = _skew(len(companies))
    latin_notes, cyrillic_notes = _notes(chance, NOTE_LATIN), _notes(chance, NOTE_CYRILLIC)
    tag_cells = _tag_cells(chance)
    phone_shapes = [shape for shape, _ in COUNTRY_PHONES]
    phone_skew = list(itertools.accumulate(weight for _, weight in COUNTRY_PHONES))
    birthdays = [(FIRST_BIRTHDAY + timedelta(days=day)).isoformat() for day in range(BIRTHDAYS)]
    taken: Counter[str] = Counter()

    for start in range(0, rows, CHUNK):
        count = min(CHUNK, rows - start)
        latin_pairs, male_pairs, female_pairs = (names.draw(chance, count) for names in (latin, male, female))
        scripts = chance.choices(
            (0, 1, 2), weights=(1 - CYRILLIC_SHARE, CYRILLIC_SHARE / 2, CYRILLIC_SHARE / 2), k=count
        )
        columns = zip(
            scripts,
            chance.choices(DOMAINS, weights=DOMAIN_WEIGHTS, k=count),
            chance.choices(phone_shapes, cum_weights=phone_skew, k=count),
            chance.choices(companies, cum_weights=company_skew, k=count),
            chance.choices(tag_cells, k=count),
            chance.choices(birthdays, k=count),
            chance.choices(TIERS, weights=(40, 25, 12, 3, 20), k=count),
            strict=True,
        )
        for script, domain, shape, company, tags, birthday, tier in columns:
            first, last = next((latin_pairs, male_pairs, female_pairs)[script])
            draw = chance.random
            local = f"{first}.{last}" if draw() < 0.6 else f"{first[0]}{last}"
            local = local.lower().translate(TRANSLITERATION)
            nth = taken[local]
            taken[local] = nth + 1
            if draw() < 0.12:
                phone = ""
            else:
                number = int(draw() * 1_000_000_000)
                phone = shape.format(
                    a=number % 100,
                    b=number // 100 % 1000,
                    c=number // 100_000 % 100,
                    d=number // 10_000_000,
                    e=number // 10_000_000 % 10,
                    f=number // 100 % 100,
                )
            yield (
                f"{first} {last}",
                f"{local}{nth or ''}@{domain}",
                phone,
                company if draw() < 0.4 else "",
                (cyrillic_notes if script else latin_notes)[int(draw() * 50_000)] if draw() < 0.33 else "",
                tags,
                (CITIES_CYRILLIC if script else CITIES_LATIN)[int(draw() ** 2 * 21)],
                f"{draw() ** 3 * 20_000:.2f}" if draw() < 0.7 else "",
                birthday if draw() < 0.6 else "",
                "yes" if draw() < 0.4 else "no",
                tier,
            )


def write_csv(path: Path, rows: Iterator[Row]) -> None:
    """Write the rows as comma separated UTF-8 with a heading row."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(rows)


def write_xlsx(path: Path, rows: Iterator[Row]) -> None:
    """Write the rows to the first sheet of a workbook; amounts and birthdays are numbers and dates there."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Contacts")
        day_format = book.add_format({"num_format": "yyyy-mm-dd"})
        value_at, birthday_at = HEADINGS.index("Lifetime Value"), HEADINGS.index("Birthday")
        sheet.write_row(0, 0, HEADINGS)
        for index, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if not cell:
                    continue
                if column == value_at:
                    sheet.write_number(index, column, float(cell))
                elif column == birthday_at:
                    sheet.write_datetime(index, column, date.fromisoformat(cell), day_format)
                else:
                    sheet.write_string(index, column, cell)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the contacts of the benchmark.")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--rows", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--xlsx", action="store_true", help="a workbook; also when FILE ends in .xlsx")
    options = parser.parse_args()
    as_workbook = options.xlsx or options.file.suffix == ".xlsx"
    if as_workbook and options.rows > 1_048_575:
        parser.error("a sheet holds at most 1,048,575 rows below its heading")
    rows = contacts(options.rows, options.seed)
    if as_workbook:
        write_xlsx(options.file, rows)
    else:
        write_csv(options.file, rows)


if __name__ == "__main__":
    main()
