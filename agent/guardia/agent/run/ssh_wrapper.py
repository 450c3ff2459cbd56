"""The fixed programs that run on hosts behind SSH, and the one place where a remote command line is made.

sshd hands a command to the account's shell, so there is no way around one. What it gets is always `sh -c` with a
constant text; everything else comes behind it as positional tokens, each quoted on its own, none with a control
character. The texts are POSIX sh with setsid (util-linux or busybox).

A step directory below `<state>/steps/<id>` is made with mkdir, which only one caller can win: whoever asks again after
a lost connection finds it and never starts the program a second time. Within it `go` is made the same way, by the
runner just before it starts the program or by `kill`: whoever made it decides whether the program ever starts.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence

from guardia.agent.errors import HostError

# Clears the environment, takes the step's own from a file, and becomes the program: values never stand in a command
# line, where every account of the host could read them.
LAUNCHER = r"""
set -a
. "$1"
set +a
rm -f "$1"
shift
exec "$@"
"""

# The runner leads the session and the process group. Run: it waits for the program and writes rc last; its own TERM
# trap keeps it alive for that, and is back to the default inside the parenthesis. Spawn: it becomes the service.
# Where there is a `go` of its own, there is a pid.
RUNNER = r"""
dir=$1 launcher=$2 kind=$3 log=$4 cwd=$5 input=$6 split=$7
shift 7
start_of() {
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
    line=${line##*) }
    set -- $line
    echo "${20}"
}
go() {
    mv "$dir/pid.new" "$dir/pid" || exit 1
    mkdir "$dir/go" 2>/dev/null && return
    rm -f "$dir/env" "$dir/stdin"
    echo 143 >"$dir/rc.new"
    mv "$dir/rc.new" "$dir/rc"
    exit 1
}
umask 077
start=$(start_of $$) || start=0
echo "$$ $start" >"$dir/pid.new" || exit 1
head -c "$split" "$input" >"$dir/env" || exit 1
tail -c "+$((split + 1))" "$input" >"$dir/stdin" || exit 1
rm -f "$input"
if [ "$kind" = spawn ]; then
    echo 0 >"$dir/rc" || exit 1
    cd "$cwd" || exit 1
    go
    umask 022
    rm -f "$dir/stdin"
    exec env -i /bin/sh -c "$launcher" guardia-launch "$dir/env" "$@" </dev/null >>"$log" 2>&1
    exit 127
fi
exec 3<"$dir/stdin" || exit 1
rm -f "$dir/stdin"
trap : HUP INT TERM
go
(
    cd "$cwd" 2>/dev/null || { echo "guardia: no directory $cwd" >&2; exit 126; }
    umask 022
    exec env -i /bin/sh -c "$launcher" guardia-launch "$dir/env" "$@"
) <&3 3<&- >"$dir/stdout" 2>"$dir/stderr"
echo $? >"$dir/rc.new"
mv "$dir/rc.new" "$dir/rc"
"""

# Exit codes of the wrapper itself: 120 the host was restarted since the first call, and what it had of the step may be
# lost with what was not yet on its disk: nothing is started. 121 no step directory, 122 input cut off (nothing
# started), 123 the runner did not come up, 124 log not writable, 125 no working directory.
WRAPPER = r"""
verb=$1 base=$2 id=$3
shift 3
umask 077
case $base in /*) ;; *) base=$HOME/$base ;; esac
dir=$base/steps/$id
case $verb in
start)
    runner=$1 launcher=$2 kind=$3 log=$4 cwd=$5 size=$6 split=$7 boot=$8
    shift 8
    if [ -n "$boot" ] && [ ! -s "$dir/rc" ]; then
        { read -r now </proc/sys/kernel/random/boot_id; } 2>/dev/null
        [ "$now" = "$boot" ] || exit 120
    fi
    mkdir -p "$base/steps" || exit 121
    if [ ! -d "$dir" ]; then
        if [ "$kind" = spawn ]; then
            ( umask 027; : >>"$log" ) 2>/dev/null || exit 124
            [ -d "$cwd" ] || exit 125
        fi
        input=$base/steps/.in.$id.$$
        cat >"$input" || exit 121
        [ "$(wc -c <"$input")" -eq "$size" ] || { rm -f "$input"; exit 122; }
        trap : HUP INT PIPE TERM
        if mkdir "$dir" 2>/dev/null; then
            setsid /bin/sh -c "$runner" guardia-step "$dir" "$launcher" "$kind" "$log" "$cwd" "$input" "$split" "$@" \
                </dev/null >/dev/null 2>&1 &
        else
            rm -f "$input"
        fi
    fi
    [ -d "$dir" ] || exit 121
    n=0
    while [ ! -s "$dir/pid" ]; do
        n=$((n + 1))
        [ $n -gt 500 ] && exit 123
        sleep 0.01
    done
    cat "$dir/pid"
    ;;
kill)
    grace=$1
    mkdir -p "$base/steps" || exit 121
    # A start that is still on its way finds the directory taken, a runner that is still coming up finds `go` taken.
    mkdir "$dir" 2>/dev/null
    if mkdir "$dir/go" 2>/dev/null && [ ! -s "$dir/pid" ]; then
        echo 143 >"$dir/rc"
        exit 0
    fi
    # 1: the runner was not there any more, and whatever it left behind wrote no rc.
    gone=1
    read -r pid start <"$dir/pid" || exit 1
    if { read -r line <"/proc/$pid/stat"; } 2>/dev/null; then
        line=${line##*) }
        set -- $line
        [ "${20}" = "$start" ] || exit 1
        [ "$1" = Z ] || gone=0
    fi
    kill -s TERM -- "-$pid" 2>/dev/null || exit 1
    n=0
    while [ $n -lt $((grace * 20)) ] && kill -s 0 -- "-$pid" 2>/dev/null; do
        n=$((n + 1))
        sleep 0.05
    done
    kill -s KILL -- "-$pid" 2>/dev/null
    exit $gone
    ;;
sweep)
    cd "$base/steps" 2>/dev/null || exit 0
    find . -mindepth 1 -maxdepth 1 -name '.in.*' -mtime +0 -exec rm -f -- {} +
    find . -mindepth 1 -maxdepth 1 -mtime +7 -exec rm -rf -- {} +
    ls -1t | tail -n +201 | while read -r old; do
        [ -s "$old/rc" ] && rm -rf -- "./$old"
    done
    exit 0
    ;;
*) exit 64 ;;
esac
"""

CLEAN_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
}

MAX_COMMAND = 96 * 1024
"""Longest remote command line, bytes; Linux takes 128 KiB in one argument."""

_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f]")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def quote(tokens: Sequence[str]) -> str:
    """A command line of these tokens. Raises `HostError` for control characters and for too long a line."""
    for token in tokens:
        if _FORBIDDEN.search(token):
            raise HostError("a token of the command holds a control character; it is refused")
    line = " ".join(shlex.quote(token) for token in tokens)
    _check(line)
    return line


def _check(line: str) -> None:
    try:
        size = len(line.encode())
    except UnicodeEncodeError:
        raise HostError("a token of the command is no UTF-8; it is refused") from None
    if size > MAX_COMMAND:
        raise HostError(f"the command is longer than {MAX_COMMAND} bytes")


def _call(verb: str, state_dir: str, step_id: str, constants: Sequence[str], tokens: Sequence[str]) -> str:
    line = " ".join(
        part
        for part in (
            "exec /bin/sh -c",
            shlex.quote(WRAPPER),
            "guardia",
            quote((verb, state_dir, step_id)),
            " ".join(shlex.quote(text) for text in constants),
            quote(tokens),
        )
        if part
    )
    _check(line)
    return line


def start_command(
    state_dir: str,
    step_id: str,
    argv: Sequence[str],
    *,
    spawn_log: str | None,
    cwd: str | None,
    input_size: int,
    split: int,
    boot_id: str = "",
) -> str:
    """Start `argv` once for `step_id`, or find it started; prints "pid start". `spawn_log`: start it as a service.

    `boot_id`: of the host before the first call; under another one nothing is started. Empty: it is not looked at.
    The command reads `input_size` bytes: `split` bytes of `environment`, then the program's own input.
    """
    if not argv or not argv[0] or argv[0].startswith("-"):
        raise HostError("a command begins with the name of a program, without leading '-'")
    kind = "run" if spawn_log is None else "spawn"
    tokens = [kind, spawn_log or "/dev/null", cwd or "/", str(input_size), str(split), boot_id]
    return _call("start", state_dir, step_id, (RUNNER, LAUNCHER), [*tokens, *argv])


def environment(env: Mapping[str, str] | None) -> bytes:
    """The whole environment of a program, as the assignments that the launcher reads."""
    lines = []
    for name, value in {**CLEAN_ENVIRONMENT, **(env or {})}.items():
        if not _VARIABLE.match(name):
            raise HostError(f"{name!r} is no name of an environment variable")
        if _FORBIDDEN.search(value):
            raise HostError(f"the value of {name} holds a control character; it is refused")
        lines.append(f"{name}={shlex.quote(value)}\n")
    return "".join(lines).encode()


def kill_command(state_dir: str, step_id: str, grace: int) -> str:
    """TERM to the step's process group, KILL after `grace` seconds. Exit status 1: its runner was gone before."""
    return _call("kill", state_dir, step_id, (), (str(grace),))


def sweep_command(state_dir: str) -> str:
    """Remove step directories that are older than 7 days, and finished ones beyond the newest 200."""
    return _call("sweep", state_dir, "-", (), ())


PREFIX = 'head -c "$1" -- "$2" | sha256sum'


def prefix_command(path: str, length: int) -> str:
    """Print the sha256 of the first `length` bytes of `path`."""
    return f"exec /bin/sh -c {shlex.quote(PREFIX)} guardia {quote((str(length), path))}"


RESTARTED = 120

FAILURES = {
    RESTARTED: "the host was restarted meanwhile: whether the step's program had begun there is not known",
    121: "no step directory could be made on the host: is its disk full, or the state directory not writable?",
    122: "the connection broke while the input was sent; nothing was started",
    123: "the host did not start the step in time: is setsid installed?",
    124: "the log file cannot be written by this account",
    125: "the working directory does not exist on the host",
    126: "the account's shell refused the command",
    127: "the host has no POSIX sh in its PATH",
}
"""What the wrapper's own exit codes mean."""
