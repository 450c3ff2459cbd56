"""The report as one self-contained HTML page: no script, no font, no picture from anywhere. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from guardia.llm_server.evaluate.report import Report, Share
from guardia.llm_server.evaluate.run import Outcome
from guardia.llm_server.evaluate.side_by_side import MAX_SHOWN, table
from guardia.llm_server.evaluate.svg import Part, bars, distribution, parted

_STYLE = """
:root{--ink:#1c2430;--soft:#5b6675;--paper:#fff;--card:#f5f7fa;--rail:#e3e8ee;--bar:#2563a8;--unread:#b9a26a;--asked:#8fb8e0;
--line:#d8dee6;--bad:#b42318;--bad-paper:#fdecea;--good:#1a6b3c;--good-paper:#e8f5ed;--mark:#8a4b00}
@media (prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#9aa5b4;--paper:#141a22;--card:#1c2430;--rail:#26303c;
--bar:#6ea8ea;--unread:#a8935a;--asked:#3f6d9e;--line:#303b48;--bad:#ff8a7a;--bad-paper:#3a1d1a;--good:#7fd6a2;--good-paper:#17301f;
--mark:#e3b069}}
body{margin:2rem auto;max-width:68rem;padding:0 1.2rem;font:15px/1.5 system-ui,"Noto Sans KR","NanumGothic",sans-serif;
color:var(--ink);background:var(--paper)}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}p,td,th{margin:0}.soft,.empty{color:var(--soft)}
.verdict{margin:1rem 0;padding:.7rem 1rem;border-radius:6px;font-weight:600}
.verdict.bad{color:var(--bad);background:var(--bad-paper)}.verdict.good{color:var(--good);background:var(--good-paper)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(10rem,1fr));gap:.7rem;margin:1rem 0}
.figures p{background:var(--card);border-radius:6px;padding:.6rem .8rem;font-size:13px;color:var(--soft)}
.figures b{display:block;font-size:1.2rem;line-height:1.5;font-variant-numeric:tabular-nums;color:var(--ink)}
.figures b.bad{color:var(--bad)}svg{width:100%;height:auto;font-size:12px;display:block}
svg text{fill:var(--soft)}.rail{fill:var(--rail)}.bar,.right{fill:var(--bar)}.unsafe{fill:var(--bad)}
.unread{fill:var(--unread)}.asked{fill:var(--asked)}.grid{stroke:var(--line)}.curve{fill:none;stroke:var(--bar);stroke-width:2}
line.mark{stroke:var(--mark);stroke-dasharray:3 3}svg text.mark{fill:var(--mark)}
.legend{font-size:13px;color:var(--soft);margin:0 0 .4rem}.legend span::before{content:"";display:inline-block;
width:.8em;height:.8em;margin:0 .4em 0 1em;vertical-align:-1px;background:var(--rail)}
.legend .right::before{background:var(--bar)}.legend .unsafe::before{background:var(--bad)}
.legend .unread::before{background:var(--unread)}
.legend .asked::before{background:var(--asked)}
.legend span:first-child::before{margin-left:0}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.45rem .8rem .45rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--soft);font-weight:500;font-size:13px}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.readings{table-layout:fixed;font-size:13.5px}.readings td{overflow-wrap:anywhere}.readings th:first-child{width:34%}
mark{color:var(--bad);background:var(--bad-paper);padding:0 .15em;border-radius:3px}i{color:var(--soft)}
"""
_FIELDS = {"requests": "number of requests", "requires_approval": "approval"}
_LEGEND = (
    '<p class="legend"><span class="right">right</span><span class="asked">asks back</span>'
    '<span class="wrong">wrong, but safe</span>'
    '<span class="unread">no reading</span><span class="unsafe">unsafe</span></p>'
)


def render(report: Report) -> str:
    """The page. Everything that a model or a message said is escaped."""
    about = report.about
    title = f"Reading with {about.model}"
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1>",
        f'<p class="soft">{escape(_source(report))}</p>',
        _verdict(report.total),
        _figures(report),
        "<h2>Accuracy by category</h2>",
        _LEGEND,
        parted([_bar(share) for share in _worst_first(report.categories)], "accuracy by category"),
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
            "<h2>Fields that were wrong</h2>",
            bars(
                [
                    (_FIELDS.get(name, name.replace("_", " ")), count / most, str(count))
                    for name, count in report.differs.items()
                ],
                "wrong fields",
            ),
        ]
    parts += _list("Unsafe readings", [one for one in report.outcomes if one.unsafe])
    parts += _list("Other wrong readings", [one for one in report.outcomes if not one.right and not one.unsafe])
    return "".join([*parts, "</body></html>\n"])


def _source(report: Report) -> str:
    about = report.about
    what = f"{about.dataset} over {about.cmdb}" if about.cmdb else about.dataset
    how = (
        (about.endpoint, f"prompt {about.prompt_version}", f"{about.concurrency} at a time")
        if about.endpoint
        else ("recorded readings", f"version {about.prompt_version}")
    )
    return " · ".join([f"{what}, {report.total.total} messages", *how, about.started])


def _verdict(total: Share) -> str:
    if total.unsafe:
        words = (
            f"{total.unsafe} of {total.total} readings are unsafe: a change would run that the message did not ask for."
        )
        return f'<p class="verdict bad">{words} On its own this reader must not decide.</p>'
    return '<p class="verdict good">No unsafe reading: no change would run that a message did not ask for.</p>'


def _figures(report: Report) -> str:
    total, times, tokens = report.total, report.latency, report.tokens
    unsafe = ' class="bad"' if total.unsafe else ""
    cards = [
        f"<p>accuracy<b>{total.accuracy:.1%}</b>{total.right} of {total.total} exact</p>",
        f"<p>unsafe readings<b{unsafe}>{total.unsafe}</b>must be 0</p>",
        f"<p>no reading<b>{total.unread}</b>{escape(_counts(report.errors)) or 'every message was read'}</p>",
    ]
    if report.asked_back or report.fallbacks:
        stood_in = sum(report.fallbacks.values())
        cards.append(f"<p>asked back<b>{report.asked_back}</b>with both readings as choices</p>")
        cards.append(
            f"<p>no reading of the model<b>{stood_in}</b>{escape(_counts(report.fallbacks)) or 'never needed'}</p>"
        )
    cards.append(f"<p>latency p50<b>{_ms(times['p50'])}</b>p99 {_ms(times['p99'])}, slowest {_ms(times['max'])}</p>")
    if tokens.prompt:
        cards.append(
            f"<p>tokens a message<b>{tokens.prompt_mean:.0f} + {tokens.completion_mean:.0f}</b>{_cached(report)}</p>"
        )
    if report.about.endpoint:
        cards.append(f"<p>all of it<b>{_ms(report.wall_seconds)}</b>{_rate(report)}</p>")
    return f'<div class="figures">{"".join(cards)}</div>'


def _worst_first(shares: Sequence[Share]) -> list[Share]:
    return sorted(shares, key=lambda share: (-share.unsafe / max(1, share.total), share.accuracy, share.name))


def _bar(share: Share) -> tuple[str, Sequence[Part], str]:
    total = max(1, share.total)
    wrong = share.total - share.right - share.asked - share.unsafe - share.unread
    pieces = (
        ("right", share.right / total),
        ("asked", share.asked / total),
        ("rail", wrong / total),
        ("unread", share.unread / total),
        ("unsafe", share.unsafe / total),
    )
    return share.name, pieces, f"{share.right}/{share.total}" + (f", {share.unsafe} unsafe" if share.unsafe else "")


def _list(title: str, outcomes: Sequence[Outcome]) -> list[str]:
    if not outcomes:
        return [f'<h2>{escape(title)}</h2><p class="empty">None.</p>']
    more = f" (the first {MAX_SHOWN})" if len(outcomes) > MAX_SHOWN else ""
    return [f"<h2>{escape(title)}: {len(outcomes)}{more}</h2>", table(outcomes)]


def _counts(errors: Mapping[str, int]) -> str:
    return ", ".join(f"{code} {count}" for code, count in errors.items())


def _cached(report: Report) -> str:
    if not report.tokens.cached:
        return "prompt + answer"
    return f"prompt + answer, {report.tokens.cached / max(1, report.tokens.prompt):.0%} of the prompt cached"


def _rate(report: Report) -> str:
    return f"{report.total.total / report.wall_seconds:.1f} messages a second" if report.wall_seconds else ""


def _ms(seconds: float) -> str:
    if seconds < 0.01:
        return f"{seconds * 1000:.1f} ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 10 else f"{seconds:.1f} s"
