"""`guardia-llm`: serve, check, evaluate. Exit codes are in the help of each command.

Modules that cost time to import are imported by the command that needs them.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from guardia.llm_server.errors import ConfigError, LlmError

if TYPE_CHECKING:
    from guardia.llm_server.client import Endpoint

EXIT_FAILURE = 1
EXIT_CONFIG = 78

EPILOG = """\
Exit codes: 0 done, 1 failed, 2 wrong usage, 78 a mistake in llm.toml; more with each command.

Completion: eval "$(_GUARDIA_LLM_COMPLETE=bash_source guardia-llm)" (also zsh_source, fish_source).
"""


@click.group(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="guardia-llm-server", prog_name="guardia-llm")
def main() -> None:
    """The language model beside the hub: serve it, ask it, measure it.

    \b
    Examples:
      guardia-llm serve --config /etc/guardia/llm.toml
      guardia-llm check --endpoint http://127.0.0.1:8100
      guardia-llm evaluate --set messages.jsonl --cmdb ./cmdb --endpoint http://127.0.0.1:8100 --out ./report
    """


@main.command(
    epilog="Exit codes: 0 stopped by a signal, 1 could not start or gave up (the message says why), 78 llm.toml."
)
@click.option(
    "--config",
    "config_path",
    default="/etc/guardia/llm.toml",
    envvar="GUARDIA_LLM_CONFIG",
    show_default=True,
    show_envvar=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Configuration file.",
)
@click.option("--dry-run", is_flag=True, help="Check the configuration, print vLLM's command line and end.")
def serve(config_path: Path, dry_run: bool) -> None:
    """Run the model server in the foreground until SIGTERM or SIGINT; events are JSON lines on standard error.

    It counts as ready when /health answers *and* a schema-constrained question came back as JSON of that schema. A
    server that ends or hangs is started again, with growing pauses. SIGTERM lets questions in flight finish; a second
    one ends them.
    """
    from guardia.llm_server import command, config

    try:
        settings = config.load(config_path, os.environ)
        key = config.api_key(settings, os.environ)
    except ConfigError as error:
        _fail(str(error), EXIT_CONFIG)
    if dry_run:
        import shlex

        click.echo(shlex.join(command.argv(settings)))
        return
    from guardia.llm_server.serving import run

    try:
        run(settings, key, os.environ)
    except ConfigError as error:
        _fail(str(error), EXIT_CONFIG)
    except LlmError as error:
        _fail(f"{error} ({error.code})")


def endpoint_options(function: Any) -> Any:
    """The options that say where to ask; shared by `check` and `evaluate`."""
    for option in reversed(
        (
            click.option(
                "--endpoint",
                "url",
                envvar="GUARDIA_LLM_ENDPOINT",
                show_envvar=True,
                default="http://127.0.0.1:8100",
                show_default=True,
                help="Address of an OpenAI-compatible server, with or without /v1.",
            ),
            click.option("--model", default="guardia", show_default=True, help="Model name as the server knows it."),
            click.option(
                "--api-key-file",
                type=click.Path(exists=True, dir_okay=False, path_type=Path),
                help="File (0600) with the API key; else the variable GUARDIA_LLM_API_KEY. Never an argument.",
            ),
            click.option("--ca", default="", type=click.Path(dir_okay=False), help="Roots of the server (PEM)."),
            click.option("--cert", default="", type=click.Path(dir_okay=False), help="Our certificate (PEM)."),
            click.option("--key", default="", type=click.Path(dir_okay=False), help="Its key (PEM)."),
            click.option("--server-name", default="", help="Name to verify in the server's certificate."),
            click.option("--timeout", default=60.0, show_default=True, type=click.FloatRange(0.1, 3600),
                         help="Seconds a question may take."),
        )
    ):  # fmt: skip
        function = option(function)
    return function


def make_endpoint(values: dict[str, Any]) -> Endpoint:
    """The endpoint of `endpoint_options`; ends the program on a mistake."""
    from guardia.llm_server.client import Endpoint, tls_context
    from guardia.llm_server.config import KEY_VARIABLE, read_secret

    url = values["url"]
    if not url.startswith(("http://", "https://")):
        raise click.BadParameter(f"{url} must begin with http:// or https://", param_hint="--endpoint")
    try:
        key = read_secret(values["api_key_file"]) if values["api_key_file"] else os.environ.get(KEY_VARIABLE, "")
        endpoint = Endpoint(
            url=url,
            model=values["model"],
            api_key=key.strip(),
            ca=values["ca"],
            certificate=values["cert"],
            key=values["key"],
            server_name=values["server_name"],
        )
        if url.startswith("https:"):
            tls_context(endpoint)
    except ConfigError as error:
        _fail(str(error), EXIT_CONFIG)
    return endpoint


@main.command(
    epilog="Exit codes: 0 every answer was JSON of its schema and enough were right, 1 not, 78 key or certificate."
)
@endpoint_options
@click.option("--min", "minimum", default=0.8, show_default=True, type=click.FloatRange(0, 1),
              help="Share of right readings that is needed.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def check(minimum: float, as_json: bool, **where: Any) -> None:
    """Ask a running server a handful of Korean commands whose readings are known.

    \b
    Examples:
      guardia-llm check
      guardia-llm check --endpoint http://127.0.0.1:11434 --model qwen3:4b     (Ollama)
      guardia-llm check --endpoint https://llm:8100 --ca roots.pem --cert hub.pem --key hub.key
    """
    import asyncio

    import msgspec

    from guardia.llm_server.check import ask_all, summary

    endpoint = make_endpoint(where)
    found = []

    async def go() -> None:
        async for result in ask_all(endpoint, where["timeout"]):
            found.append(result)
            if not as_json:
                click.echo(result.line())

    asyncio.run(go())
    total = summary(found, minimum)
    if as_json:
        click.echo(msgspec.json.encode({**msgspec.to_builtins(total), "questions": found}).decode())
    else:
        click.echo(total.line())
    sys.exit(0 if total.ok else EXIT_FAILURE)


@main.command(epilog="Exit codes: 0 report made (and within --min and --max-unsafe), 1 not, 78 key or certificate.")
@click.option(
    "--set",
    "source",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Messages with expected readings, JSON lines.",
)
@click.option(
    "--cmdb", type=click.Path(file_okay=False, path_type=Path), help="Folder with servers.csv and aliases.csv."
)
@click.option(
    "--readings",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="Score what `guardia-hub read --explain` wrote (-: standard input) instead of asking an endpoint.",
)
@endpoint_options
@click.option("--limit", default=0, type=click.IntRange(0), help="Only the first so many messages; 0: all.")
@click.option("--sample", default=0, type=click.IntRange(0), help="So many messages, evenly from all categories.")
@click.option("--concurrency", default=4, show_default=True, type=click.IntRange(1, 256), help="Questions at a time.")
@click.option(
    "--context-tokens",
    default=4096,
    show_default=True,
    type=click.IntRange(512, 1_048_576),
    help="What the model takes, prompt and answer together; examples are dropped to fit.",
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for report.json and report.html.")
@click.option("--min", "minimum", default=0.0, type=click.FloatRange(0, 1), help="Accuracy that is needed.")
@click.option("--max-unsafe", type=click.IntRange(0), help="Unsafe readings that are allowed; default: any number.")
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON on standard output, without the messages.")
def evaluate(
    *,
    source: Path,
    cmdb: Path | None,
    readings: Path | None,
    limit: int,
    sample: int,
    concurrency: int,
    context_tokens: int,
    out: Path | None,
    minimum: float,
    max_unsafe: int | None,
    as_json: bool,
    **where: Any,
) -> None:
    """Run a set of messages through an endpoint and report accuracy, unsafe readings, latency and tokens.

    The model's own answers are scored, before the hub grounds them in the CMDB again. With --readings, what the hub
    itself made of the set is scored: the pair of both readers, or the embedded one.

    \b
    Examples:
      guardia-llm evaluate --set messages.jsonl --cmdb ./cmdb --out ./report
      guardia-llm evaluate --set messages.jsonl --cmdb ./cmdb --endpoint http://127.0.0.1:11434 --model qwen3:4b
      guardia-hub read --cmdb ./cmdb --reader both --explain < messages.jsonl |
          guardia-llm evaluate --set messages.jsonl --readings - --out ./pair
    """
    import msgspec

    from guardia.llm_server.evaluate import command

    if (cmdb is None) == (readings is None):
        raise click.UsageError("give either --cmdb, to ask an endpoint, or --readings, to score what was read before")
    try:
        messages = command.messages(source, limit, sample)
        if cmdb is None:
            found = command.evaluate_readings(messages, source, readings or Path("-"))
        else:
            found = command.evaluate_endpoint(
                make_endpoint(where),
                messages,
                source,
                cmdb,
                concurrency=concurrency,
                seconds=where["timeout"],
                context_tokens=context_tokens,
            )
        if out is not None:
            for path in command.write(found, out):
                click.echo(f"written: {path}", err=True)
    except LlmError as error:
        _fail(f"{error} ({error.code})")
    if as_json:
        figures = msgspec.to_builtins(found)
        figures.pop("outcomes")
        click.echo(msgspec.json.encode(figures).decode())
    else:
        click.echo(command.tell(found))
    enough = found.total.accuracy >= minimum and (max_unsafe is None or found.total.unsafe <= max_unsafe)
    sys.exit(0 if enough else EXIT_FAILURE)


def _fail(message: str, code: int = EXIT_FAILURE) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
