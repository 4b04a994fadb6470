"""Email addresses as people write them."""

import string

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from ulkacrm_desktop.core.text.emails import EmailProblem, ordinary_email, ordinary_emails, parse_email, parse_emails


@pytest.mark.parametrize(
    ("text", "address", "key", "name"),
    [
        ("Ivan.Petrov@Example.COM", "Ivan.Petrov@example.com", "ivan.petrov@example.com", ""),
        ("  ivan@mail.ru\t", "ivan@mail.ru", "ivan@mail.ru", ""),
        ("\u202aivan@mail.ru\u202c", "ivan@mail.ru", "ivan@mail.ru", ""),
        ("Иван Петров <ivan@mail.ru>", "ivan@mail.ru", "ivan@mail.ru", "Иван Петров"),
        ('"Петров, Иван" <ivan@mail.ru>', "ivan@mail.ru", "ivan@mail.ru", "Петров, Иван"),
        ("<ivan@mail.ru>", "ivan@mail.ru", "ivan@mail.ru", ""),
        ("mailto:ivan@mail.ru?subject=x", "ivan@mail.ru", "ivan@mail.ru", ""),
        ("info@почта.рф", "info@почта.рф", "info@xn--80a1acny.xn--p1ai", ""),
        ("info@xn--80a1acny.xn--p1ai", "info@почта.рф", "info@xn--80a1acny.xn--p1ai", ""),
        ("info@MÜNCHEN.de", "info@münchen.de", "info@xn--mnchen-3ya.de", ""),
        ("o'brien@example.ie", "o'brien@example.ie", "o'brien@example.ie", ""),
        ("a+b_c%d@x-y.co.uk", "a+b_c%d@x-y.co.uk", "a+b_c%d@x-y.co.uk", ""),
        ("ivan＠mail.ru", "ivan@mail.ru", "ivan@mail.ru", ""),
        ("ivan@firma.local", "ivan@firma.local", "ivan@firma.local", ""),
    ],
)
def test_addresses(text: str, address: str, key: str, name: str) -> None:
    assert parse_email(text) == (address, key, name, "")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "email_without_at"),
        ("ivan", "email_without_at"),
        ("@mail.ru", "email_invalid"),
        ("a..b@mail.ru", "email_invalid"),
        (".a@mail.ru", "email_invalid"),
        ("a b@mail.ru", "email_invalid"),
        ("a@b@mail.ru", "email_invalid"),
        ("ivan@mail", "email_domain_invalid"),
        ("ivan@", "email_domain_invalid"),
        ("ivan@-mail.ru", "email_domain_invalid"),
        ("ivan@mail..ru", "email_domain_invalid"),
        ("ivan@1.2.3.4", "email_domain_invalid"),
        ("ivan@[1.2.3.4]", "email_domain_invalid"),
        ("ivan@ab--cd.com", "email_domain_invalid"),
        ("ivan@mail.r", "email_domain_invalid"),
        ("x" * 65 + "@mail.ru", "email_too_long"),
        ("x@" + "a" * 64 + ".ru", "email_domain_invalid"),
        ("x@" + "a." * 130 + "ru", "email_too_long"),
        ("x" * 2_000, "email_too_long"),
    ],
)
def test_what_is_no_address(text: str, code: str) -> None:
    with pytest.raises(EmailProblem) as problem:
        parse_email(text)
    assert problem.value.code == code
    assert problem.value.value == text


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("a@gоogle.com", "email_domain_lookalike"),  # Cyrillic о
        ("a@xn--ggle-55da.com", "email_domain_lookalike"),
        ("a@сосо.com", "email_domain_lookalike"),  # all Cyrillic
        ("a@сосо.рф", ""),
        ("a@müller.de", ""),
        ("a@яндекс.рф", ""),
        ("ivаn@gmail.com", "email_mixed_scripts"),  # Cyrillic а
        ("иван@почта.рф", ""),
    ],
)
def test_imitations_are_warned_of(text: str, notice: str) -> None:
    assert parse_email(text).notice == notice


@pytest.mark.parametrize(
    ("cell", "keys"),
    [
        ("a@x.ru", ["a@x.ru"]),
        ("a@x.ru, b@y.ru", ["a@x.ru", "b@y.ru"]),
        ("a@x.ru;b@y.ru\nc@z.ru", ["a@x.ru", "b@y.ru", "c@z.ru"]),
        ("a@x.ru b@y.ru", ["a@x.ru", "b@y.ru"]),
        ("a@x.ru ::: b@y.ru", ["a@x.ru", "b@y.ru"]),
        ("a@x.ru | b@y.ru,", ["a@x.ru", "b@y.ru"]),
        ("a@x.ru/b@y.ru", ["a@x.ru", "b@y.ru"]),
        ("a@x.ru; A@X.RU", ["a@x.ru"]),
        ('"Петров, И" <a@x.ru>, Борис <b@y.ru>', ["a@x.ru", "b@y.ru"]),
        ("<a@x.ru> <b@y.ru>", ["a@x.ru", "b@y.ru"]),
        ("Иван <a@x.ru>; b@y.ru c@z.ru", ["a@x.ru", "b@y.ru", "c@z.ru"]),
    ],
)
def test_several_in_a_cell(cell: str, keys: list[str]) -> None:
    assert [email.match_key for email in parse_emails(cell)] == keys


def test_names_of_several_are_kept() -> None:
    assert [email.name for email in parse_emails('"Петров, И" <a@x.ru>, Борис <b@y.ru>')] == ["Петров, И", "Борис"]


@pytest.mark.parametrize("cell", ["a@x.ru, nothing", "Иван a@x.ru", "a@x.ru <", '"', "x" * 6_000])
def test_a_bad_one_among_several_rejects_the_cell(cell: str) -> None:
    with pytest.raises(EmailProblem):
        parse_emails(cell)


@given(st.text(string.ascii_letters + string.digits + ".-_+@%'", min_size=3, max_size=24))
@example("a@a--b.com")
@example("a@a.c-m")
def test_the_quick_path_takes_only_what_the_library_takes(text: str) -> None:
    try:
        email = parse_email(text)
    except EmailProblem:
        return
    checked = validate_email(text, check_deliverability=False, globally_deliverable=False)
    assert email.match_key == f"{checked.local_part}@{checked.ascii_domain}".lower()


@given(st.emails())
def test_every_address_of_the_standard_is_read(text: str) -> None:
    try:
        validate_email(text, check_deliverability=False, globally_deliverable=False, strict=True)
    except EmailNotValidError:
        return
    email = parse_email(text)
    assert parse_email(email.address) == email


@given(
    st.lists(
        st.text("abA1.-_+@%'\n\r\x0b\u2028Ж ", max_size=12) | st.emails() | st.sampled_from(["", "a" * 65 + "@x.io"])
    )
)
def test_plain_emails_of_a_column_are_those_of_its_cells(cells: list[str]) -> None:
    for cell, found in zip(cells, ordinary_emails(cells), strict=True):
        assert found == ordinary_email(cell)
        if found is not None:
            email = parse_email(cell)
            assert found == (email.address, email.match_key)
