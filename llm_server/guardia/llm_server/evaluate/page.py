"""The report as one self-contained HTML page: no script, no font, no picture from anywhere. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import msgspec

from guardia.llm_server.evaluate.report import Report
from guardia.llm_server.evaluate.run import Outcome
from guardia.llm_server.evaluate.svg import bars, distribution

MAX_SHOWN = 300
"""Wrong readings on the page; all of them are in the JSON file."""

_STYLE = """
:root{--ink:#1c2430;--soft:#5b6675;--paper:#fff;--rail:#e8ecf1;--bar:#2563a8;--line:#d8dee6;--bad:#b42318;--mark:#a15c07}
@media (prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#9aa5b4;--paper:#141a22;--rail:#26303c;--bar:#6ea8ea;
--line:#303b48;--bad:#ff8a7a;--mark:#e3b069}}
body{margin:2rem auto;max-width:60rem;padding:0 1rem;font:15px/1.55 system-ui,"Noto Sans KR",sans-serif;
color:var(--ink);background:var(--paper)}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2.2rem 0 .6rem}p,td,th{margin:0}.soft,.empty{color:var(--soft)}
.figures{display:flex;flex-wrap:wrap;gap:1rem 2.4rem;margin:1.4rem 0}.figures b{display:block;font-size:1.7rem;
line-height:1.2;font-variant-numeric:tabular-nums}.bad{color:var(--bad)}svg{width:100%;height:auto;font-size:12px}
svg text{fill:var(--soft)}.rail{fill:var(--rail)}.bar{fill:var(--bar)}.grid{stroke:var(--line)}
.curve{fill:none;stroke:var(--bar);stroke-width:2}line.mark{stroke:var(--mark);stroke-dasharray:3 3}
svg text.mark{fill:var(--mark)}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.35rem .6rem .35rem 0;border-bottom:1px solid var(--line);vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}details{border-bottom:1px solid var(--line);
padding:.4rem 0}summary{cursor:pointer}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:12.5px;margin:.4rem 0 .4rem 1rem}
"""


def render(report: Report) -> str:
    """The page. Everything that a model or a message said is escaped."""
    about, total = report.about, report.total
    title = f"Reading with {about.model}"
    times, tokens = report.latency, report.tokens
    source = (
        f"{about.dataset} over {about.cmdb} · {about.endpoint} · prompt {about.prompt_version} · "
        f"{about.concurrency} at a time · {about.started}"
    )
    unsafe_class = ' class="bad"' if total.unsafe else ""
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1>",
        f'<p class="soft">{escape(source)}</p>',
        '<div class="figures">',
        f"<p>accuracy<b>{total.accuracy:.1%}</b>{total.right} of {total.total}</p>",
        f"<p>unsafe readings<b{unsafe_class}>{total.unsafe}</b>must be 0</p>",
        f"<p>no reading<b>{total.unread}</b>{escape(_counts(report.errors)) or 'none'}</p>",
        f"<p>latency p50 / p99<b>{_ms(times['p50'])} / {_ms(times['p99'])}</b>slowest {_ms(times['max'])}</p>",
        f"<p>tokens a message<b>{tokens.prompt_mean:.0f} + {tokens.completion_mean:.0f}</b>{_cached(report)}</p>",
        f"<p>all of it<b>{report.wall_seconds:.0f} s</b>{_rate(report)}</p>",
        "</div>",
        "<h2>Accuracy by category</h2>",
        bars(
            [
                (share.name, share.accuracy, f"{share.right}/{share.total}" + _danger(share.unsafe))
                for share in sorted(report.categories, key=lambda share: (share.accuracy, share.name))
            ],
            "accuracy by category",
        ),
        "<h2>Latency</h2>",
        distribution(
            [outcome.seconds for outcome in report.outcomes if outcome.requests is not None],
            [(name, report.latency[name]) for name in ("p50", "p90", "p99")],
            "share of answers by latency",
        ),
        "<table><tr>",
        "".join(f'<th class="n">{escape(name)}</th>' for name in report.latency),
        "</tr><tr>",
        "".join(f'<td class="n">{_ms(seconds)}</td>' for seconds in report.latency.values()),
        "</tr></table>",
    ]
    if report.differs:
        most = max(report.differs.values())
        parts += [
            "<h2>What was wrong</h2>",
            bars([(name, count / most, str(count)) for name, count in report.differs.items()], "wrong fields"),
        ]
    parts += _list("Unsafe readings", [one for one in report.outcomes if one.unsafe])
    parts += _list("Wrong readings", [one for one in report.outcomes if not one.right and not one.unsafe])
    return "".join([*parts, "</body></html>\n"])


def _list(title: str, outcomes: Sequence[Outcome]) -> list[str]:
    if not outcomes:
        return [f'<h2>{escape(title)}</h2><p class="empty">None.</p>']
    more = f" (the first {MAX_SHOWN})" if len(outcomes) > MAX_SHOWN else ""
    parts = [f"<h2>{escape(title)}: {len(outcomes)}{more}</h2>"]
    for one in outcomes[:MAX_SHOWN]:
        came = one.error if one.requests is None else _lines(one.requests)
        why = f"{one.id} · {one.category} · {', '.join(one.differs) or one.code}"
        parts.append(
            f"<details><summary>{escape(one.text[:200])} <span class='soft'>{escape(why)}</span></summary>"
            f"<pre>expected\n{escape(_lines(one.expected))}\n\ncame\n{escape(came)}</pre></details>"
        )
    return parts


def _lines(requests: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(msgspec.json.encode(request).decode() for request in requests) or "nothing"


def _counts(errors: Mapping[str, int]) -> str:
    return ", ".join(f"{code} {count}" for code, count in errors.items())


def _cached(report: Report) -> str:
    if not report.tokens.cached:
        return "prompt + answer"
    return f"prompt + answer, {report.tokens.cached / max(1, report.tokens.prompt):.0%} of the prompt cached"


def _rate(report: Report) -> str:
    return f"{report.total.total / report.wall_seconds:.1f} messages a second" if report.wall_seconds else ""


def _danger(count: int) -> str:
    return f"  unsafe {count}" if count else ""


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 10 else f"{seconds:.1f} s"
