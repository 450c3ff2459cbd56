"""The published table of the conformance suite has every case, in order."""

from tests.support.conformance_table import FILE, TITLES, cases, rows


def test_the_table_has_a_row_for_every_case() -> None:
    found = rows(FILE.read_text(encoding="utf-8"))
    assert len(found) > 20
    assert found == cases(), "make it again: python -m tests.support.conformance_table"


def test_every_title_is_of_a_case() -> None:
    assert set(TITLES) <= set(cases())
