"""Import a package that is held as texts: no copy of it lies on the disk that student code sees."""

from __future__ import annotations

import importlib
import itertools
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType

FileName = str  # of a file of the package, without ".py"; "folder.file" where it lies in a folder

_PACKAGE = "__init__"
_numbers = itertools.count()
_one_at_a_time = threading.Lock()  # the import system is shared by all threads


def import_texts(
    place: str, texts: Mapping[FileName, str], wanted: Iterable[FileName]
) -> list[ModuleType]:
    """Import files of a package from their texts.

    The import system knows the package only meanwhile. So its files import each other at their top and nowhere else:
    ``from .inputs import numbers``, or ``from ..points import examine`` for a file of the folder above.

    Args:
        place: What errors and tracebacks name as its folder.
        texts: The texts of all its files.
        wanted: Which to import; what those import comes along.

    Returns:
        The wanted files as modules, in their order.

    Raises:
        Exception: Whatever running a file raises.
    """
    package = f"_texts_{next(_numbers)}"
    finder = _Finder(package, place, texts)
    with _one_at_a_time:
        sys.meta_path.append(finder)
        try:
            return [importlib.import_module(f"{package}.{file}") for file in wanted]
        finally:
            sys.meta_path.remove(finder)
            for name in [known for known in sys.modules if known.split(".")[0] == package]:
                del sys.modules[name]


class _Finder(MetaPathFinder, InspectLoader):
    """Finds and loads the files of one package."""

    def __init__(self, package: str, place: str, texts: Mapping[FileName, str]) -> None:
        files = {f"{package}.{file}": text for file, text in texts.items()}
        folders = {name.rpartition(".")[0] for name in files} | {package}
        self._place = place
        self._folders = folders
        self._texts = {
            **{folder: files.get(f"{folder}.{_PACKAGE}", "") for folder in folders},
            **files,
        }

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a file of the package, a folder of it, or the package itself."""
        if fullname not in self._texts:
            return None
        return ModuleSpec(fullname, self, is_package=self.is_package(fullname))

    def is_package(self, fullname: str) -> bool:
        """Tell the package and its folders from files."""
        return fullname in self._folders

    def get_source(self, fullname: str) -> str:
        """Give a file's text."""
        return self._texts[fullname]

    def get_code(self, fullname: str) -> CodeType:
        """Compile a file under the name that tracebacks show."""
        inside = [*fullname.split(".")[1:], *([_PACKAGE] if self.is_package(fullname) else [])]
        return compile(self._texts[fullname], f"{self._place}/{'/'.join(inside)}.py", "exec")
