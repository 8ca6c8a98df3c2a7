"""What the scripts of the labs share: predict, run, compare; and pictures, in the terminal or in a PNG file.

python project/run_….py --predict       asks what you expect before it shows anything
python project/run_….py --plot FILE.png saves the pictures too

What you predict is kept in the file .grader/predictions.json of the module's folder, and nobody grades it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import minitorch
from project.drawing import CantPlot, check_plot, matplotlib_figure
from project.printing import spell_out

KEPT = Path(__file__).resolve().parents[1] / ".grader" / "predictions.json"


class Picture(Protocol):
    """What can be drawn both ways: a ``Chart``, for example."""

    def text(self) -> str:
        """Draw it in characters."""

    def draw(self, axes: Any) -> None:
        """Draw it into matplotlib's axes."""


@dataclass(frozen=True)
class Question:
    """What a person is asked to predict.

    Attributes:
        about: What it is about, in a few words: the line of the comparison begins with it.
        text: The question.
        choices: What may be answered; if there are none, a number.
    """

    about: str
    text: str
    choices: Sequence[str] = ()


@dataclass(frozen=True)
class Findings:
    """What an experiment found.

    Attributes:
        text: What is printed: tables, sentences.
        answers: The right answer to each question, by what it is about; none to one that could not be measured.
        pictures: What is drawn.
    """

    text: str
    answers: Mapping[str, str] = field(default_factory=dict)
    pictures: Sequence[Picture] = ()


def run(
    lab: str,
    what: str,
    questions: Sequence[Question],
    experiment: Callable[[argparse.Namespace], Findings],
    **more: dict[str, Any],
) -> None:
    """Run the experiment of a lab as the command line says, and show what it found.

    Ends the program with exit code 1, and a sentence that says which task is missing, where a stub is met.

    Args:
        lab: Its number, as ``1.6``.
        what: Says in the help text what the script does.
        questions: What ``--predict`` asks.
        experiment: Does the work, with the options of the command line.
        **more: Further options: for each its name, and what ``add_argument`` is to know of it.
    """
    spell_out()
    options = _options(what, more)
    minitorch.seed(options.seed)
    try:
        if options.plot:
            check_plot(options.plot)
        said = _kept().get(lab, {})
        if options.predict:
            said = ask(questions)
            _keep(lab, said)
        findings = experiment(options)
        _show(findings, compare(questions, said, findings.answers), options.plot)
    except NotImplementedError as missing:
        sys.exit(f"Nothing to show yet. {missing}")
    except CantPlot as reason:
        sys.exit(str(reason))
    except KeyboardInterrupt:
        sys.exit("\nStopped.")


def ask(questions: Sequence[Question]) -> dict[str, str]:
    """Ask each question, again and again until the answer fits; an empty line leaves it out.

    Args:
        questions: What to ask.

    Returns:
        The answers, by what the questions are about. At the end of input, those given so far.
    """
    answers = {}
    print("Predict first. (An empty line leaves a question out.)")
    with suppress(EOFError):
        for question in questions:
            print(f"\n{question.text}")
            for number, choice in enumerate(question.choices, 1):
                print(f"  {number}  {choice}")
            if answer := _answer(question):
                answers[question.about] = answer
    print()
    return answers


def compare(
    questions: Sequence[Question], said: Mapping[str, str], found: Mapping[str, str]
) -> str:
    """Put what was predicted beside what was found.

    Args:
        questions: What was asked.
        said: The predictions, by what the questions are about.
        found: The right answers, likewise; what could not be measured is absent.

    Returns:
        A line for each question that was answered; nothing if none was.
    """
    asked = [question.about for question in questions if question.about in said]
    if not asked:
        return ""
    width = max(map(len, asked))
    yours = max(len(said[about]) for about in asked)
    lines = [
        f"  {about:{width}}   you said: {said[about]:{yours}}   found: {found.get(about, 'not measured')}"
        for about in asked
    ]
    return "\n".join(["Predicted, and found:", *lines])


def _answer(question: Question) -> str:
    while True:
        typed = input("> ").strip()
        if not typed:
            return ""
        if not question.choices:
            with suppress(ValueError):
                return f"{float(typed):.4g}"
            print("A number, please: 12, 0.5 or 1e-4.")
        elif typed in question.choices:
            return typed
        elif typed.isdecimal() and 1 <= int(typed) <= len(question.choices):
            return question.choices[int(typed) - 1]
        else:
            print(f"One of the numbers from 1 to {len(question.choices)}, please.")


def _kept() -> dict[str, dict[str, str]]:
    """Read all predictions; a file that is absent or damaged holds none."""
    with suppress(OSError, ValueError, AttributeError):
        kept = json.loads(KEPT.read_text("utf-8"))
        return {
            lab: {about: str(answer) for about, answer in answers.items()}
            for lab, answers in kept.items()
        }
    return {}


def _keep(lab: str, answers: Mapping[str, str]) -> None:
    kept = {**_kept(), lab: dict(answers)}
    try:
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", "utf-8")
    except OSError as error:
        print(f"Your predictions are not kept, as {KEPT} can't be written: {error.strerror}.\n")


def _show(findings: Findings, compared: str, plot: str | None) -> None:
    shown = [findings.text, *(picture.text() for picture in findings.pictures), compared]
    print("\n\n".join(text for text in shown if text))
    if plot:
        _save(plot, findings.pictures)
        print(f"\nThe pictures are in {plot}.")


def _save(path: str, pictures: Sequence[Picture]) -> None:
    """Write the pictures into one PNG file, side by side."""
    figure = matplotlib_figure().Figure(figsize=(6 * len(pictures), 5), layout="constrained")
    for axes, picture in zip(figure.subplots(1, len(pictures), squeeze=False)[0], pictures):
        picture.draw(axes)
    figure.savefig(path)


def _options(what: str, more: Mapping[str, dict[str, Any]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=what, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--predict", action="store_true", help="ask first what you expect")
    parser.add_argument("--seed", type=int, default=0, help="another number, other luck")
    parser.add_argument("--plot", metavar="FILE.png", help="save the pictures too")
    for name, about in more.items():
        parser.add_argument(f"--{name}", **about)
    return parser.parse_args()
