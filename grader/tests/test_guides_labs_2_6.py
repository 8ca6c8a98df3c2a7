"""What the guide shows in Task 2.6 is so: its tables hold what NumPy gives, and its script prints what it promises."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from grader.tests.authored import needs_course
from grader.tests.documents import ROOT, solve
from grader.tests.test_guides import find, guide, numbers_in, tuple_in

Numbers = NDArray[np.int64]

M = np.arange(1, 13).reshape(3, 4)
C = np.array([10, 20, 30])


def section() -> str:
    """Take the guide's section on views."""
    return guide("2").split("## Task 2.6")[1].split("\n## ")[0]


def text() -> str:
    """Take it without its line breaks."""
    return " ".join(section().split())


def evaluated(written: str, **names: Numbers) -> Numbers:
    """Evaluate what the guide writes of an array."""
    return np.asarray(eval(written, {"slice": slice}, dict(names)))


def strides_of(view: Numbers) -> tuple[int, ...]:
    """Give the strides as the guide counts them: in numbers, and 0 where they are never used."""
    steps = (step // view.itemsize for step in view.strides)
    return tuple(step if size > 1 else 0 for size, step in zip(view.shape, steps))


def offset_of(view: Numbers, whole: Numbers) -> int:
    """Count the numbers before a view's first."""
    starts = (each.__array_interface__["data"][0] for each in (view, whole))
    first, begin = starts
    return int(first - begin) // view.itemsize


def test_parts_lie_where_the_table_says() -> None:
    for part, shape, strides, offset, numbers in find("2", "part of m | shape").rows:
        view = M.diagonal() if "diagonal" in part else evaluated(part, m=M)
        assert (tuple_in(shape), tuple_in(strides)) == (view.shape, strides_of(view))
        assert int(offset) == offset_of(view, M)
        assert numbers_in(numbers) == view.ravel().tolist()


def test_the_picture_marks_what_the_views_read() -> None:
    picture = (ROOT / "module2/figures/views.svg").read_text("utf-8")
    upper, lower = picture.split(">m.diagonal()<")
    for half, view in ((upper, M[:, 1::2]), (lower, M.diagonal())):
        marked = re.findall(r'class="warm" .*\n.*>(\d+)</text>', half)
        assert [int(number) for number in marked] == view.ravel().tolist()
        for said in (
            f"shape {view.shape}",
            f"strides {strides_of(view)}",
            f"offset {offset_of(view, M)}<",
        ):
            assert said in half


def test_python_hands_over_what_the_table_says() -> None:
    class Asked:
        def __getitem__(self, key: object) -> object:
            return key

    for written, handed in find("2", "you write | Python calls").rows:
        said = re.split(r"[:;] |, a tuple", handed)[0]
        assert eval(written, {}, {"m": Asked()}) == eval(said), written


def test_the_walk_along_a_key_ends_in_the_view() -> None:
    rows = find("2", "part | dimension of m").rows
    view = M[2, ..., None]
    assert tuple_in(rows[-1][2]) == view.shape and tuple_in(rows[-1][3]) == strides_of(view)
    assert int(rows[-1][4]) == offset_of(view, M)
    assert [tuple_in(row[2]) for row in rows] == [(), (4,), (4, 1)]
    assert rows[0][4] == "2 · 4 = 8"
    for row, (size, stride) in zip(rows, ((3, 4), (4, 1))):
        assert numbers_in(row[1])[1:] == [size, stride]


def test_dimensions_of_size_1_stretch_as_the_table_says() -> None:
    for key, method, shape, strides, stretched, steps in find("2", "as a key | as a method").rows:
        view = evaluated(key, c=C)
        assert view.shape == np.expand_dims(C, int(numbers_in(method)[0])).shape == tuple_in(shape)
        assert strides_of(view) == tuple_in(strides)
        wide = np.broadcast_to(view, (3, 3))
        assert numbers_in(stretched) == wide.ravel().tolist()
        assert strides_of(wide) == tuple_in(steps)


def test_overlapping_views_add_up() -> None:
    lines = re.findall(r"^\| (?:t \|.*4|`t\[|derivative).*", section(), re.MULTILINE)
    t, first, second, total = (line.strip("|").split("|")[1:] for line in lines)
    assert numbers_in(" ".join(t)) == [1, 2, 3, 4]
    shown = [[bool(cell.strip()) for cell in line] for line in (first, second)]
    assert numbers_in(" ".join(first)) == [2, 3, 4] and numbers_in(" ".join(second)) == [1, 2, 3]
    assert [int(cell) for cell in total] == np.sum(shown, axis=0).tolist()


def test_a_stretched_row_adds_up_what_arrives() -> None:
    said = re.search(
        r"derivatives (\[\[.*?\]\]) arrive.*?c gets (\[.*?\]).*?would be (\[.*?\])", text()
    )
    assert said
    arrives, expected, last = (np.array(json.loads(each)) for each in said.groups())
    positions = np.broadcast_to(np.arange(3), arrives.shape)
    right, wrong = np.zeros(3), np.zeros(3)
    np.add.at(right, positions, arrives)
    wrong[positions] += arrives
    assert right.tolist() == expected.tolist() and wrong.tolist() == last.tolist()


def test_here_and_there_are_two_places() -> None:
    stretched, copied = np.broadcast_to(C, (2, 3)), np.zeros((2, 3), dtype=np.int64)
    for row, whole in zip(find("2", " | strides of t | strides of t[1]").rows, (stretched, copied)):
        assert tuple_in(row[1]) == strides_of(whole)
        assert tuple_in(row[2]) == strides_of(whole[1])
        assert int(row[3]) == offset_of(whole[1], whole)


def test_images_line_up_as_the_table_says() -> None:
    images, mean, deeper = find("2", " | N | C | H | W").rows
    sizes = [int(size) for size in images[1:]]
    with pytest.raises(ValueError, match="broadcast"):
        np.broadcast_shapes(tuple(sizes), tuple(int(size) for size in mean[1:] if size))
    there = tuple(int(size) for size in deeper[1:] if size)
    assert np.broadcast_shapes(tuple(sizes), there) == tuple(sizes)
    for what, numbers, size in find("2", " | numbers in memory | bytes").rows:
        expected = 3 if what.endswith("as a view") else int(np.prod(sizes))
        counts = [int(each.replace(",", "")) for each in (numbers, size)]
        assert counts == [expected, expected * np.float64().itemsize]


@needs_course
def test_the_script_shows_what_the_guide_promises(tmp_path: Path) -> None:
    """With few images; the derivatives that it prints count what each view reads, as NumPy counts it."""
    solve("module2", tmp_path)
    done = subprocess.run(
        [sys.executable, "project/run_views.py", "--images", "1", "--predict"],
        cwd=tmp_path / "module2",
        input="3000\n2\n1\n",
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    shown = done.stdout
    found = re.findall(r"you said: (.*?) +found: (.*)", shown)
    assert found[:2] == [("3000", "3"), ("2", "2")]
    assert found[2] == ("an IndexingError", "wrong numbers, without an error")
    cells = r"^  ([cm].*?) +(\([\d, ]*\)) +(\([\d, ]*\)) +(\d+)$"
    layouts = re.findall(cells, shown, re.MULTILINE)
    assert len(layouts) == 14 and "c and m, and of twelve views of them" in text()
    for call, shape, strides, offset in layouts:
        if re.fullmatch(r"[cm](\[.*\])?", call):
            view = evaluated(call, c=C, m=M)
            assert (view.shape, strides_of(view)) == (tuple_in(shape), tuple_in(strides)), call
            assert int(offset) == offset_of(view, C if call.startswith("c") else M), call
    reads = shown.split("How often the numbers of m are read:")[1].split("\n\n")[0]
    for call, counts in re.findall(r"^  (m.*?)  +([\d. ]+)$", reads, re.MULTILINE):
        expected = np.zeros(12, dtype=int)
        for part in call.replace("m.t()", "m.T").split(" + "):
            np.add.at(expected, evaluated(part, m=M).ravel() - 1, 1)
        assert [0 if n == "." else int(n) for n in counts.split()] == expected.tolist(), call
    assert "as a view 24 bytes, as a copy 1,572,864 bytes" in shown
    assert f"24 bytes as a view, and {64 * 1_572_864:,} as a copy" in text()  # of 64 images
    assert re.search(r"None\] +0\.00 +0\.00 +0\.00\n", shown)
    left = re.search(r"images - mean +(-?[\d.]+) +(-?[\d.]+) +(-?[\d.]+)\n", shown)
    assert left and "there remain {}, {} and {}.".format(*left.groups()).replace("-", "−") in text()
    assert np.allclose([float(each) for each in left.groups()], [-10, 0, 10], atol=0.1)
    assert "average of all three, about 10.5" in text() and "about 0.5, 10.5 and 20.5" in shown
    assert re.search(r"c\.expand_as\(z\) +3   3   3\n", shown)
