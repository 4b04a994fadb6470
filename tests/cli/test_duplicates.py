"""`ulkacrm duplicates` and `ulkacrm merge`."""

from tests.cli.conftest import Program

LIST = """Name,Email,Phone,City,Born
Anna Petrova,anna@x.io,+7 916 123-45-67,Riga,1980-05-01
Петрова Анна,anna@x.io,,Riga,1980-05-01
Boris Orlov,boris@x.io,+371 20000001,Oslo,1991-01-02
Clara Weiss,clara@x.io,+371 20000002,Bonn,1975-07-08
"""


def test_duplicates_are_found_merged_and_taken_apart(ulkacrm: Program) -> None:
    file = ulkacrm.write("list.csv", LIST)
    ulkacrm("import", file, "--create-properties", "--mode", "keep-duplicates")
    by_rule = ulkacrm("duplicates", "--rule", "email,city", "--json").json
    assert (by_rule["rule"], by_rule["total"], by_rule["contacts"]) == (["email", "city"], 1, 2)
    (group,) = by_rule["groups"]
    assert [contact["name"] for contact in group["contacts"]] == ["Anna Petrova", "Петрова Анна"]
    assert {row["field"] for row in group["pairs"][0]["evidence"]} == {"email", "city"}
    assert ulkacrm("duplicates", "--rule", "Born", "--json").json["rule"] == ["property:1"]
    alike = ulkacrm("duplicates", "--fuzzy", "--json").json
    assert [c["id"] for c in alike["groups"][0]["contacts"]] == [c["id"] for c in group["contacts"]]
    assert alike["groups"][0]["score"] > 0.6
    assert alike["groups"][0]["pairs"][0]["evidence"][0]["weight"] != 0
    told = ulkacrm("duplicates", "--rule", "email")
    assert "Anna Petrova" in told.out
    assert told.err.splitlines()[-1] == "1 group"

    first, second = (contact["id"] for contact in group["contacts"])
    merged = ulkacrm("merge", first, second, "--choose", f"name={second}", "--json").json
    assert merged == {"contact": first, "merged": [second], "operation": 2}
    shown = ulkacrm("show", "anna@x.io", "--json").json
    assert shown["name"] == "Петрова Анна"
    assert ulkacrm("show", second, "--json").json["id"] == first
    again = ulkacrm("merge", first, second)
    assert (again.code, again.out) == (0, "These are one contact already: Петрова Анна. Nothing was merged.\n")
    assert shown["timeline"][0]["kind"] == "contacts_merged"
    assert {"field": "name", "name": "", "before": "Anna Petrova", "after": "Петрова Анна"} in shown["timeline"][0][
        "changes"
    ]
    assert ulkacrm("duplicates", "--rule", "email", "--json").json["groups"] == []
    ulkacrm("undo")
    all_of_rule = ulkacrm("duplicates", "--rule", "email", "--merge-all", "--json").json
    assert (all_of_rule["groups"], all_of_rule["contacts"], all_of_rule["merged"]) == (1, 2, 1)
    assert all_of_rule["lost"] == {"name": 1}
    assert ulkacrm("info", "--json").json["contacts"] == 3
    ulkacrm("undo")
    told = ulkacrm("duplicates", "--rule", "email", "--merge-all")
    assert "The group of 2 contacts becomes one contact." in told.err


def test_what_cannot_be_is_said(ulkacrm: Program) -> None:
    ulkacrm("import", ulkacrm.write("list.csv", LIST), "--mode", "keep-duplicates")
    assert "shoe" in ulkacrm("duplicates", "--rule", "shoe").failure
    assert "anna@x.io" in ulkacrm("merge", 3, "anna@x.io").failure
    assert ulkacrm("merge", 1, 2, "--choose", "tags=2").failure.startswith("“tags”")
    assert ulkacrm("merge", 1).code == 2
    assert ulkacrm("merge", 1, 2, "--choose", "name").code == 2
    assert ulkacrm("duplicates", "--rule", "email", "--fuzzy").code == 2
    assert ulkacrm("info", "--json").json["contacts"] == 4
