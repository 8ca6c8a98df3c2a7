"""Hints of the course: each word that chooses one is in the name of something that can fail."""

from __future__ import annotations

import pytest

from grader.authoring.load import load_course
from grader.model import Task
from grader.tests.authored import SOURCE, needs_course

pytestmark = needs_course

ROOT = SOURCE.parents[1]
TASKS = [task for task in load_course(ROOT).tasks if task.topics] if SOURCE.is_dir() else []
OF_SPEED = "speed: in parallel: the same each time:"
OF_WRITTEN_TESTS = "a planted bug"


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_each_topic_is_named_by_a_test_or_a_probe(task: Task) -> None:
    """Otherwise its hint would never be shown."""
    folders = (ROOT / f"module{task.module}/tests", SOURCE / f"probes/module{task.module}")
    files = [file for folder in folders for file in folder.glob("*.py")]
    texts = [f"{file.name}::{file.read_text(encoding='utf-8')}" for file in files]
    texts += [OF_SPEED] * (task.speed is not None) + [OF_WRITTEN_TESTS] * task.written
    for word, _ in task.topics:
        named = word.rpartition("::")[2].replace(" ", "_")
        assert any(word in text or named in text for text in texts), word


def test_slow_work_is_shown_no_hint_of_one_operation() -> None:
    """It is right; and only measuring shows what to do next."""
    measured = [task for task in TASKS if task.speed is not None]
    assert [task.id for task in measured] == ["3.1", "3.2", "4.2"]
    for task in measured:
        assert task.speed is not None
        assert task.speed.measure == "python project/parallel_check.py"
        for case in task.speed.thresholds:
            name = case.case.replace("_", " ")
            hints = {task.hint_for(f"{kind}: {name}") for kind in ("speed", "in parallel")}
            assert not any(hint.startswith("reduce") for hint in hints)
            assert all(hints)
