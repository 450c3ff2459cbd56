"""An evaluation from the files that it reads to the page that it writes, with readers made for the test."""

import asyncio
import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from guardia.llm_server.cli import main
from guardia.llm_server.errors import BusyError, DatasetError, SlowError, UnreachableError
from guardia.llm_server.evaluate import dataset, page, recorded, report, svg
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

    def test_a_sample_takes_in_turn_from_every_category(self, folder):
        names = ["restart"] * 20 + ["negation"] * 4 + ["help"]
        found = dataset.messages(written(folder, *(record(n, [], category=name) for n, name in enumerate(names))))
        chosen = dataset.sample(found, 8)
        assert [message.category for message in chosen] == ["restart"] * 4 + ["negation"] * 3 + ["help"]
        assert [message.id for message in chosen][:4] == ["m-0", "m-5", "m-10", "m-15"]
        assert dataset.sample(found, 8) == chosen
        assert dataset.sample(found, 0) == dataset.sample(found, 99) == found

    @given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=40), st.integers(1, 45))
    def test_a_sample_has_its_size_and_the_order_of_the_file(self, categories, count):
        found = tuple(dataset.Message(id=str(n), text="", category=c, requests=()) for n, c in enumerate(categories))
        chosen = dataset.sample(found, count)
        assert len(chosen) == min(count, len(found))
        assert [int(message.id) for message in chosen] == sorted({int(message.id) for message in chosen})
        if count >= len(set(categories)):
            assert {message.category for message in chosen} == set(categories)

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


class TestRecorded:
    """Readings that the hub made: `guardia-hub read --explain`."""

    def lines(self, *records):
        return "".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in records)

    def found(self, folder, *records):
        path = folder / "readings.jsonl"
        path.write_text(self.lines(*records), "utf-8")
        return recorded.records(path)

    def test_they_are_scored_like_fresh_ones(self, folder):
        messages = dataset.messages(written(folder, *(record(number, [RESTART]) for number in range(1, 6))))
        said = {"reader": "both", "version": "embedded 2 + tiny"}
        found = self.found(
            folder,
            {"id": "m-1", "requests": [RESTART], "seconds": 0.25, **said, "explanation": {"model": {"tokens": [9, 4]}}},
            {"id": "m-2", "requests": [], "disputes": [{}], **said},
            {"id": "m-3", "requests": [RESTART], "fallback": {"code": "timeout", "why": "late"}, "reader": "embedded"},
            {"id": "other", "requests": [], "reader": "embedded", "version": "2"},
            {"id": "another", "requests": [], "reader": "embedded", "version": "2"},
            {"id": "m-4", "error": {"code": "input.invalid", "message": "no"}},
        )
        outcomes = recorded.outcomes(messages, found)
        assert [one.right for one in outcomes] == [True, False, True, False, False]
        assert [one.requests is None for one in outcomes] == [False, False, False, True, True]
        assert outcomes[0].prompt_tokens == 9
        assert outcomes[0].seconds == 0.25
        made = report.make(about(), outcomes, 1.0)
        assert (made.asked_back, made.fallbacks, made.total.unread) == (1, {"timeout": 1}, 2)
        assert recorded.reader_of(found) == ("both", "embedded 2 + tiny")
        html = page.render(made)
        assert "asked back<b>1</b>" in html
        assert "no reading of the model<b>1</b>" in html
        assert 'class="asked"' in html
        assert made.total.asked == 1

    def test_a_file_of_something_else_is_refused_with_its_line(self, folder):
        with pytest.raises(DatasetError, match=r"readings\.jsonl:2"):
            self.found(folder, {"id": "m-1", "requests": []}, "no json")

    def test_the_command_reads_standard_input_and_gates(self, folder):
        path = written(folder, record(1, []), record(2, [RESTART]))
        given = self.lines({"id": "m-1", "requests": [RESTART]}, {"id": "m-2", "requests": [RESTART]})
        options = ["evaluate", "--set", str(path), "--readings", "-", "--out", str(folder / "out")]
        result = CliRunner().invoke(main, [*options, "--max-unsafe", "0"], input=given)
        assert result.exit_code == 1
        assert "unsafe 1" in result.output
        assert "1 of 2 readings are unsafe" in (folder / "out" / "report.html").read_text("utf-8")
        assert CliRunner().invoke(main, [*options, "--max-unsafe", "1"], input=given).exit_code == 0

    @pytest.mark.parametrize("more", [[], ["--cmdb", "x", "--readings", "-"]])
    def test_either_an_endpoint_or_readings(self, folder, more):
        result = CliRunner().invoke(main, ["evaluate", "--set", str(folder / "x"), *more])
        assert result.exit_code == 2
        assert "--readings" in result.output


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

    def test_what_differs_is_marked_beside_what_was_expected(self, folder):
        html = page.render(report.make(about(), self.outcomes(folder), 2.0))
        assert "2 of 4 readings are unsafe" in html
        [row] = re.findall(r"<tr><td>문장 2.*?</tr>", html)
        assert "<mark>nothing</mark>" not in row.split("</td>")[1]
        assert row.split("</td>")[1] == "<td><span>nothing</span>"
        assert "<mark>RESTART</mark>" in row.split("</td>")[2]
        [row] = re.findall(r"<tr><td>&lt;script&gt;.*?</tr>", html)
        assert row.count("<mark>") == 1  # the institution alone
        assert "문장 1" not in html

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
