"""Models on disk: the numbers of all parameters by their names, in one of NumPy's .npz files."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from minitorch import Module, Tensor


class CantSave(Exception):
    """A model can't be written there; the text says why."""


class CantLoad(Exception):
    """A file does not hold the parameters of this model; the text says why."""


def check_target(path: str | Path) -> None:
    """Make sure, before a long training, that its model can be saved afterwards.

    Args:
        path: Where to.

    Raises:
        CantSave: There is no such folder, or it is no name of an .npz file.
    """
    if Path(path).suffix != ".npz":
        raise CantSave(f"A model is saved as an .npz file, so call it {Path(path).stem}.npz.")
    if not Path(path).resolve().parent.is_dir():
        raise CantSave(f"There is no folder {Path(path).parent} to write {Path(path).name} into.")


def save_model(path: str | Path, model: Module) -> None:
    """Write all parameters of a model.

    Args:
        path: An .npz file.
        model: Any module whose parameters hold tensors.
    """
    arrays: dict[str, Any] = {name: p.value.to_numpy() for name, p in model.named_parameters()}
    np.savez(path, **arrays)


def load_model(path: str | Path, model: Module) -> None:
    """Give all parameters of a model the values that were saved.

    Args:
        path: An .npz file.
        model: One made like the one that was saved. It stays as it is where this fails.

    Raises:
        CantLoad: The file is absent or damaged, or its parameters have other names or shapes.
    """
    saved = _read(Path(path))
    parameters = dict(model.named_parameters())
    wanted = {name: parameter.value.shape for name, parameter in parameters.items()}
    found = {name: array.shape for name, array in saved.items()}
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            raise CantLoad(
                f"{path} holds another model: {name} "
                f"{_shaped(found.get(name))} there, and {_shaped(wanted.get(name))} here."
            )
    for name, parameter in parameters.items():
        values = saved[name]
        parameter.update(Tensor.make(values.ravel(), values.shape, backend=parameter.value.backend))


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file, np.load(file) as arrays:
            return {name: arrays[name].astype(np.float64) for name in arrays.files}
    except FileNotFoundError:
        raise CantLoad(f"There is no {path}.") from None
    except (OSError, EOFError, ValueError, TypeError, AttributeError, BadZipFile):
        raise CantLoad(f"{path} is no file of saved parameters.") from None


def _shaped(shape: tuple[int, ...] | None) -> str:
    return "is absent" if shape is None else f"has shape {shape}"
