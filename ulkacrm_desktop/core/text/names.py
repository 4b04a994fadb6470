"""Names of people: first and last name of a full name, Russian full names, initials.

Nothing here is certain, so that nothing is changed silently: `split_name` leaves a name whole that it does not
understand, and `last_first` only offers.
"""

import re
from typing import Final

from ulkacrm_desktop.core.text.fold import fold, folded_words
from ulkacrm_desktop.core.text.nicknames import is_name_form
from ulkacrm_desktop.core.text.transliteration import latin

_PATRONYMIC = re.compile(
    r"[а-яё]{2,}(?:ович|евич|ьевич|овна|евна|ична|инична)|(?:иль|лук|фом|кузьм|фок|ник[иі]т|саввь?)ич|"
    r"(?:оглы|кызы|улы|оглу|гызы|угли|кизи)|"
    r"[a-z]{2,}(?:ovich|evich|yevich|ovna|evna|yevna|ichna|inichna)"
)
_PATRONYMIC_ENDINGS: Final = (
    "ич",
    "на",
    "лы",
    "зы",
    "лу",
    "ли",
    "зи",
    "ich",
    "na",
    "ИЧ",
    "НА",
    "ЛЫ",
    "ЗЫ",
    "ЛУ",
    "ЛИ",
    "ЗИ",
    "ICH",
    "NA",
)
_TURKIC_SUFFIX = frozenset(("оглы", "кызы", "улы", "оглу", "гызы", "угли", "кизи"))
_SURNAME = re.compile(
    r"[а-яёіїєґ-]{2,}(?:ов|ев|ёв|ин|ын|ова|ева|ёва|ина|ына|ский|цкий|ская|цкая|ской|цкой|ых|их|енко|анко|чук|щук|"
    r"юк|ук|як|ян|дзе|швили|ов-.+|ев-.+|ко|ич|ец|ань)"
)
_GIVEN_NAMES: Final = """
александр алексей анатолий андрей антон аркадий арсений артем артур богдан борис вадим валентин валерий василий
виктор виталий владимир владислав вячеслав георгий герман глеб григорий давид даниил данил денис дмитрий евгений
егор захар иван игнат игорь илья кирилл константин лев леонид макар максим марат марк матвей михаил назар никита
николай олег павел петр платон роман ростислав руслан рустам савелий семен сергей станислав степан тарас тимофей
тимур федор филипп фома эдуард юрий яков ярослав ринат ильдар айдар азат рамиль марсель эльдар камиль
александра алена алина алиса алла анастасия ангелина анна антонина арина валентина валерия варвара василиса вера
вероника виктория галина дарья диана ева евгения екатерина елена елизавета жанна зинаида зоя инна ирина карина
кира клавдия кристина ксения лариса лидия лилия любовь людмила маргарита марина мария милана надежда наталья
наталия нина оксана олеся ольга полина раиса регина римма светлана снежана софия софья таисия тамара татьяна
ульяна эльвира эмилия юлия яна ярослава гульнара айгуль динара
саша леша андрюша боря вася витя вова володя гена гриша дима женя ваня коля костя леня миша паша петя рома сережа
слава стас степа толя федя юра яша аня настя вера вика галя даша катя лена лиза люба люда маша надя наташа оля
поля рая света соня таня тома юля
"""
_GIVEN: Final = frozenset(_GIVEN_NAMES.split())
_ORGANISATION_WORDS: Final = """
ооо оао зао пао ао ип нко ано гк тд тоо чп фгуп муп гуп кфх снт тсж llc l.l.c. inc inc. ltd ltd. limited gmbh ag corp
corp. corporation company co. plc s.a. sarl s.r.l. oy ab bv b.v. компания фирма магазин завод банк центр школа студия
агентство клиника группа
"""
_ORGANISATION: Final = frozenset(_ORGANISATION_WORDS.split())
_BRACKETS: Final = '"«»(),'
_SUFFIXES = frozenset(
    ("jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "phd", "ph.d.", "md", "m.d.", "esq", "esq.", "мл.", "ст.")
)
_PARTICLE_WORDS: Final = """
van von der den de del della di da dos du la le el al bin ibn ter ten zu zur af av st. фон ван де дер ди да ла ле
дю бин ибн аль эль
"""
_PARTICLES: Final = frozenset(_PARTICLE_WORDS.split())
_WORD_START = re.compile(r"[^\W_]")
_MAX_NAME_WORDS: Final = 3


def join_name(first: str, last: str) -> str:
    """The full name: «Фамилия Имя Отчество» where the first name holds a patronymic, else first name first."""
    first, last = " ".join(first.split()), " ".join(last.split())
    if not first or not last:
        return first or last
    given = first.split()
    if len(given) > 1 and not given[0].isascii() and _is_patronymic(given[1:]):
        return f"{last} {first}"
    return f"{first} {last}"


def split_name(display: str) -> tuple[str, str]:
    """First (with patronymic or middle) and last name of a person's full name.

    Both are empty where the text is no name of a person, or is written "Last, First" (see `last_first`).
    """
    words = display.split()
    if not words or "," in display or is_organisation(display):
        return "", ""
    if len(words) == 1:
        return words[0], ""
    first, last = _russian(words) or _western(words)
    return " ".join(first), " ".join(last)


def last_first(display: str) -> tuple[str, str] | None:
    """First and last name of a text that reads "Last, First", None for any other; to be offered, not just done."""
    last, comma, first = (part.strip() for part in display.partition(","))
    if not (comma and last and first) or "," in first or is_organisation(display):
        return None
    words = (*last.split(), *first.split())
    if len(last.split()) > _MAX_NAME_WORDS or len(first.split()) > _MAX_NAME_WORDS:
        return None
    if first.lower() in _SUFFIXES or not all(_name_like(word) for word in words):
        return None
    return first, last


def initials(display: str) -> str:
    """At most two letters that stand for a contact without a picture: of its first two words, '?' for none.

    Legal forms and quotes of an organisation do not count, and of "Last, First" neither does the comma.
    """
    organisation = is_organisation(display)
    words: list[str] = []
    for word in display.split():
        if organisation and word.lower().strip(_BRACKETS) in _ORGANISATION:
            continue
        if len(words) == 1 and word.lower().strip(".,") in _PARTICLES:
            continue
        if start := _WORD_START.search(word):
            words.append(start[0].upper()[:1])
    if not words and (start := _WORD_START.search(display)):
        words.append(start[0].upper()[:1])
    return "".join(words[:2]) or "?"


def is_organisation(display: str) -> bool:
    """Whether a name carries a legal form (ООО, Ltd …) or another word that only organisations have."""
    words = display.lower().split()
    return (
        not _ORGANISATION.isdisjoint(words)
        or display[:1] in ('"', "«")
        or any(word.strip(_BRACKETS) in _ORGANISATION for word in words)
    )


def is_given_name(folded: str) -> bool:
    """Whether a folded word is a given name that is known, or a short form of one."""
    return folded in _GIVEN or is_name_form(latin(folded))


def organisation_words(folded: str) -> list[str]:
    """The words of an organisation's name in folded form, without legal forms and kinds (ооо, ltd, компания).

    All words where it has no others.
    """
    words = folded_words(folded)
    return [word for word in words if word not in _ORGANISATION] or words


def _russian(words: list[str]) -> tuple[list[str], list[str]] | None:
    """First and last name by patronymic, known given names and endings of surnames; None for other languages."""
    for position in range(len(words) - 1, 0, -1):
        if not _is_patronymic(words[position : position + 1]):
            continue
        if words[position].lower() in _TURKIC_SUFFIX:
            # Фамилия Имя Отца оглы
            return (words[1:], words[:1]) if position == len(words) - 1 and len(words) > 2 else None
        if position == len(words) - 1 and len(words) >= 3 and not _is_patronymic(words[-2:-1]):
            return words[-2:], words[:-2]
        if position == len(words) - 1 and len(words) == 2:
            return _given_with(words)
        if position < len(words) - 1:
            return words[: position + 1], words[position + 1 :]
    if len(words) != 2 or words[0].isascii() or words[1].isascii():
        return None
    one, two = fold(words[0]), fold(words[1])
    if one in _GIVEN:
        return words[:1], words[1:]
    if two in _GIVEN or (_SURNAME.fullmatch(one) and not _SURNAME.fullmatch(two)):
        return words[1:], words[:1]
    return words[:1], words[1:]


def _given_with(words: list[str]) -> tuple[list[str], list[str]] | None:
    # «Иван Петрович» has no last name; «Роман Абрамович» cannot be told from it and reads the same.
    one = fold(words[0])
    return (words[1:], words[:1]) if one not in _GIVEN and _SURNAME.fullmatch(one) else (words, [])


def _western(words: list[str]) -> tuple[list[str], list[str]]:
    end = len(words)
    while end > 2 and words[end - 1].lower() in _SUFFIXES:
        end -= 1
    start = end - 1
    while start > 1 and words[start - 1].lower() in _PARTICLES:
        start -= 1
    return words[:start], words[start:]


def _is_patronymic(words: list[str]) -> bool:
    if not words or not words[-1].endswith(_PATRONYMIC_ENDINGS):
        return False
    return _PATRONYMIC.fullmatch(words[-1].lower().replace("ё", "е")) is not None


def _name_like(word: str) -> bool:
    return word[0].isalpha() and all(letter.isalpha() or letter in "-'’.ʼ`" for letter in word)
