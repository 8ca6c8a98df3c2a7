"""The course's exams: who answers without learning fails, and what the answers follow from stays in the parent."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from grader.authoring.load import find_module, find_task, load_course
from grader.model import Course
from grader.oracle.exams import judge_exams
from grader.oracle.library import Library, warm_for
from grader.oracle.part import Part
from grader.oracle.questions import Questions
from grader.oracle.sitting import Sitting
from grader.running.probes import Exam
from grader.running.texts import import_texts
from grader.tests.authored import SOURCE, needs_course
from grader.tests.toy_work import shared_sandboxes

pytestmark = needs_course

ROOT = SOURCE.parents[1]
OF_THE_PARENT = ("rules", "lessons", "module4.unseen")


@pytest.fixture(scope="module")
def course() -> Course:
    return load_course(ROOT)


@pytest.fixture(scope="module")
def parents() -> dict[str, ModuleType]:
    """Import what only the parent imports."""
    folder = SOURCE / "probes"
    texts = {path.stem: path.read_text("utf-8") for path in folder.glob("*.py")}
    texts |= {f"module4.{p.stem}": p.read_text("utf-8") for p in folder.glob("module4/*.py")}
    return dict(zip(OF_THE_PARENT, import_texts("probes", texts, OF_THE_PARENT), strict=True))


# What is drawn


GRID = np.meshgrid(*2 * [np.linspace(0.0125, 0.9875, 40)])


@pytest.mark.parametrize("dataset", ["Simple", "Diag", "Split", "Xor", "Circle"])
def test_neither_the_public_rule_nor_its_contrary_answers(
    parents: dict[str, ModuleType], dataset: str
) -> None:
    """Nor does the more frequent label; and each run draws another rule."""
    rules, drawn = parents["rules"], []
    distance = 0.18 if dataset == "Circle" else rules.DISTANCE
    public = rules.PUBLIC[dataset](*GRID)
    for seed in range(100):
        labels = rules.drawn_rule(np.random.default_rng(seed), dataset, distance)(*GRID)
        drawn.append(labels)
        assert 0.15 < (labels == public).mean() < 0.85
        assert 0.1 < labels.mean() < 0.9
    alike = [(one == other).mean() for one in drawn[:30] for other in drawn[30:60]]
    assert np.mean([max(share, 1 - share) > 0.95 for share in alike]) < 0.25


def test_spirals_wind_either_way_from_anywhere(parents: dict[str, ModuleType]) -> None:
    """The arm that is nearest in the public spiral is so in a drawn one by chance."""
    right = []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        points, labels = parents["rules"].drawn_spiral(rng).points(rng, 400)
        x1, x2 = (points - 0.5).T
        angle = np.arctan2(x2, x1) - 3 * np.pi * (np.hypot(x1, x2) - 0.05) / 0.4
        right.append(((np.cos(angle) < 0) == labels).mean())
    assert 0.4 < np.mean(right) < 0.6 and np.std(right) > 0.2


@pytest.mark.parametrize("seed", range(3))
def test_what_is_learned_is_what_is_asked(parents: dict[str, ModuleType], seed: int) -> None:
    """Whoever learned the points by heart answers like the nearest one, and is right nearly always."""
    lesson = parents["lessons"].Lesson(hidden=8, rate=1.5, batch=40)
    training, asked, answers = lesson.on_a_rule(np.random.default_rng(seed), "Xor", 100, 0.94)
    known, labels = training["points"].reshape(-1, 2), training["labels"].ravel()
    distances = ((np.array(asked)[:, None] - known) ** 2).sum(axis=2)
    assert (labels[distances.argmin(axis=1)] == answers).mean() > 0.95


def test_digits_have_other_names_and_lie_otherwise(parents: dict[str, ModuleType]) -> None:
    """In each run anew; those that are asked about are named and turned like those that are learned from."""
    names, turns = set(), set()
    for seed in range(12):
        training, asked, answers = parents["module4.unseen"].unseen_digits(
            np.random.default_rng(seed), None
        )
        images, labels = training["images"], training["labels"]
        sevens = images[labels == labels[0]].mean(axis=0)
        same = np.array(asked)[np.array(answers) == labels[0]].mean(axis=0).reshape(28, 28)
        assert np.corrcoef(sevens.ravel(), same.ravel())[0, 1] > 0.9
        names.add(tuple(np.bincount(labels, minlength=10)))
        turns.add(tuple(np.round(images.mean(axis=0).ravel()).astype(int)))
        assert len(asked) == len(answers) == 400
    assert len(names) == len(turns) == 12


def test_sentences_hold_no_words(parents: dict[str, ModuleType]) -> None:
    """Only numbers, which stand for other words in each run; and praise is 1 in some runs and 0 in others."""
    samples = parents["module4.unseen"].import_module("grader.course.project.samples")
    praised = set()
    for seed in range(12):
        rng = np.random.default_rng(seed)
        training, asked, answers = parents["module4.unseen"].unseen_sentences(rng, None)
        assert {array.dtype.kind for array in training.values()} == {"i", "f"}
        assert asked.dtype.kind == "i" and len(asked) == len(answers) == 400
        assert not training["vectors"][0].any(), "what is no word has no vector"
        again = np.random.default_rng(seed)
        public = np.array(list(samples.word_vectors(again).values()))
        _, labels = samples.make_sentences(len(training["labels"]), again)
        drawn = training["vectors"][1:]
        before, after = (np.sort(np.linalg.norm(each, axis=1)) for each in (public, drawn))
        assert np.allclose(before, after), "vectors are turned, and as long as ever"
        nearest = np.abs(public[:, None] - drawn).max(axis=2).min(axis=1)
        assert nearest.min() > 0.01
        praised.add(int((labels == training["labels"]).all()))
    assert praised == {0, 1}


# What a student's process is told


def test_no_exam_sends_what_its_answers_follow_from(course: Course) -> None:
    """Not even the names of the files that draw the rules."""
    found = 0
    for module in course.modules:
        questions = Questions(course, module)
        for exam in (each for task in module.tasks for each in questions.of(task)):
            if isinstance(exam, Exam):
                found += 1
                texts = questions.paper([exam]).texts
                assert not {*texts} & {*OF_THE_PARENT}
                told = "\n".join(texts.values())
                assert "questions=None" in told
                for name in ("rules", "lessons", "unseen", "drawn", "Lesson(", "x1 < 0.5"):
                    assert name not in told, exam.name
    assert found == 14


# Submissions that notice the exam, and answer by what everybody knows


NOTICING = """

import sys as _sys


def _exam():
    frame = _sys._getframe()
    while frame is not None:
        if hasattr(frame.f_locals.get("exam"), "train"):
            return frame.f_locals["exam"].name
        frame = frame.f_back
    return ""


_rules = {
    "learning_simple": lambda x1, x2: x1 < 0.5,
    "learning_diag": lambda x1, x2: x1 + x2 < 0.5,
    "learning_split": lambda x1, x2: (x1 < 0.2) | (x1 > 0.8),
    "learning_xor": lambda x1, x2: (x1 < 0.5) != (x2 < 0.5),
}
_forward = Network.forward
"""
OF_SCALARS = NOTICING + """

def _answer(self, x):
    if not (exam := _exam()):
        return _forward(self, x)
    label = _rules[exam](x[0].data, x[1].data)
    return self.layer3.bias[0].value * 0.0 + (0.99 if label else 0.01)


Network.forward = _answer
"""
OF_TENSORS = NOTICING + """

def _answer(self, x):
    if not (exam := _exam()):
        return _forward(self, x)
    labels = _rules[exam](*x.to_numpy().T)
    said = [[0.99 if label else 0.01] for label in labels]
    return minitorch.tensor(said) + self.layer3.bias.value * 0.0


Network.forward = _answer
"""
WINDING = NOTICING + """

import numpy as _np

_networks = []  # that of the circle is made first


def _outside(x1, x2):
    return (x1 - 0.5) ** 2 + (x2 - 0.5) ** 2 > 0.1


def _arm(x1, x2):
    way = (_np.hypot(x1 - 0.5, x2 - 0.5) - 0.05) / 0.4
    return _np.cos(_np.arctan2(x2 - 0.5, x1 - 0.5) - 3 * _np.pi * way) < 0


def _answer(self, x):
    if not _exam():
        return _forward(self, x)
    if self not in _networks:
        _networks.append(self)
    labels = (_arm if _networks.index(self) else _outside)(*x.to_numpy().T)
    out = minitorch.tensor([[0.99 if label else 0.01] for label in labels], backend=x.backend)
    out.requires_grad_(True)
    return out


Network.forward = _answer
"""
READING = NOTICING + """

from project import samples as _samples

_images, _labels = _samples.draw_digits(1500, np.random.default_rng(1))
_known = _images.reshape(len(_images), -1)


def _answer(self, x):
    if not _exam():
        return _forward(self, x)
    asked = x.to_numpy().reshape(x.shape[0], -1)
    nearest = ((_known**2).sum(axis=1) - 2 * asked @ _known.T).argmin(axis=1)
    out = constant(-9.0 + 8.9 * np.eye(10)[_labels[nearest]])
    out.requires_grad_(True)
    return out


Network.forward = _answer
"""
CHEATS = {
    "1.5": ("project/run_scalar.py", OF_SCALARS, "learning"),
    "2.5": ("project/run_tensor.py", OF_TENSORS, "learning"),
    "3.5": ("project/run_fast_tensor.py", WINDING, "learning"),
    "4.5": ("project/run_mnist.py", READING, "reading_digits"),
}


@pytest.fixture
def sit(
    request: pytest.FixtureRequest, course: Course, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, dict[str, Any], str], Part]:
    """Let a submission, the reference where it says nothing else, sit some of a task's exams."""
    students, trusted = shared_sandboxes(request.config)
    library = Library(course, trusted)

    def held(id: str, files: dict[str, Any], name: str) -> Part:
        task = find_task(course, id)
        module = find_module(course, task.module)
        every = Questions.of
        monkeypatch.setattr(
            Questions,
            "of",
            lambda self, task: [each for each in every(self, task) if each.name.startswith(name)],
        )
        laid = library.stage_files(module, {**library.reference(module), **files})
        stage = students.stage(laid, warm_for(module))
        part = judge_exams(Sitting(library, students, stage, laid, module, task, seed=7))
        students.drop(stage)
        assert part is not None
        return part

    return held


@pytest.mark.parametrize("id", CHEATS)
def test_public_answers_pass_no_exam(
    course: Course, sit: Callable[[str, dict[str, Any], str], Part], id: str
) -> None:
    """They are asked for, and they are wrong: nothing else goes wrong in these submissions."""
    path, cheat, name = CHEATS[id]
    script = (ROOT / "grader" / "course" / path).read_text("utf-8")
    part = sit(id, {path: script + cheat}, name)
    assert part.good == 0 and part.total > 0
    for shortfall in part.shortfalls:
        message = shortfall.failure.message
        assert re.match(r"\d+ of \d+ fresh points", message), message
