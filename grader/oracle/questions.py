"""A module's probe files: what is asked of each task, and timed, and what of them a student's process may know."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import ModuleType

from grader.errors import SourceError
from grader.model import Course, Module, Task
from grader.oracle.papers import Extract, Name
from grader.oracle.part import GraderFault
from grader.running.asking import Paper
from grader.running.probes import Exam, Probe, Question
from grader.running.texts import FileName, import_texts

_PLACE = "grader/course/probes"


class Questions:
    """The probes and exams of one module, in whatever files of its folder they stand.

    Those files may also import from the files that lie above all modules' folders, which is what several modules ask
    alike; and, as from a folder named ``tests``, what the course's own tests are made with.

    Args:
        course: The course.
        module: One of its modules; without probe files it has no questions.

    Raises:
        GraderFault: If a probe file can't be run.
        SourceError: If two questions share a name: it seeds the generator, and answers come back under it.
    """

    def __init__(self, course: Course, module: Module) -> None:
        folder = course.source / "probes"
        helpers = (course.source / "tests").glob("*.py")
        texts = {
            **_read(folder.glob("*.py")),
            **_read((folder / module.name).glob("*.py"), f"{module.name}."),
            **_read((path for path in helpers if not path.stem.startswith("test_")), "tests."),
        }
        own = [file for file in texts if file.startswith(f"{module.name}.")]
        self._homes: dict[str, tuple[FileName, Name, Question]] = {}
        for file, loaded in zip(own, self._load(texts, own), strict=True):
            for name, thing in vars(loaded).items():
                if isinstance(thing, Question):
                    self._place_question(file, name, thing)
        self._extract = Extract(texts)
        self._papers: dict[tuple[str, ...], Paper] = {}

    def of(self, task: Task) -> list[Question]:
        """List a task's probes and exams."""
        return [question for _, _, question in self._homes.values() if question.task == task.id]

    def paper(self, asked: Sequence[Question]) -> Paper:
        """Give what a child has to know to be asked: no other file, and nothing that an exam's answers follow from."""
        names = tuple(question.name for question in asked)
        if names not in self._papers:
            places = [self._homes[name][:2] for name in names]
            files = tuple(dict.fromkeys(file for file, _ in places))
            cases = {each.name: each.cases for each in asked if isinstance(each, Probe)}
            self._papers[names] = Paper(names, files, self._extract.needed(places), cases)
        return self._papers[names]

    def _load(self, texts: Mapping[FileName, str], own: Sequence[FileName]) -> list[ModuleType]:
        try:
            return import_texts(_PLACE, texts, own)
        except Exception as error:  # whatever the course's author got wrong
            places = [f for f in traceback.extract_tb(error.__traceback__) if _is_ours(f)]
            where = f"{places[-1].filename}:{places[-1].lineno}" if places else _PLACE
            where = where.replace(f"{_PLACE}/tests/", "grader/course/tests/")
            told = f"{type(error).__name__}: {error}"
            raise GraderFault(f"The course's {where} can't be run: {told}") from error

    def _place_question(self, file: FileName, name: Name, question: Question) -> None:
        """Note a question's file; a file that imports another's question has not declared it again."""
        home, _, known = self._homes.setdefault(question.name, (file, name, question))
        if known is not question:
            raise SourceError(
                _path(file),
                _line(question),
                f"{question.name} is the name of two probes or exams: "
                f"the other is in {_path(home)}:{_line(known)}.",
                "rename one of them: a name seeds a generator, and answers come back under it",
            )


def _read(paths: Iterable[Path], folder: str = "") -> dict[FileName, str]:
    """Read files that lie in a folder of the package."""
    return {f"{folder}{path.stem}": path.read_text("utf-8") for path in sorted(paths)}


def _path(file: FileName) -> str:
    """Give a probe file's place in the repository."""
    return f"{_PLACE}/{file.replace('.', '/')}.py"


def _is_ours(frame: traceback.FrameSummary) -> bool:
    """Tell the course's files from Python's and the engine's."""
    return frame.filename.startswith(f"{_PLACE}/")


def _line(question: Question) -> int:
    """Give the line where a question is declared."""
    match question:
        case Probe():
            function: Callable[..., object] = question.ask
        case Exam():
            function = question.train
        case _:
            function = question.prepare
    return function.__code__.co_firstlineno
