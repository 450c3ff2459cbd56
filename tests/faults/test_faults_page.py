"""The published list of faults is the one that the tests have."""

from xml.etree import ElementTree

from tests.faults.catalogue import FAULTS
from tests.faults.report import FAILED, FILE, PASSED, page, published, results, uses


def test_the_page_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == page(published()), "make it again: python -m tests.faults"


def test_every_fault_has_a_test() -> None:
    used = set().union(*(use.faults for use in uses()))
    assert used == set(FAULTS)
    assert len(FAULTS) > 15


def test_every_fault_says_what_it_is() -> None:
    for fault in FAULTS.values():
        assert fault.title
        assert fault.made
        assert fault.holds
        assert "|" not in fault.title + fault.made + fault.holds, "it would break the table"


def test_the_worst_of_a_tests_parameters_is_told() -> None:
    report = ElementTree.fromstring(
        """<testsuite>
        <testcase classname="a" name="test_one[x]"><failure/></testcase><testcase classname="a" name="test_one[y]"/>
        <testcase classname="tests.faults.test_faults_frames.TestAnyWeather" name="runTest"/></testsuite>"""
    )
    assert results(report) == {"test_one": FAILED, "TestAnyWeather": PASSED}
