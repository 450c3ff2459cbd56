"""An evaluation from the files that it reads to the page that it writes, with readers made for the test."""

import asyncio
import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.llm_server.errors import BusyError, DatasetError, SlowError, UnreachableError
from guardia.llm_server.evaluate import dataset, page, report, svg
from guardia.llm_server.evaluate.run import Read, evaluate

SERVERS = (
    "asset_code,hostname,address,institution,system_name,environment,infrastructure_layer,node_no,connection,via_agent,"
    "service_name,service_manager,product\n"
    "SEA-FSH-WAS-01,fsh-was1,10.1.1.1,가람해양청,어선관리,PROD,WAS,1,agent,,tomcat,systemd,Tomcat\n"
)
ALIASES = "kind,canonical,institution,alias\ninstitution,가람해양청,,해양청\n"
RESTART = {
    "intent_type": "RESTART",
    "institution": "가람해양청",
    "system_name": "어선관리",
    "environment": "PROD",
    "infrastructure_layer": "WAS",
    "target_nodes": [],
    "action_sequence": ["RESTART_SERVICE"],
    "deploy_artifacts": [],
    "parameters": {},
    "requires_approval": True,
}


def record(number, requests, category="restart", **more):
    return {"id": f"m-{number}", "text": f"문장 {number}", "category": category, "requests": requests, **more}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "servers.csv").write_text(SERVERS, "utf-8")
    (tmp_path / "aliases.csv").write_text(ALIASES, "utf-8")
    return tmp_path


def written(folder, *records):
    path = folder / "messages.jsonl"
    path.write_text("".join(r if isinstance(r, str) else json.dumps(r) + "\n" for r in records), "utf-8")
    return path


def about():
    return report.About(
        endpoint="http://127.0.0.1:1",
        model="m",
        dataset="d",
        cmdb="c",
        prompt_version="v",
        concurrency=2,
        started="now",
    )


def run(messages, reader, concurrency=3):
    seen = []
    outcomes = asyncio.run(evaluate(messages, reader, concurrency=concurrency, on_outcome=seen.append))
    assert sorted(one.id for one in seen) == sorted(one.id for one in outcomes)
    return outcomes


class TestFiles:
    def test_messages_and_inventory(self, folder):
        path = written(folder, record(1, [RESTART], files=["a.war"], context=[{"sender": "engineer1", "text": "네"}]))
        (message,) = dataset.messages(path)
        assert message.files == ("a.war",)
        assert message.context[0].text == "네"
        inventory = dataset.inventory(folder)
        assert inventory.servers[0].node_no == 1
        assert inventory.aliases[0].alias == "해양청"

    def test_a_limit_takes_the_first(self, folder):
        path = written(folder, *(record(number, []) for number in range(5)))
        assert [message.id for message in dataset.messages(path, 2)] == ["m-0", "m-1"]

    @pytest.mark.parametrize(
        ("line", "word"),
        [
            ("{\n", ":2:"),
            ('{"id": "x", "text": "y"}\n', "requests"),
            (json.dumps(record(1, [])) + "\n", "there twice"),
            (json.dumps(record(2, [{"intent_type": "HELP"}])) + "\n", "institution"),
            ("[" * 5000 + "\n", ":2:"),
        ],
    )
    def test_a_mistake_names_its_line(self, folder, line, word):
        with pytest.raises(DatasetError, match=re.escape(word)) as caught:
            dataset.messages(written(folder, record(1, []), line))
        assert "messages.jsonl:2:" in str(caught.value)

    def test_an_endless_line_is_not_read_whole(self, folder):
        with pytest.raises(DatasetError, match="no message set"):
            dataset.messages(written(folder, "x" * (dataset.MAX_LINE + 5)))

    def test_nothing_to_measure_is_told(self, folder):
        with pytest.raises(DatasetError, match="no message"):
            dataset.messages(written(folder, "\n"))
        with pytest.raises(DatasetError, match="--set"):
            dataset.messages(folder / "nowhere")

    def test_an_inventory_that_cannot_be_read(self, folder):
        (folder / "servers.csv").write_text(SERVERS.replace(",1,agent", ",one,agent"), "utf-8")
        with pytest.raises(DatasetError, match=r"servers\.csv:2"):
            dataset.inventory(folder)
        with pytest.raises(DatasetError, match="--cmdb"):
            dataset.inventory(folder / "nowhere")


class TestRun:
    def messages(self, folder, count=6):
        return dataset.messages(written(folder, *(record(number, [RESTART]) for number in range(count))))

    def test_outcomes_keep_the_order_of_the_messages(self, folder):
        async def reader(message):
            await asyncio.sleep(0.02 if message.id == "m-0" else 0)
            return Read(requests=[RESTART], prompt_tokens=10, completion_tokens=2)

        outcomes = run(self.messages(folder), reader)
        assert [one.id for one in outcomes] == [f"m-{number}" for number in range(6)]
        assert all(one.right and not one.unsafe for one in outcomes)

    def test_no_reading_is_neither_right_nor_unsafe(self, folder):
        async def reader(message):
            raise SlowError("late") if message.id == "m-1" else BusyError("full")

        outcomes = run(self.messages(folder, 3), reader)
        assert [one.code for one in outcomes] == ["llm.busy", "llm.timeout", "llm.busy"]
        assert not any(one.right or one.unsafe for one in outcomes)

    def test_an_endpoint_that_is_gone_ends_the_run(self, folder):
        asked = []

        async def reader(message):
            asked.append(message.id)
            raise UnreachableError("nobody there")

        with pytest.raises(UnreachableError, match="nobody there"):
            run(self.messages(folder, 50), reader)
        assert len(asked) < 50

    def test_never_more_at_a_time_than_asked_for(self, folder):
        now = most = 0

        async def reader(message):
            nonlocal now, most
            now += 1
            most = max(most, now)
            await asyncio.sleep(0)
            now -= 1
            return Read(requests=[])

        run(self.messages(folder, 30), reader, concurrency=4)
        assert most == 4


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.names, self.loads = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        self.loads += [value for name, value in attrs if name in ("src", "href", "onclick", "onload", "style")]


class TestReport:
    def outcomes(self, folder):
        hostile = "<script>alert(1)</script>\"'&"
        messages = dataset.messages(
            written(
                folder,
                record(1, [RESTART]),
                record(2, [], category="negation"),
                record(3, [RESTART], text=hostile, category=hostile),
                record(4, [RESTART]),
            )
        )

        async def reader(message):
            if message.id == "m-4":
                raise SlowError(hostile)
            wrong = [{**RESTART, "institution": hostile}]
            return Read(
                requests=wrong if message.id == "m-3" else [RESTART],
                prompt_tokens=100,
                cached_tokens=60,
                completion_tokens=20,
            )

        return run(messages, reader)

    def test_figures(self, folder):
        found = report.make(about(), self.outcomes(folder), 2.0)
        assert (found.total.total, found.total.right, found.total.unsafe, found.total.unread) == (4, 1, 2, 1)
        assert {share.name: share.right for share in found.categories}["negation"] == 0
        assert found.tokens.prompt_mean == 100
        assert found.tokens.cached == 180
        assert found.errors == {"llm.timeout": 1}
        assert found.differs == {"requests": 1, "institution": 1}

    def test_the_page_is_self_contained_and_escapes_what_it_shows(self, folder):
        html = page.render(report.make(about(), self.outcomes(folder), 2.0))
        tags = Tags(html)
        assert "script" not in tags.names
        assert "img" not in tags.names
        assert tags.names.count("svg") == 3
        assert tags.loads == []
        assert not re.findall(r"https?://(?!127\.0\.0\.1:1)", html)
        for drawing in re.findall(r"<svg.*?</svg>", html, re.DOTALL):
            ElementTree.fromstring(drawing)

    def test_files_are_written(self, folder):
        from guardia.llm_server.evaluate import command

        data, html = command.write(report.make(about(), self.outcomes(folder), 2.0), folder / "out" / "deep")
        assert json.loads(data.read_text("utf-8"))["total"]["right"] == 1
        assert html.read_text("utf-8").startswith("<!doctype html>")

    def test_of_nothing_answered_there_is_still_a_report(self, folder):
        async def reader(message):
            raise BusyError("full")

        messages = dataset.messages(written(folder, record(1, [])))
        found = report.make(about(), run(messages, reader), 0.0)
        assert found.latency["p99"] == 0
        assert "nothing was measured" in page.render(found)

    @given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.sampled_from([50, 90, 99, 100]))
    def test_a_percentile_is_a_value_that_was_measured(self, values, percent):
        ordered = sorted(values)
        found = report.percentile(ordered, percent)
        assert found in values
        assert sum(value <= found for value in values) >= percent / 100 * len(values) - 1e-9

    @given(st.lists(st.floats(0, 1e5), max_size=30), st.text(max_size=20))
    def test_every_plot_is_well_formed(self, values, label):
        plain = "".join(letter for letter in label if letter.isprintable())
        drawing = svg.distribution(values, [(plain, max(values, default=0))], plain)
        ElementTree.fromstring(drawing)
        ElementTree.fromstring(svg.bars([(plain, value, plain) for value in values], plain))
