"""A package of texts is imported like one of files, and nothing of it is left behind."""

from __future__ import annotations

import sys
import traceback
from concurrent.futures import ThreadPoolExecutor

import pytest

from grader.running.texts import import_texts

TEXTS = {
    "numbers": "from .helpers import twice\n\nSIX = twice(3)\n",
    "helpers": "def twice(x):\n    return 2 * x\n",
    "broken": "from .helpers import twice\n\ntwice()\n",
}


def test_files_import_each_other() -> None:
    numbers, helpers = import_texts("probes", TEXTS, ["numbers", "helpers"])
    assert numbers.SIX == 6
    assert numbers.twice is helpers.twice


def test_what_is_not_wanted_is_not_run() -> None:
    (helpers,) = import_texts("probes", TEXTS, ["helpers"])
    assert helpers.twice(2) == 4


def test_the_package_may_have_a_text_of_its_own() -> None:
    (file,) = import_texts("probes", {"__init__": "ONE = 1\n", "a": "from . import ONE\n"}, ["a"])
    assert file.ONE == 1


def test_folders_share_the_files_above_them() -> None:
    texts = {
        "points": "COUNT = 400\n",
        "module1.inputs": "LOW = -1\n",
        "module1.training": "from ..points import COUNT\nfrom .inputs import LOW\n",
        "module2.training": "from ..points import COUNT\n1 / 0\n",
    }
    (training,) = import_texts("probes", texts, ["module1.training"])
    assert (training.COUNT, training.LOW) == (400, -1)
    with pytest.raises(ZeroDivisionError) as error:
        import_texts("probes", texts, ["module2.training"])
    last = traceback.extract_tb(error.value.__traceback__)[-1]
    assert last.filename == "probes/module2/training.py"


def test_nothing_is_left_in_the_import_system() -> None:
    finders, modules = list(sys.meta_path), set(sys.modules)
    import_texts("probes", TEXTS, ["numbers"])
    with pytest.raises(TypeError):
        import_texts("probes", TEXTS, ["broken"])
    assert sys.meta_path == finders
    assert set(sys.modules) == modules


def test_a_traceback_names_place_and_file() -> None:
    with pytest.raises(TypeError) as error:
        import_texts("course/probes", TEXTS, ["broken"])
    last = traceback.extract_tb(error.value.__traceback__)[-1]
    assert (last.filename, last.lineno) == ("course/probes/broken.py", 3)


def test_a_missing_neighbour_is_an_import_error() -> None:
    with pytest.raises(ModuleNotFoundError):
        import_texts("probes", {"a": "from .b import x\n"}, ["a"])


def test_packages_in_several_threads_do_not_mix() -> None:
    def load(number: int) -> int:
        texts = {"a": "from .b import value\n", "b": f"value = {number}\n"}
        return int(import_texts("probes", texts, ["a"])[0].value)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(load, range(40))) == list(range(40))
