"""Contacts by criteria on the command line: found, exported, and told where a text is wrong."""

from tests.cli.conftest import Program


def test_criteria_find_contacts_beside_and_instead_of_words(shop: Program) -> None:
    everybody = {
        contact["id"]: contact
        for contact in shop("search", "--where", "all ()", "--limit", 1000, "--json").json["contacts"]
    }
    assert len(everybody) == shop("info", "--json").json["contacts"]
    tags = sorted({tag for contact in everybody.values() for tag in contact["tags"]})
    tagged = shop(
        "search", "--where", f'TAG in ("{tags[0]}", "{tags[1]}") and not email is empty', "--limit", 1000, "--json"
    ).json
    wanted = [contact for contact in everybody.values() if set(tags[:2]) & set(contact["tags"]) and contact["email"]]
    assert tagged == {"total": len(wanted), "contacts": tagged["contacts"]} and wanted
    assert {contact["id"] for contact in tagged["contacts"]} == {contact["id"] for contact in wanted}
    word = wanted[0]["name"].split()[0]
    both = shop("search", word, "--where", f"tag = '{tags[0]}' or tag = '{tags[1]}'", "--json").json
    assert both["contacts"] and all(set(tags[:2]) & set(contact["tags"]) for contact in both["contacts"])
    exported = shop(
        "export", "some.csv", "--where", f'tag in ("{tags[0]}", "{tags[1]}") and email is not empty', "--json"
    )
    assert exported.json["rows"] == len(wanted)
    nothing_asked = shop("search")
    assert nothing_asked.code == 2
    assert nothing_asked.err.endswith("Say what to search for: words, or criteria by --where.\n")


def test_a_text_that_is_wrong_is_pointed_at(shop: Program) -> None:
    done = shop("search", "--where", "name = Anna and cty = Rome", "--json")
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines() == [
        "name = Anna and cty = Rome",
        "                ^^^",
        "Character 17: there is no field cty. Did you mean city or country?",
    ]
    assert shop("export", "some.csv", "--where", "deals > 3").failure == (
        "Character 1: there is nothing yet to ask about deals."
    )
    assert not (shop.folder / "some.csv").exists()
