"""From start to ready, and how much memory that takes: the real program as a process, against the playground."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from playground.server import Playground
from playground.spec import AppSpec, ChannelSpec, PersonSpec, WorkspaceSpec

ROOT = Path(__file__).parents[1]
RUNS = 7
LATE = ("openai", "matplotlib")  # not to be imported before somebody needs them
PROBE = (
    "import sys; from bot.__main__ import main\n"
    "import atexit\n"
    f"atexit.register(lambda: print('imported:', [m for m in {LATE!r} if m in sys.modules], flush=True))\n"
    "sys.argv[1:] = ['run']; main()"
)


def a_workspace() -> WorkspaceSpec:
    return WorkspaceSpec(
        team_id="T0BENCH",
        team_name="Bench",
        domain="bench",
        people=(PersonSpec("U0DANA", "dana", "Dana Reyes", is_admin=True),),
        channels=(ChannelSpec("C0PLATFORM", "platform", "", ("U0DANA",)),),
        app=AppSpec(name="Backbeat", manifest=yaml.safe_load((ROOT / "manifest.yml").read_text())),
    )


def resident(pid: int) -> float:
    """MB that the process holds now."""
    line = next(each for each in Path(f"/proc/{pid}/status").read_text().splitlines() if each.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def once(playground: Playground, folder: Path, number: int) -> tuple[float, float, str]:
    app = playground.spec.app
    environment = {**os.environ, "SLACK_BOT_TOKEN": app.bot_token, "SLACK_APP_TOKEN": app.app_token}
    environment |= {
        "SLACK_API_URL": playground.api_url,
        "DATABASE_URL": f"sqlite:///{folder / f'{number}.db'}",
        "BACKBEAT_PORT": "0",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", PROBE], env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True,
    )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    seconds = time.perf_counter() - began
    assert "ready" in line, line
    megabytes = resident(process.pid)
    process.terminate()
    rest = process.stdout.read()
    process.wait(20)
    process.stdout.close()
    return seconds, megabytes, next((each for each in rest.splitlines() if each.startswith("imported:")), "imported: ?")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, Playground(a_workspace()) as playground:
        runs = [once(playground, Path(folder), number) for number in range(RUNS)]
    seconds = [run[0] for run in runs]
    print("start to ready, on a new SQLite file that is migrated on the way (Socket Mode)")
    print(f"  median {statistics.median(seconds):.2f} s, longest {max(seconds):.2f} s  (goal: under 2 s)")
    print(f"  resident when ready: {statistics.median(run[1] for run in runs):.0f} MB  (goal: under 150 MB)")
    print(f"  of {', '.join(LATE)} {runs[-1][2]}")
