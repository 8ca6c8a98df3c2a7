"""A large made-up class of one module: right, partial, wrong, hostile, broken, and some who hand in the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

from grader.authoring.example import EXAMPLES, Files, refuse_used, write_folder, write_zip
from grader.authoring.render import rendered_files, solved_tasks
from grader.model import Course, Module

# Of a hundred: roughly what an instructor finds, with more of the nasty ones.
_MIX = (("right", 52), ("partial", 24), ("wrong", 10), ("hostile", 4), ("broken", 4), ("copy", 6))
_ZIPPED = 0.2  # share of those who hand in an archive

Maker = Callable[[random.Random], Files]


def write_crowd(course: Course, module: Module, folder: Path, count: int, seed: int = 1) -> None:
    """Write a class; the same seed gives the same class.

    Args:
        course: An authored course.
        module: The module that everybody hands in.
        folder: A new or an empty folder.
        count: How many submissions.
        seed: Of everything that is drawn.

    Raises:
        FolderInUse: If the folder holds something.
        NoSource: If the annotated source is not here.
    """
    refuse_used(folder)
    dice = random.Random(seed)
    makers = _makers(course, module)
    written: list[Files] = []
    for number, kind in enumerate(_kinds(count, dice), start=1):
        name = f"student-{number:03}"
        if kind == "copy" and written:
            files = dice.choice(written)
        else:
            files = _signed(makers[kind](dice), module, name)
            written.append(files)
        if kind == "broken" and dice.random() < 0.3:
            (folder / f"{name}.zip").write_bytes(dice.randbytes(2000))
        elif dice.random() < _ZIPPED:
            write_zip({module.name: files}, folder / f"{name}.zip")
        else:
            write_folder({module.name: files}, folder / name)


def _kinds(count: int, dice: random.Random) -> Iterator[str]:
    kinds = [kind for kind, share in _MIX for _ in range(share * count // 100)]
    kinds += ["right"] * (count - len(kinds))
    dice.shuffle(kinds)
    yield from kinds


def _makers(course: Course, module: Module) -> dict[str, Maker]:
    """Say how the files of each kind are made."""
    before = solved_tasks(course, int(module.id))
    own = [task.id for task in module.tasks]
    spoils = {e.name: e.spoil for e in EXAMPLES if e.spoil}
    hostile = [spoils[name] for name in ("endless-loop", "memory-hog", "os-exit", "output-flood")]
    rendered: dict[frozenset[str], Files] = {}

    def solved(*tasks: str) -> Files:
        chosen = frozenset({*before, *tasks})
        if chosen not in rendered:
            rendered[chosen] = rendered_files(course, module, chosen)
        return dict(rendered[chosen])

    def partial(dice: random.Random) -> Files:
        return solved(*dice.sample(own, dice.randrange(len(own))))

    def spoilt(spoil: str) -> Files:
        files = solved(*own)
        first = course.modules[0].files[0]
        return {**files, first: files[first] + spoil}

    return {
        "right": lambda dice: solved(*own),
        "copy": lambda dice: solved(*own),
        "partial": partial,
        "wrong": lambda dice: spoilt(spoils["wrong-relu"]),
        "hostile": lambda dice: spoilt(dice.choice(hostile)),
        "broken": lambda dice: spoilt(spoils["syntax-error"]),
    }


def _signed(files: Files, module: Module, name: str) -> Files:
    """Let everybody's work differ by a line, so that nobody's is known before it is graded."""
    path = next(path for path in module.files if path in files and path.endswith(".py"))
    return {**files, path: f"{files[path]}\n\n# {name}\n"}
