"""What a column's heading means: the headings of our own files, and those that others write.

Headings are data of files, not texts of the window: both languages are always understood.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from ulkacrm_desktop.core.text.fold import fold

FIELD_HEADINGS: Final = {
    "en": {
        "id": "ID",
        "kind": "Kind",
        "name": "Name",
        "first_name": "First name",
        "middle_name": "Middle name",
        "last_name": "Last name",
        "email": "Email",
        "email_label": "Email labels",
        "phone": "Phone",
        "phone_label": "Phone labels",
        "messenger": "Messengers",
        "messenger_kind": "Messenger kinds",
        "messenger_label": "Messenger labels",
        "company": "Company",
        "website": "Website",
        "notes": "Notes",
        "street": "Street",
        "city": "City",
        "region": "Region",
        "postcode": "Postcode",
        "country": "Country",
        "tags": "Tags",
        "source": "Source",
        "source_detail": "Source detail",
        "is_staff": "Staff",
        "responsible": "Responsible",
        "class": "Class",
        "created_at": "Created",
        "updated_at": "Updated",
    },
    "ru": {
        "id": "ID",
        "kind": "Вид",
        # "Имя" is a whole name in some files and the first name in others: ours say which.
        "name": "Полное имя",
        "first_name": "Личное имя",
        "middle_name": "Отчество",
        "last_name": "Фамилия",
        "email": "Email",
        "email_label": "Метки email",
        "phone": "Телефон",
        "phone_label": "Метки телефонов",
        "messenger": "Мессенджеры",
        "messenger_kind": "Виды мессенджеров",
        "messenger_label": "Метки мессенджеров",
        "company": "Компания",
        "website": "Сайт",
        "notes": "Заметки",
        "street": "Улица, дом",
        "city": "Город",
        "region": "Регион",
        "postcode": "Индекс",
        "country": "Страна",
        "tags": "Теги",
        "source": "Источник",
        "source_detail": "Подробности источника",
        "is_staff": "Сотрудник",
        "responsible": "Ответственный",
        "class": "Класс",
        "created_at": "Добавлен",
        "updated_at": "Изменён",
    },
}
"""The heading of each field in our own exports and templates, by language and key."""

_SYNONYMS: Final = {
    "id": "contact id|ulka id|id контакта|ид",
    "kind": "contact kind|contact type|тип контакта|вид контакта",
    "name": "full name|fullname|display name|displayname|contact|contact name|names|person|customer|client|"
    "имя|фио|ф и о|имя контакта|имя и фамилия|имя фамилия|фамилия имя|фамилия имя отчество|контакт|контактное лицо|"
    "клиент|заказчик|покупатель|название|наименование|имя клиента|фио клиента|отображаемое имя",
    "first_name": "first|firstname|given name|givenname|forename|имя собственное",
    "middle_name": "middle|middlename|additional name|second name|patronymic|отчество контакта",
    "last_name": "last|lastname|surname|family name|familyname|фамилия контакта",
    "email": "emails|email address|email addresses|address email|mail|email value|email id|адрес email|"
    "адреса email|ящик|почтовый ящик|имя email",
    "email_label": "email label|метка email",
    "phone": "phones|phone number|phone numbers|telephone|telephones|telephone number|tel|tel no|phone no|phone value|"
    "mobile|mobile number|cell|cell phone|телефоны|тел|номер телефона|номера телефонов|телефонный номер|"
    "номер тел|контактный номер",
    "phone_label": "phone label|phone type|тип телефона|метка телефона",
    "messenger": "messenger|instant messenger|instant messengers|instant messaging|im|im value|im address|"
    "social networks|social profiles|мессенджер|соцсети|соцсеть|социальные сети|социальная сеть",
    "messenger_kind": "messenger kind|im service",
    "messenger_label": "messenger label|im label|im type|метка мессенджера",
    "company": "company name|organization|organisation|organization name|organisation name|employer|account|"
    "account name|business name|firm|associated company|название компании|организация|название организации|"
    "наименование организации|фирма|юр лицо|юридическое лицо|место работы|предприятие",
    "website": "web site|web page|webpage|site|url|homepage|home page|www|website url|website value|web|"
    "веб сайт|вебсайт|веб страница|домашняя страница|сайт компании|ссылка на сайт",
    "notes": "note|comment|comments|remark|remarks|description|about|memo|заметка|примечание|примечания|комментарий|"
    "комментарии|описание|о себе|дополнительно|дополнительная информация",
    "street": "street address|address line 1|address line|address street|mailing street|улица|улица адрес|"
    "адрес улица|улица дом квартира",
    "city": "town|city town|address city|locality|адрес город|населенный пункт|город адрес|г",
    "region": "state|province|state region|state province|county|address region|address state|область|край|"
    "регион адрес|область адрес|область край|адрес регион|субъект|республика",
    "postcode": "post code|postal code|zip|zip code|zipcode|postal|address postal code|address zip|почтовый индекс|"
    "индекс адрес|адрес индекс",
    "country": "country region|address country|country name|страна или регион|страна регион|страна адрес|"
    "страна или регион адрес|адрес страна",
    "tags": "tag|label|labels|group|groups|category|categories|group membership|keywords|lists|"
    "тег|тэг|тэги|метка|метки|ярлык|ярлыки|группа|группы|категория|категории|списки",
    "source": "lead source|contact source|источник контакта|источник лида",
    "source_detail": "original source|source details|детали источника|original traffic source|original source type",
    "is_staff": "is staff|own staff|свой сотрудник",
    "responsible": "owner|contact owner|assigned to|responsible user|manager|ответственный пользователь|"
    "ответственный менеджер|владелец|владелец контакта",
    "class": "contact class|класс контакта",
    "created_at": "created at|create date|date created|creation date|created on|created date|date added|added|"
    "added at|added on|registered|registration date|signup date|дата создания|дата добавления|создан|создано|"
    "добавлено|дата регистрации|дата и время добавления",
    "updated_at": "updated at|last modified|last modified date|last modified on|modified|modified at|date modified|"
    "last updated|дата изменения|изменено|обновлено|обновлен|дата обновления",
}

_WHOLE_ADDRESS: Final = "address|full address|mailing address|postal address|адрес|полный адрес|почтовый адрес|" + (
    "адрес доставки|адрес проживания|юридический адрес|фактический адрес"
)

MESSENGER_HEADINGS: Final = {
    "telegram": "telegram|telegram username|телеграм|телеграмм|тг|tg",
    "whatsapp": "whatsapp|whats app|ватсап|вотсап|вацап|whatsapp number",
    "viber": "viber|вайбер",
    "skype": "skype|скайп",
    "signal": "signal",
    "messenger": "facebook messenger",
    "instagram": "instagram|инстаграм|инстаграмм",
    "facebook": "facebook|фейсбук",
    "vk": "vk|вк|вконтакте|vkontakte|vk com",
    "linkedin": "linkedin|linkedin url|linkedin profile",
    "x": "twitter|twitter username|твиттер|x twitter|twitter handle",
    "ok": "одноклассники|odnoklassniki",
    "youtube": "youtube|ютуб",
    "tiktok": "tiktok|тикток",
    "discord": "discord",
    "wechat": "wechat",
    "icq": "icq",
    "jabber": "jabber|xmpp",
}
"""Headings of columns that hold logins of one messenger or social network, by its kind."""

_LABEL_WORDS: Final = {
    "work": "work business office раб рабочий рабочая рабочие рабочее служебный служебная офис",
    "home": "home домашний домашняя домашнее дом",
    "personal": "personal private личный личная личное",
    "mobile": "mobile cell cellular переносной мобильный мобильная моб сотовый сотовая сот",
    "fax": "fax факс",
    "other": "other alternate alternative additional secondary другой другая дополнительный дополнительная доп",
    "": "primary preferred default основной основная главный первый",
}

_FILLERS: Final = (
    "contact contacts customer client person user subscriber lead your billing shipping mailing company main "
    "контактный контактная клиента контакта покупателя заказчика подписчика пользователя компании"
)

_LOGIN_WORDS: Final = (
    "phone number login username user id account profile page link url логин номер аккаунт профиль ссылка"
)

_EMAIL_WORDS = re.compile(
    r"\b(?:e mail|эл почт[аы]|эл адрес|электронн\w+ почт[аыу]|электронн\w+ адрес|имейл|имэйл|емейл|емайл|мейл|майл|"
    r"е mail|почта)\b"
)
_GOOGLE = re.compile(r"^(E-mail|Phone|Address|Website|IM|Organization) (\d+) - (.+)$", re.IGNORECASE)
_GOOGLE_PARTS: Final = {
    ("e-mail", "value"): "email",
    ("e-mail", "type"): "email_label",
    ("e-mail", "label"): "email_label",
    ("phone", "value"): "phone",
    ("phone", "type"): "phone_label",
    ("phone", "label"): "phone_label",
    ("im", "value"): "messenger",
    ("im", "service"): "messenger_kind",
    ("im", "type"): "messenger_label",
    ("im", "label"): "messenger_label",
    ("website", "value"): "website",
    ("organization", "name"): "company",
    ("address", "street"): "street",
    ("address", "city"): "city",
    ("address", "region"): "region",
    ("address", "postal code"): "postcode",
    ("address", "country"): "country",
}
ADDRESS_KEYS: Final = frozenset({"street", "city", "region", "postcode", "country"})
_VALUE_KEYS: Final = frozenset({"email", "phone", "messenger", "email_label", "phone_label", "messenger_label"})


@dataclass(frozen=True, slots=True)
class Heading:
    """What a heading says: the field, and what it tells besides.

    ``key`` is None where the heading is known to hold nothing for a contact. ``label`` is the label of the
    values (`core.fields.STANDARD_LABELS`), ``kind`` the messenger, ``number`` the place among several columns
    of one field (0 where it tells none), ``block`` which of several postal addresses. ``own`` is true of the
    headings of our own files; ``ambiguous`` of a name that may be a first name only. ``confidence`` is
    between 0 and 1.
    """

    key: str | None
    label: str = ""
    kind: str = ""
    number: int = 0
    block: str = ""
    google: bool = False
    own: bool = False
    ambiguous: bool = False
    confidence: float = 0.9


def fold_heading(text: str) -> str:
    """A heading by its words alone: case, accents, ё, punctuation and the writings of "email" are one."""
    words = re.sub(r"[\W_]+", " ", fold(text))
    words = re.sub(r"(?<=[^\W\d])(?=\d)|(?<=\d)(?=[^\W\d])", " ", words).strip()
    return _EMAIL_WORDS.sub("email", words)


def _expanded(table: dict[str, str]) -> Iterator[tuple[str, str]]:
    for key, phrases in table.items():
        for phrase in phrases.split("|"):
            yield fold_heading(phrase), key


def _as_written(text: str) -> str:
    return " ".join(text.casefold().split())


_OWN: Final = {_as_written(text): key for table in FIELD_HEADINGS.values() for key, text in table.items()}
_KEYS: Final = {**dict(_expanded(_SYNONYMS)), **{fold_heading(text): key for text, key in _OWN.items()}}
_KINDS: Final = dict(_expanded(MESSENGER_HEADINGS))
_WHOLE: Final = frozenset(fold_heading(phrase) for phrase in _WHOLE_ADDRESS.split("|"))
_LABELS: Final = {fold_heading(word): label for label, words in _LABEL_WORDS.items() for word in words.split()}
_AMBIGUOUS_NAMES: Final = frozenset({"name", "имя"})


def is_own_heading(text: str) -> bool:
    """Whether the heading is that of a built-in field in our own files, in any language."""
    return _as_written(text) in _OWN


def standard_label(text: str) -> str:
    """The code of a label that others write (``Work``, ``рабочий``), or the text itself, trimmed."""
    return _LABELS.get(fold_heading(text)) or text.strip()


@lru_cache(maxsize=4096)
def recognise(text: str) -> Heading | None:
    """What the heading means, None where it says nothing known. English and Russian alike."""
    google = _GOOGLE.match(text.strip())
    if google:
        return _of_google(*google.groups())
    folded = fold_heading(text)
    own = _OWN.get(_as_written(text))
    if own:
        return Heading(own, own=True, ambiguous=folded in _AMBIGUOUS_NAMES, confidence=1.0)
    found = _looked_up(folded)
    if found:
        mobile = found.key == "phone" and any(_LABELS.get(word) == "mobile" for word in folded.split())
        return replace(found, label="mobile") if mobile else found
    return _taken_apart(folded.split())


def _of_google(what: str, number: str, part: str) -> Heading:
    key = _GOOGLE_PARTS.get((what.casefold(), part.strip().casefold()))
    block = number if key in ADDRESS_KEYS else ""
    return Heading(key, number=int(number), block=block, google=True, confidence=1.0)


def _looked_up(folded: str) -> Heading | None:
    if folded in _KEYS:
        return Heading(_KEYS[folded], ambiguous=folded in _AMBIGUOUS_NAMES)
    if folded in _KINDS:
        return Heading("messenger", kind=_KINDS[folded])
    if folded in _WHOLE:
        return Heading("street", confidence=0.6)
    return None


def _taken_apart(words: list[str]) -> Heading | None:
    """The heading without its label, number and filling words: ``Home Phone 2``, ``Город (раб. адрес)``."""
    number = next((int(word) for word in words if word.isdecimal() and len(word) < 4), 0)
    labels = [_LABELS[word] for word in words if word in _LABELS]
    rest = [word for word in words if not word.isdecimal() and word not in _LABELS]
    for kept, confidence in ((rest, 0.85), (_without(rest, _FILLERS), 0.75)):
        found = _looked_up(" ".join(kept))
        if found is None and not kept and set(labels) & {"mobile", "fax"} and len(labels) == len(words):
            found = Heading("phone")
        if found is None:
            continue
        label = "fax" if "fax" in labels else next(filter(None, labels), "")
        if found.key in _VALUE_KEYS:
            return replace(found, label=label, number=number, confidence=confidence)
        if found.key in ADDRESS_KEYS:
            return replace(found, block=f"{label} {number}".strip(), confidence=min(confidence, found.confidence))
        if labels and any(labels):
            return None  # a "business name" is looked up whole; "home company" says nothing
        return replace(found, number=number, confidence=confidence)
    login = " ".join(_without(rest, _LOGIN_WORDS))
    return Heading("messenger", kind=_KINDS[login], number=number, confidence=0.8) if login in _KINDS else None


def _without(words: Iterable[str], dropped: str) -> list[str]:
    return [word for word in words if word not in dropped.split()]
