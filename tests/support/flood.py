"""A stop command that writes a lot, and then ends the service that it is to stop. Run as a program of its own.

`python flood.py <pid file> <bytes> <seconds>`: numbered lines of 64 bytes, at once or spread over some seconds.
"""

import json
import os
import sys
import time

LINE = 64


def line(number: int) -> bytes:
    """Line `number` of the flood."""
    return b"%063d\n" % number


def block(first: int, count: int) -> bytes:
    return b"".join(line(number) for number in range(first, first + count))


def text(size: int) -> bytes:
    """The first `size` bytes of the flood (a multiple of `LINE`)."""
    return block(0, size // LINE)


def main() -> None:
    pid_file, size, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    count = size // LINE
    out = sys.stdout.buffer
    if seconds:
        for number in range(count):
            out.write(line(number))
            out.flush()
            time.sleep(seconds / count)
    else:
        # The same block again and again: what makes it must not be slower than what takes it.
        once = block(0, 16_384)
        left = size
        while left > 0:
            out.write(once[:left])
            left -= len(once)
        out.flush()
    with open(pid_file, encoding="utf-8") as file:
        os.kill(json.load(file)["pid"], 9)


if __name__ == "__main__":
    main()
