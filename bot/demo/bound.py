"""The bot as the demo starts it: it ends when its standard input does, and so with the demo, however that ends."""

import os
import runpy
import signal
import sys
import threading


def main() -> None:
    """`backbeat run`, in this process."""
    threading.Thread(target=_end_with_the_demo, daemon=True).start()
    sys.argv = ["backbeat", "run"]
    runpy.run_module("bot", run_name="__main__", alter_sys=True)


def _end_with_the_demo() -> None:
    """The demo holds the other end and never writes: its end, even by SIGKILL, is all that is ever read."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
