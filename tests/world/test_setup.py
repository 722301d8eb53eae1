"""`script/setup` on a bare Debian: what must be there, and what need not hold it up. Its programs are stand-ins that install nothing."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BASH = shutil.which("bash")
TOOLS = ("bash", "cat", "chmod", "cksum", "dirname", "env", "grep", "mkdir", "mv", "rm")
STANDINS = {
    "uname": "echo Linux",
    "id": "echo 1000",
    "apt-cache": "exit 1",
    "python3": "echo /usr/bin/python3",
    "apt-get": 'echo "$@" >> apt.log; exit 100',
    "uv": '[ "$1" != venv ] || { mkdir -p .venv/bin; printf "#!%s\\n" "$BASH" > .venv/bin/python; chmod +x .venv/bin/python; }',
}
ALL = "libGL.so.1 libEGL.so.1 libX11.so.6 libasound.so.2"
pytestmark = pytest.mark.skipif(
    BASH is None or not any(Path("/usr/lib").glob("**/dri/swrast_dri.so")), reason="needs bash and Mesa's drivers where Debian has them"
)


def set_up(place: Path, libraries: str, **programs: str) -> subprocess.CompletedProcess[str]:
    """A run in a folder of its own, where `libraries` are installed and flite is not."""
    (place / "script").mkdir()
    shutil.copy(ROOT / "script/setup", place / "script/setup")
    for name in ("script/run.lock", "pyproject.toml"):
        (place / name).write_text("")
    bin_ = place / "bin"
    bin_.mkdir()
    for name in TOOLS:
        (bin_ / name).symlink_to(shutil.which(name) or "/nowhere")
    for name, does in {**STANDINS, "ldconfig": f"echo {libraries}", **programs}.items():
        (bin_ / name).write_text(f"#!{BASH}\n{does}\n")
        (bin_ / name).chmod(0o755)
    command = [str(BASH), str(place / "script/setup")]
    return subprocess.run(command, capture_output=True, text=True, env={"PATH": str(bin_)}, check=False)


def test_without_root_the_optional_voice_is_named_once_and_not_waited_for(tmp_path: Path) -> None:
    done = set_up(tmp_path, ALL)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / ".venv/ready").exists()
    assert [line for line in done.stderr.splitlines() if "flite" in line] == [
        "Visavis: not needed, but with flite she sounds more natural; on Debian:  sudo apt-get install -y flite"
    ]
    assert not (tmp_path / "apt.log").exists()


def test_an_optional_voice_that_cannot_be_installed_ends_nothing(tmp_path: Path) -> None:
    done = set_up(tmp_path, ALL, id="echo 0")
    assert done.returncode == 0, done.stderr
    assert "install -y -qq --no-install-recommends flite" in (tmp_path / "apt.log").read_text()
    assert "not needed" in done.stderr


def test_what_must_be_there_is_asked_for_without_what_need_not(tmp_path: Path) -> None:
    done = set_up(tmp_path, ALL.replace("libEGL.so.1 ", ""))
    assert done.returncode == 1
    assert done.stderr == "Visavis: please type this line once, then start again:  sudo apt-get install -y libegl1\n"
    assert not (tmp_path / ".venv").exists()
