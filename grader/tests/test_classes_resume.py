"""A run that is killed without warning loses at most the task under way: the next one goes on from there."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psutil

from grader import record as records
from grader.tests.toy import Toy
from grader.tests.toy_work import OPS, WRONG_CLAMP, solved, untouched, write_work

KILLS = 10
TASKS = ["--only", "0.1", "--only", "0.2", "--only", "1.1"]


def start(toy: Toy, klass: Path, out: Path) -> subprocess.Popen[bytes]:
    """Start grading the class, always with the same questions."""
    arguments = ["grade", str(klass), "--out", str(out), "--seed", "7", "--jobs", "2", *TASKS]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "grader", *arguments],
        cwd=toy.root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "COLUMNS": "100"},
    )


def finish(process: subprocess.Popen[bytes]) -> None:
    assert process.wait(300) == 0


def kept(out: Path) -> dict[str, str]:
    """Read the verdicts that the gradebook holds, as they are stored."""
    if not (out / "gradebook.db").exists():
        return {}
    with closing(sqlite3.connect(out / "gradebook.db")) as book:
        with suppress(sqlite3.OperationalError):  # no tables yet
            return dict(book.execute("SELECT cache_key, verdict FROM verdicts"))
    return {}


def findings(out: Path) -> dict[str, Any]:
    """Read all records, without how long things took and under which user number."""

    def timeless(value: Any) -> Any:
        if isinstance(value, dict):
            kept = value.keys() - {"seconds", "layers"}
            return {key: timeless(value[key]) for key in kept}
        return [timeless(each) for each in value] if isinstance(value, list) else value

    return {
        path.parent.name: timeless(json.loads(path.read_bytes()))
        for path in out.glob("submissions/*/record.json")
    }


def kill(process: subprocess.Popen[bytes]) -> None:
    """End it as a power cut would; what it started must go by itself."""
    with suppress(psutil.NoSuchProcess):
        below = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.wait(60)
        _, alive = psutil.wait_procs(below, timeout=60)
        assert not alive


def test_killed_again_and_again(toy_course: Toy, tmp_path: Path) -> None:
    course, klass = toy_course.load(), tmp_path / "class"
    wrong = solved(course)
    wrong["0"][OPS] += WRONG_CLAMP
    for name, files in (("ada", solved(course)), ("bob", untouched(course)), ("cid", wrong)):
        write_work(klass / name, files)
    whole, torn = tmp_path / "whole", tmp_path / "torn"
    begun = time.monotonic()
    finish(start(toy_course, klass, whole))
    usual = time.monotonic() - begun

    moments, before = random.Random(), kept(torn)
    for _ in range(KILLS):
        process = start(toy_course, klass, torn)
        with suppress(subprocess.TimeoutExpired):
            process.wait(moments.uniform(0.2, usual))
        kill(process)
        after = kept(torn)
        assert before.items() <= after.items()  # nothing that was kept is done again, or lost
        before = after
        for path in torn.glob("submissions/*/record.json"):
            records.read(path)  # whole, if it is there at all
    finish(start(toy_course, klass, torn))
    assert before.items() <= kept(torn).items()
    assert len(kept(torn)) == len(kept(whole))
    assert findings(torn) == findings(whole)
    assert not list(torn.rglob("*.tmp"))
