"""Links that other programs open."""

import pytest

from ulkacrm_desktop.core.contact_document import PhoneEntry
from ulkacrm_desktop.ui.labels.fields import MESSENGERS
from ulkacrm_desktop.ui.profile.links import call_link, mail_link, messenger_link, phone_text, web_link


@pytest.mark.parametrize(
    ("kind", "login", "link"),
    [
        ("whatsapp", "+7 (916) 123-45-67", "https://wa.me/79161234567"),
        ("telegram", "@anna_p", "https://t.me/anna_p"),
        ("telegram", "+7 916 123-45-67", "https://t.me/+79161234567"),
        ("viber", "+7 916 123-45-67", "viber://chat?number=%2B79161234567"),
        ("messenger", "anna.petrova", "https://m.me/anna.petrova"),
        ("instagram", "@anna", "https://www.instagram.com/anna/"),
        ("vk", "id1", "https://vk.com/id1"),
        ("linkedin", "anna-petrova", "https://www.linkedin.com/in/anna-petrova"),
        ("x", "@anna", "https://x.com/anna"),
        ("skype", "live:anna", "skype:live%3Aanna?chat"),
        ("vk", "https://vk.com/anna", "https://vk.com/anna"),
        ("telegram", "a/../b?c#d", "https://t.me/a%2F..%2Fb%3Fc%23d"),
        ("whatsapp", "no number", None),
        ("mastodon", "@anna@example.social", None),
        ("vk", "javascript:alert(1)", "https://vk.com/javascript%3Aalert%281%29"),
    ],
)
def test_messengers(kind: str, login: str, link: str | None) -> None:
    assert messenger_link(kind, login) == link


def test_no_messenger_makes_a_link_of_something_that_runs() -> None:
    for kind in MESSENGERS:
        link = messenger_link(kind, "javascript:alert(1)//@x y")
        assert link is None or link.partition(":")[0] in ("https", "skype", "xmpp"), kind


def test_mail_and_calls() -> None:
    assert mail_link("anna@acme.io") == "mailto:anna@acme.io"
    assert mail_link("a?b&c@acme.io") == "mailto:a%3Fb%26c@acme.io"
    russian = PhoneEntry("8 916 123-45-67", "79161234567")
    assert phone_text(russian) == "+7 916 123-45-67"
    assert call_link(russian) == "tel:+79161234567"
    assert call_link(russian, "sms") == "sms:+79161234567"
    assert call_link(PhoneEntry("8 495 123-45-67 доб. 12", "74951234567x12")) == "tel:+74951234567;ext=12"
    unknown = PhoneEntry("123-45", "12345")
    assert phone_text(unknown) == "123-45"
    assert call_link(unknown) == "tel:12345"


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://example.com/a", "https://example.com/a"),
        ("example.com", "https://example.com"),
        ("example.com:8080/a", "https://example.com:8080/a"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("", None),
    ],
)
def test_pages(address: str, link: str | None) -> None:
    assert web_link(address) == link
