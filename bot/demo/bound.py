"""The bot as the demo starts it: it begins when it is told to, and ends with the demo, however that ends."""

import os
import runpy
import signal
import sys
import threading

from bot import program  # noqa: F401 - what takes long is there by the time that it may begin


def main() -> None:
    """`backbeat run`, in this process, once the demo says so."""
    if not os.read(sys.stdin.fileno(), 1):
        return  # the demo ended first
    threading.Thread(target=_end_with_the_demo, daemon=True).start()
    sys.argv = ["backbeat", "run"]
    runpy.run_module("bot", run_name="__main__", alter_sys=True)


def _end_with_the_demo() -> None:
    """The demo holds the other end and writes no more: its end, even by SIGKILL, is all that is read."""
    while os.read(sys.stdin.fileno(), 64):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
