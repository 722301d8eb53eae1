"""A whole evening in a network of its own, whose kernel counts every attempt to leave, of Python and of native libraries alike."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.stories.test_first_evening import FOREIGN

ALONE = """
import fcntl, io, json, socket, struct, sys, time
from pathlib import Path

def counts():
    rows = [line.split() for line in Path("/proc/net/snmp").read_text().splitlines()]
    table = {f"{names[0]}{name}": int(value) for names, values in zip(rows[::2], rows[1::2]) for name, value in zip(names[1:], values[1:])}
    return {k: table[k] for k in ("Ip:OutNoRoutes", "Tcp:ActiveOpens", "Udp:OutDatagrams")}

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:  # the loopback of a new network is down
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 0x1 | 0x40))
profile, out = Path(sys.argv[1]), {}
from tests.dialogue.server import ChatServer
from world.__main__ import main
server = ChatServer("good", "[joy] That sounds like a good evening. What was best about it?")
words = json.loads(Path(sys.argv[2]).read_text())
(profile / "adult.json").write_text('{"adult": true, "checked_on": "2026-01-01", "method": "year of birth"}')
for kind in ("embedded", "endpoint"):
    (profile / "settings.json").write_text(json.dumps({"brain": {"kind": kind, "base_url": server.url, "model": "tiny"}}))
    before, sys.stdin = counts(), io.StringIO("\\n".join(words) + "\\n")
    code = main(["talk", "--profile", str(profile)])
    out[kind] = {"code": code, "asked": len(server.seen), **{k: v - before[k] for k, v in counts().items()}}
before = counts()
code = main(["record", "--no-video", "--script", sys.argv[3], "--out", str(profile / "film"), "--profile", str(profile)])
out["record"] = {"code": code, **{k: v - before[k] for k, v in counts().items()}}
before = counts()
code = main(["doctor", "--profile", str(profile)])
out["doctor"] = {"code": code, "asked": len(server.seen), **{k: v - before[k] for k, v in counts().items()}}
before = counts()
try:  # a check that cannot fail is none
    socket.create_connection(("192.0.2.1", 80), 1)
except OSError:
    pass
out["control"] = {k: v - before[k] for k, v in counts().items()}
server.close()
Path(sys.argv[4]).write_text(json.dumps(out))
"""
EVENING = [
    "Hi, I'm Sam.", "I had a long day at work.", "My sister Anna visits on Friday.", "I love baking bread.",
    "What is the capital of France?", "Tell me a joke", "I feel a bit low, to be honest.", "Can you look something up on the web for me?",
    "https://example.org is a nice page", "send this to my friend please", "What do you know about me?", "Are you human?", "Good night!",
]  # fmt: skip


def own_network() -> list[str]:
    """The command that runs another in a network of its own; skips where the system has none to give."""
    tool = shutil.which("unshare")
    command = [tool or "", "-n"] if os.geteuid() == 0 else [tool or "", "-rn"]
    if tool is None or subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no network of its own can be made here: it takes Linux, unshare, and root or user namespaces")
    return command


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory, profile: Path) -> dict[str, dict[str, Any]]:
    """What the kernel counted in an evening of each kind."""
    place = tmp_path_factory.mktemp("alone")
    (place / "words.json").write_text(json.dumps(EVENING * 4))
    (place / "script.json").write_text('{"lines": [{"say": "Hello there!"}]}')
    home = place / "home"
    shutil.copytree(profile, home)
    files = [str(place / name) for name in ("words.json", "script.json", "out.json")]
    command = [*own_network(), sys.executable, "-c", ALONE, str(home), *files]
    environment = {**os.environ, **FOREIGN, "XDG_DATA_HOME": str(place / "data")}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, dict[str, Any]] = json.loads((place / "out.json").read_text())
    return found


def test_the_counters_notice_who_tries_to_leave(evening: dict[str, dict[str, Any]]) -> None:
    assert evening["control"]["Ip:OutNoRoutes"] >= 1


@pytest.mark.parametrize("what", ["embedded", "record"])
def test_with_a_mind_of_her_own_nothing_leaves_the_program(evening: dict[str, dict[str, Any]], what: str) -> None:
    found = evening[what]
    assert found["code"] == 0
    assert (found["Ip:OutNoRoutes"], found["Tcp:ActiveOpens"], found["Udp:OutDatagrams"]) == (0, 0, 0)


def test_with_an_endpoint_the_talk_goes_there_and_nowhere_else(evening: dict[str, dict[str, Any]]) -> None:
    found = evening["endpoint"]
    assert found["code"] == 0
    assert found["asked"] > 2 * len(EVENING)
    assert 1 <= found["Tcp:ActiveOpens"] <= found["asked"]
    assert (found["Ip:OutNoRoutes"], found["Udp:OutDatagrams"]) == (0, 0)


def test_the_doctor_asks_the_endpoint_alone(evening: dict[str, dict[str, Any]]) -> None:
    found = evening["doctor"]
    assert (found["Ip:OutNoRoutes"], found["Udp:OutDatagrams"]) == (0, 0)
    assert found["Tcp:ActiveOpens"] <= 2
