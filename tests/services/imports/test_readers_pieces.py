"""Text tables in pieces: each can be read apart, and all of them are what careful reading of the whole file finds."""

import pickle
import random
from pathlib import Path

import pytest

from ulkacrm_desktop.services.imports.readers import ReaderOptions, SourceRow
from ulkacrm_desktop.services.imports.readers.delimited import first_records
from ulkacrm_desktop.services.imports.readers.pieces import Piece, ReadRows, TextPiece
from ulkacrm_desktop.services.imports.readers.reading import open_rows, read_chunks

OPTIONS = ReaderOptions(encoding="utf-8", delimiter=",", heading_row=0)
PLAIN = ("A,b,c", 'B,"x\ny",c', 'E,"a""b",c', "Щ,э,ю", 'I,"1,2",3', "'=J,k,l", 'K,"\n\nm",n')
ODD = ('C,"z', "", 'F,"g,h', 'G,"q" r,s', 'H,5" pipe,x', "L,m,n,o", ",,", "M,n\ro,p")


def table(path: Path, lines: list[str]) -> Path:
    path.write_text("Name,Notes,City\n" + "\n".join(lines) + "\n", encoding="utf-8", newline="")
    return path


def pieces_of(path: Path) -> list[Piece]:
    """All pieces, without any being read; those under way together as a plan has them."""
    with open_rows(path, OPTIONS) as source:
        return list(iter(source.take, None))


def carefully(path: Path) -> list[SourceRow]:
    """All rows one by one, short and blank ones included."""
    return first_records(path, OPTIONS, 1_000_000)[1:]


@pytest.mark.parametrize("seed", range(4))
def test_pieces_are_the_whole_file(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    lines = [chance.choice(PLAIN) + "x" * chance.randrange(30) * (n % 7 == 0) for n in range(40_000)]
    path = table(tmp_path / "a.csv", lines)
    pieces = pieces_of(path)
    assert len([piece for piece in pieces if isinstance(piece, TextPiece)]) >= 4
    number = 0
    found: list[SourceRow] = []
    for piece in pieces:
        rows = pickle.loads(pickle.dumps(piece)).rows()
        assert rows is not None and not rows.problems
        before = 0 if piece.is_numbered else number
        found += [SourceRow(before + n, cells) for n, cells in zip(rows.numbers, rows.cells, strict=True)]
        number = before + rows.last
    assert found == carefully(path)


@pytest.mark.parametrize("ahead", [1, 3])
@pytest.mark.parametrize("seed", range(4))
def test_what_is_odd_is_read_again(tmp_path: Path, seed: int, ahead: int) -> None:
    chance = random.Random(seed)
    lines = [chance.choice(PLAIN) for _ in range(30_000)]
    for _ in range(3):
        place = chance.randrange(1_000, len(lines))
        lines[place : place + 1] = ['G,"q" r,s', chance.choice(ODD), chance.choice(ODD)]
    path = table(tmp_path / "a.csv", lines)
    found: list[SourceRow] = []
    again = 0
    with open_rows(path, OPTIONS) as source:
        number = 0
        waiting: list[Piece] = []
        while True:
            while len(waiting) < ahead and (piece := source.take()) is not None:
                waiting.append(piece)
            if not waiting:
                break
            rows = waiting[0].rows()
            if rows is None:
                again += 1
                source.read_again(waiting, number)
                waiting = []
                continue
            before = 0 if waiting.pop(0).is_numbered else number
            number = before + rows.last
            found += [
                SourceRow(before + n, cells, rows.problems.get(index))
                for index, (n, cells) in enumerate(zip(rows.numbers, rows.cells, strict=True))
            ]
    whole = [row for chunk in read_chunks(path, OPTIONS) for row in chunk]
    assert found == whole
    wanted = {row.number: row for row in carefully(path)}
    for row in whole:
        problem = row.problem if row.problem is None or row.problem.code != "row_too_long" else None
        assert (problem, row.cells[:2]) == (wanted[row.number].problem, wanted[row.number].cells[:2])
    assert [row.number for row in whole] == [n for n, row in wanted.items() if any(row.cells)]
    assert again


def test_rows_that_are_read_are_numbered_as_in_the_file(tmp_path: Path) -> None:
    first = pieces_of(table(tmp_path / "a.csv", ["A,b,c"] * 500))[0]
    assert isinstance(first, ReadRows)
    assert first.rows().numbers[0] == 2
