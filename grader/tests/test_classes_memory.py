"""The grader stays small, however large what students send: a bound on its memory, not on its time."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader.tests.toy import Toy
from grader.tests.toy_work import OPS

MOST = 300  # MiB
MEASURED = """
import pathlib, sys
from grader.cli.main import run
code = run(sys.argv[1:])
lines = pathlib.Path("/proc/self/status").read_text().splitlines()
(peak,) = [line.split()[1] for line in lines if line.startswith("VmHWM")]
print("peak", int(peak) // 1024)  # of this program; getrusage counts what it was forked from
sys.exit(code)
"""
FLOODS = {
    "output": "while True:\n        print('flood' * 100_000)",
    "one large answer": "return [0.5] * 30_000_000",
    "many answers": "return {str(n): [0.5] * 200 for n in range(50_000)}",
    "a long text": "return 'x' * 500_000_000",
    "a long message": "raise ValueError('x' * 100_000_000)",
}


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells it in /proc")
def test_floods(toy_course: Toy, tmp_path: Path) -> None:
    klass = tmp_path / "class"
    for name, line in FLOODS.items():
        file = klass / name.replace(" ", "-") / "module0" / OPS
        file.parent.mkdir(parents=True)
        file.write_text(f"def clamp(x, low, high):\n    {line}\n")
    with open(_file(klass / "huge-file"), "wb") as sparse:
        sparse.truncate(1 << 32)
    with zipfile.ZipFile(klass / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as bomb:
        with bomb.open(f"module0/{OPS}", "w") as entry:
            for _ in range(400):
                entry.write(bytes(1 << 20))
    arguments = [
        "grade",
        str(klass),
        "--out",
        str(tmp_path / "out"),
        "--only",
        "0.1",
        "--jobs",
        "2",
    ]
    ran = subprocess.run(
        [sys.executable, "-P", "-c", MEASURED, *arguments],
        cwd=toy_course.root,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr
    peak = int(ran.stdout.split("peak ")[1])
    assert peak < MOST
    assert len(list((tmp_path / "out").glob("submissions/*/record.json"))) == len(FLOODS) + 2


def _file(folder: Path) -> Path:
    (folder / "module0" / OPS).parent.mkdir(parents=True)
    return folder / "module0" / OPS
