"""What a confined child does: collect tests, run tests, answer probes, sit an exam, or be timed.

This file runs beside student code. Nothing that depends on an expected value ever comes here, and whatever leaves is a
claim that the parent checks. The sandbox calls ``main`` in a freshly forked, already confined process.
"""

from __future__ import annotations

import bdb
import importlib
import importlib.util
import json
import os
import pdb
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn, Protocol

import numpy as np

from grader.running import probes
from grader.running.encoding import encode_answer
from grader.running.raised import describe
from grader.running.texts import import_texts
from grader.running.wire import decode, pack


class Results(Protocol):
    """The child's end of the pipes, as the sandbox provides it."""

    def send(self, payload: bytes) -> None:
        """Write one frame to the parent."""

    def receive(self) -> bytes:
        """Read one frame from the parent."""


Send = Callable[[str, Any], None]

# Roles in which a kernel that is compiled sooner counts more than a fast one.
HURRIED = {"collect", "tests", "probes"}
RAISED = (Exception, SystemExit)  # what student code may end with and be asked again


def main(request: bytes, results: Results) -> None:
    """Do what the request says, in the current folder.

    Args:
        request: JSON with ``nonce``, ``role``, ``folder`` and the role's own fields.
        results: Where frames go, and where questions and orders come from.
    """
    order = json.loads(request)
    nonce = order["nonce"]

    def send(kind: str, value: Any) -> None:
        results.send(pack(nonce, kind, value))

    folder = Path(order["folder"])
    os.chdir(folder)
    sys.path[:0] = [str(folder), str(folder / "project")]
    _refuse_debuggers()
    _begin_compiled(hurried=order["role"] in HURRIED)
    roles = {
        "collect": _collect,
        "tests": _tests,
        "probes": _probes,
        "exam": _exam,
        "speed": _speed,
    }
    roles[order["role"]](order, send, results)
    send("done", None)


def _refuse_debuggers() -> None:
    """Raise an error where a debugger would wait for somebody to type."""

    def refuse(call: str) -> Callable[..., NoReturn]:
        def stop(*arguments: object, **named: object) -> NoReturn:
            raise bdb.BdbQuit(call)

        return stop

    sys.breakpointhook = refuse("breakpoint()")
    pdb.set_trace = refuse("pdb.set_trace()")


def _begin_compiled(hurried: bool) -> None:
    """Say how kernels are compiled and run, where the library is compiled."""
    if (compiled := sys.modules.get("grader.running.compiled")) is not None:
        compiled.begin(hurried)


def _collect(order: dict[str, Any], send: Send, results: Results) -> None:
    from grader.running.plugin import Collector, run_pytest

    run_pytest(Collector(send, order["folder"]), order["files"], seed=0, extra=["--collect-only"])


def _tests(order: dict[str, Any], send: Send, results: Results) -> None:
    from grader.running.plugin import Reporter, run_pytest

    reporter = Reporter(
        send, order["tests"], order["canary"], order["folder"], order["until_failure"]
    )
    files = sorted({test.split("::")[0] for test in order["tests"]})
    shrink = not order["until_failure"]
    run_pytest(
        reporter,
        files,
        seed=order["seed"],
        shrink=shrink,
        examples=order["examples"],
        slow=order["slow"],
    )


def _probes(order: dict[str, Any], send: Send, results: Results) -> None:
    asked = [question for question in _asked(order) if isinstance(question, probes.Probe)]
    send("start", asked[0].name if asked else "")
    failed: dict[str, Any] = {}
    try:
        importlib.import_module("minitorch")
    except RAISED as error:
        failed = _raised(error, order)
    for question in asked:
        send("start", question.name)
        for case in range(order["first"][question.name], question.cases):
            send("answer", [question.name, case, failed or _answer(question, order, case)])
    send("answer", ["canary", 0, {"returned": probes.rng(order["seed"], "canary", 0).random()}])


def _answer(question: probes.Probe, order: dict[str, Any], case: int) -> dict[str, Any]:
    try:
        library = importlib.import_module("minitorch")
        return {"returned": encode_answer(question.answer(library, order["seed"], case))}
    except RAISED as error:  # student code may raise anything; the parent words it
        return _raised(error, order)


def _raised(error: BaseException, order: dict[str, Any]) -> dict[str, Any]:
    return {"raised": describe(error, order["folder"])}


def _exam(order: dict[str, Any], send: Send, results: Results) -> None:
    (exam,) = [question for question in _asked(order) if isinstance(question, probes.Exam)]
    with np.load(f"{order['folder']}/{order['training']}") as packed:
        training = dict(packed)
    try:
        predict = exam.train(
            _loader(order["folder"]), probes.rng(order["seed"], exam.name, 0), training
        )
        send("trained", None)
        points = decode(json.loads(results.receive()))
        answers = islice(predict(points), len(points) + 1)  # one too many is wrong, like thousands
        send("answers", {"returned": [float(answer) for answer in answers]})
    except RAISED as error:  # as above
        send("answers", _raised(error, order))


def _speed(order: dict[str, Any], send: Send, results: Results) -> None:
    from grader.running.bench import Bench, follow

    asked = {each.name: each for each in _asked(order)}
    cases = {name: each for name, each in asked.items() if isinstance(each, probes.Speed)}
    bench = Bench(lambda: importlib.import_module("minitorch"), cases, order["folder"])

    def answer(name: str, case: int, seed: int) -> Any:
        """Answer a probe: the reference, held open, does so too."""
        question = asked[name]
        assert isinstance(question, probes.Probe)
        _begin_compiled(hurried=False)
        return encode_answer(question.answer(importlib.import_module("minitorch"), seed, case))

    follow(bench, send, lambda: json.loads(results.receive()), answer=answer)


def _asked(order: dict[str, Any]) -> list[probes.Question]:
    """Load the probe files that the asked questions stand in, and pick those, in the order that is asked for."""
    files = import_texts("probes", order["texts"], order["files"])  # trusted texts
    known = {question.name: question for question in probes.declared(files)}
    return [known[name] for name in order["names"]]


def _loader(folder: str) -> Callable[[str], ModuleType]:
    def load(path: str) -> ModuleType:
        name = ".".join(Path(path).with_suffix("").parts)  # as an import of it is called
        spec = importlib.util.spec_from_file_location(name, Path(folder) / path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        return module

    return load
