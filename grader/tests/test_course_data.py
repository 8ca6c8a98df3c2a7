"""The data of Module 4: reading it, fetching it over a connection that fails in every way, and making some up."""

import gzip
import hashlib
import io
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from grader.tests.authored import SOURCE, imported, needs_course

pytestmark = needs_course

CONTENT = bytes(range(256)) * 2000


class Site:
    """A web site on this machine, whose connections may break.

    Args:
        files: What it has.

    Attributes:
        asked: The ranges that were asked for, in order; "" where there was none.
        breaks_after: Bytes of a body after which each connection breaks.
        ranges: Whether it can send parts of a file.
    """

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.asked: list[str] = []
        self.breaks_after: int | None = None
        self.ranges = True
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site._answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        asked = handler.headers.get("Range", "")
        self.asked.append(asked)
        content = self.files.get(handler.path.lstrip("/"))
        if content is None:
            handler.send_error(404)
            return
        start, end = self._range(asked, len(content))
        if start >= len(content):
            handler.send_error(416)
            return
        body = content[start:end]
        handler.send_response(206 if asked and self.ranges else 200)
        handler.send_header("Content-Length", str(len(body)))
        handler.send_header("Content-Range", f"bytes {start}-{end - 1}/{len(content)}")
        handler.end_headers()
        handler.wfile.write(body[: self.breaks_after])

    def _range(self, asked: str, size: int) -> tuple[int, int]:
        first, _, last = asked.removeprefix("bytes=").partition("-")
        if not asked or not self.ranges:
            return 0, size
        if not first:
            return max(0, size - int(last)), size
        return int(first), min(size, int(last) + 1 if last else size)


@pytest.fixture
def site() -> Iterator[Site]:
    """Open a site with one file."""
    opened = Site({"file.bin": CONTENT})
    yield opened
    opened.close()


@pytest.fixture
def fetching(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import what fetches."""
    yield from imported("project.fetching", monkeypatch)


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import what reads data."""
    yield from imported("project.data", monkeypatch)


@pytest.fixture
def samples(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import what makes data up."""
    yield from imported("project.samples", monkeypatch)


def source(fetching: Any, *urls: str, content: bytes = CONTENT, member: str = "") -> Any:
    """Describe where a file comes from."""
    sha256 = hashlib.sha256(content).hexdigest()
    return fetching.Source("some/file.bin", urls, member=member, sha256=sha256)


def silent(done: int, total: int) -> None:
    """Show no progress."""


# Fetching


def test_a_file_is_fetched_and_checked(site: Site, fetching: Any, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    wanted = source(fetching, site.url + "file.bin")
    assert not fetching.is_there(wanted, tmp_path)
    fetching.fetch(wanted, tmp_path, lambda done, total: seen.append((done, total)))
    assert (tmp_path / "some" / "file.bin").read_bytes() == CONTENT
    assert [path.name for path in (tmp_path / "some").iterdir()] == ["file.bin"]
    assert seen == sorted(seen) and seen[-1] == (len(CONTENT), len(CONTENT))
    assert fetching.is_there(wanted, tmp_path)


def test_what_broke_off_goes_on_where_it_was(site: Site, fetching: Any, tmp_path: Path) -> None:
    site.breaks_after = 200_000
    wanted = source(fetching, site.url + "file.bin")
    with pytest.raises(fetching.CantFetch, match="connection broke after 200,000 of 512,000 bytes"):
        fetching.fetch(wanted, tmp_path, silent)
    assert (tmp_path / "some" / "file.bin.part").stat().st_size == 200_000
    site.breaks_after = None
    fetching.fetch(wanted, tmp_path, silent)
    assert site.asked == ["", "bytes=200000-"]
    assert (tmp_path / "some" / "file.bin").read_bytes() == CONTENT


def test_a_site_that_sends_no_parts_sends_all_again(
    site: Site, fetching: Any, tmp_path: Path
) -> None:
    site.breaks_after, site.ranges = 200_000, False
    wanted = source(fetching, site.url + "file.bin")
    with pytest.raises(fetching.CantFetch):
        fetching.fetch(wanted, tmp_path, silent)
    site.breaks_after = None
    fetching.fetch(wanted, tmp_path, silent)
    assert (tmp_path / "some" / "file.bin").read_bytes() == CONTENT


def test_a_part_that_is_complete_needs_no_more_bytes(
    site: Site, fetching: Any, tmp_path: Path
) -> None:
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "file.bin.part").write_bytes(CONTENT)
    fetching.fetch(source(fetching, site.url + "file.bin"), tmp_path, silent)
    assert (tmp_path / "some" / "file.bin").read_bytes() == CONTENT


def test_what_has_the_wrong_checksum_is_thrown_away(
    site: Site, fetching: Any, tmp_path: Path
) -> None:
    wanted = source(fetching, site.url + "file.bin", content=b"something else")
    with pytest.raises(fetching.CantFetch, match="wrong checksum, and was thrown away"):
        fetching.fetch(wanted, tmp_path, silent)
    assert list((tmp_path / "some").iterdir()) == []


def test_without_a_connection_each_site_is_named(fetching: Any, tmp_path: Path) -> None:
    wanted = source(fetching, "http://127.0.0.1:9/file.bin", "http://nowhere.invalid/file.bin")
    with pytest.raises(fetching.CantFetch) as failed:
        fetching.fetch(wanted, tmp_path, silent)
    first, second = str(failed.value).splitlines()
    assert first.startswith("127.0.0.1:9: ") and "refused" in first
    assert second.startswith("nowhere.invalid: ")


def test_another_site_is_tried_where_one_does_not_have_it(
    site: Site, fetching: Any, tmp_path: Path
) -> None:
    fetching.fetch(source(fetching, site.url + "gone", site.url + "file.bin"), tmp_path, silent)
    assert (tmp_path / "some" / "file.bin").read_bytes() == CONTENT
    with pytest.raises(fetching.CantFetch, match="it answered 404 Not Found"):
        fetching.fetch(source(fetching, site.url + "gone"), tmp_path, silent)


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_of_an_archive_only_one_file_is_fetched(
    site: Site, fetching: Any, tmp_path: Path, packing: int
) -> None:
    site.files["all.zip"] = archive({"other": CONTENT, "in/it": CONTENT[:7000]}, packing)
    wanted = source(fetching, site.url + "all.zip", content=CONTENT[:7000], member="in/it")
    seen: list[int] = []
    fetching.fetch(wanted, tmp_path, lambda done, total: seen.append(total))
    assert (tmp_path / "some" / "file.bin").read_bytes() == CONTENT[:7000]
    assert [path.name for path in (tmp_path / "some").iterdir()] == ["file.bin"]
    assert max(seen) <= 7000


def test_a_file_of_an_archive_goes_on_where_it_was(
    site: Site, fetching: Any, tmp_path: Path
) -> None:
    noise = np.random.default_rng(0).bytes(300_000)
    site.files["all.zip"] = archive({"it": noise}, zipfile.ZIP_STORED)
    wanted = source(fetching, site.url + "all.zip", content=noise, member="it")
    site.breaks_after = 150_000
    with pytest.raises(fetching.CantFetch, match="connection broke after 150,000 of 300,000"):
        fetching.fetch(wanted, tmp_path, silent)
    site.breaks_after = None
    fetching.fetch(wanted, tmp_path, silent)
    assert (tmp_path / "some" / "file.bin").read_bytes() == noise


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_archive_is_told(
    site: Site, fetching: Any, tmp_path: Path, content: bytes
) -> None:
    site.files["all.zip"] = content
    wanted = source(fetching, site.url + "all.zip", member="in/it")
    with pytest.raises(fetching.CantFetch):
        fetching.fetch(wanted, tmp_path, silent)


def test_an_archives_own_checksum_is_checked(site: Site, fetching: Any, tmp_path: Path) -> None:
    whole = bytearray(archive({"it": CONTENT}, zipfile.ZIP_STORED))
    whole[1000] ^= 1
    site.files["all.zip"] = bytes(whole)
    wanted = fetching.Source("some/file.bin", (site.url + "all.zip",), member="it")
    with pytest.raises(fetching.CantFetch, match="wrong checksum"):
        fetching.fetch(wanted, tmp_path, silent)


def test_a_terminal_shows_a_bar_and_a_file_only_the_end(fetching: Any) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal, file = Terminal(), io.StringIO()
    for out in (terminal, file):
        bar = fetching.Bar("a.gz", out)
        bar(5_000_000, 10_000_000)
        bar.close("is there now")
    assert "███████████████░░░░░░░░░░░░░░░ 5.0 of 10.0 MB" in terminal.getvalue()
    assert terminal.getvalue().rstrip().endswith("a.gz  is there now")
    assert file.getvalue() == "a.gz  is there now\n"


def archive(files: dict[str, bytes], packing: int) -> bytes:
    """Make a zip archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", packing) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return packed.getvalue()


# Reading


def idx(numbers: Any) -> bytes:
    """Write an IDX file."""
    array = np.array(numbers, np.uint8)
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return gzip.compress(bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Lay out a little data, in the formats of the real ones."""
    for name in ("mnist", "sst2", "glove"):
        (tmp_path / name).mkdir()
    images = np.arange(3 * 28 * 28).reshape(3, 28, 28) % 256
    (tmp_path / "mnist" / "train-images-idx3-ubyte.gz").write_bytes(idx(images))
    (tmp_path / "mnist" / "train-labels-idx1-ubyte.gz").write_bytes(idx([5, 0, 4]))
    for part in ("train", "dev"):
        rows = "sentence\tlabel\na charming film \t1\nvery , very dull \t0\n"
        (tmp_path / "sst2" / f"{part}.tsv").write_text(rows, "utf-8")
    vectors = [f"{word} {' '.join(['0.5'] * 49)} {n}\n" for n, word in enumerate(("the", "dull"))]
    with gzip.open(tmp_path / "glove" / "glove.6B.50d.sst2.txt.gz", "wt") as file:
        file.writelines(vectors)
    return tmp_path


def test_digits_are_read(data: Any, folder: Path) -> None:
    digits = data.load_digits(folder, "train")
    assert digits.images.shape == (3, 28, 28) and digits.labels.tolist() == [5, 0, 4]
    assert digits.images[0, 0, :3].tolist() == [0.0, 1 / 255, 2 / 255]
    assert data.load_digits(folder, "train", 2).labels.tolist() == [5, 0]


def test_sentences_are_read(data: Any, folder: Path) -> None:
    read = data.load_sentences(folder, "dev")
    assert read.sentences == [["a", "charming", "film"], ["very", ",", "very", "dull"]]
    assert read.labels.tolist() == [1, 0]


def test_vectors_are_read_of_the_words_that_are_wanted(data: Any, folder: Path) -> None:
    vectors = data.load_vectors(folder, {"dull", "charming"})
    assert list(vectors) == ["dull"] and vectors["dull"].tolist() == [0.5] * 49 + [1.0]


def test_glove_may_be_there_as_it_is_published(data: Any, folder: Path) -> None:
    cut = folder / "glove" / "glove.6B.50d.sst2.txt.gz"
    (folder / "glove" / "glove.6B.50d.txt").write_bytes(gzip.decompress(cut.read_bytes()))
    cut.unlink()
    assert list(data.load_vectors(folder, {"the"})) == ["the"]


def test_glove_is_cut_to_the_words_that_are_needed(
    data: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = folder / "glove" / "glove.6B.50d.sst2.txt.gz"
    text = gzip.decompress(cut.read_bytes()).decode()
    cut.unlink()
    whole = folder / "glove" / "glove.6B.50d.txt"
    whole.write_text(text + text.replace("the", "rare").replace("dull", "film"), "utf-8")
    monkeypatch.setattr(data, "FREQUENT", 1)
    data.cut_vectors(folder)
    assert not whole.exists()
    assert sorted(data.load_vectors(folder, {"the", "dull", "rare", "film"})) == [
        "dull",
        "film",
        "the",
    ]


def test_the_folder_is_named_by_option_variable_or_cache(
    data: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MINITORCH_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert data.data_folder() == Path("/caches/minitorch")
    monkeypatch.setenv("MINITORCH_DATA", "/elsewhere")
    assert data.data_folder() == Path("/elsewhere")
    assert data.data_folder("here") == Path("here")


def test_absent_data_says_how_to_get_it(data: Any, tmp_path: Path) -> None:
    reads: dict[str, Callable[[], object]] = {
        "mnist": lambda: data.load_digits(tmp_path, "train"),
        "sst2": lambda: data.load_sentences(tmp_path, "dev"),
        "glove": lambda: data.load_vectors(tmp_path, {"the"}),
    }
    for what, read in reads.items():
        with pytest.raises(data.NoData) as missing:
            read()
        said = str(missing.value)
        assert f"Fetch it: python project/data.py fetch {what}\n" in said
        assert "--data or MINITORCH_DATA" in said and "--made-up" in said


def spoil(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Change a file."""
    path.write_bytes(change(path.read_bytes()))


@pytest.mark.parametrize(
    "change",
    [
        lambda old: old[:20],
        lambda old: b"no gzip",
        lambda old: gzip.compress(gzip.decompress(old)[:-1]),
        lambda old: gzip.compress(b"\0" + gzip.decompress(old)),
        lambda old: idx([1, 2]),
    ],
)
def test_damaged_digits_are_told(data: Any, folder: Path, change: Callable[[bytes], bytes]) -> None:
    spoil(folder / "mnist" / "train-labels-idx1-ubyte.gz", change)
    with pytest.raises(data.NoData):
        data.load_digits(folder, "train")


@pytest.mark.parametrize(
    "change", [lambda old: old[9:], lambda old: old + b"a row\t2\n", lambda old: b"\xff" + old]
)
def test_damaged_sentences_are_told(
    data: Any, folder: Path, change: Callable[[bytes], bytes]
) -> None:
    spoil(folder / "sst2" / "dev.tsv", change)
    with pytest.raises(data.NoData, match="is damaged"):
        data.load_sentences(folder, "dev")


def test_damaged_vectors_are_told(data: Any, folder: Path) -> None:
    path = folder / "glove" / "glove.6B.50d.sst2.txt.gz"
    spoil(path, lambda old: gzip.compress(b"dull 1 2 3\n"))
    with pytest.raises(data.NoData, match="'dull' does not have 50 numbers"):
        data.load_vectors(folder, {"dull"})
    spoil(path, lambda old: old[:30])
    with pytest.raises(data.NoData, match="is damaged"):
        data.load_vectors(folder, {"dull"})


def test_the_command_says_what_is_there(folder: Path) -> None:
    done = run(folder)
    assert done.returncode == 0 and f"The data's folder is {folder}" in done.stdout
    assert "glove  is there" in done.stdout
    # Its checksum is not that of the real one.
    assert "sst2   missing: sst2/train.tsv" in done.stdout


def test_the_command_fetches_and_says_what_failed(
    capsys: pytest.CaptureFixture[str],  # before what keeps standard output
    data: Any,
    site: Site,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fetching = SimpleNamespace(Source=data.Source)
    monkeypatch.setattr(data, "SOURCES", {"it": [source(fetching, site.url + "file.bin")]})
    monkeypatch.setattr(sys, "argv", ["data.py", "--data", str(tmp_path), "fetch", "all"])
    data.main()
    data.main()
    assert capsys.readouterr().out == "some/file.bin  is there now\nit is there\n"
    del site.files["file.bin"]
    (tmp_path / "some" / "file.bin").unlink()
    with pytest.raises(SystemExit) as ended:
        data.main()
    assert "404 Not Found\nWhat has come so far is kept" in str(ended.value.code)
    assert str(tmp_path / "some" / "file.bin") in str(ended.value.code)


# Showing


def test_digits_are_shown_with_their_labels(folder: Path) -> None:
    images = np.zeros((3, 28, 28))
    images[0, :, 3], images[1, :2, :], images[2, 26:, 0] = 255, 128, 255
    (folder / "mnist" / "train-images-idx3-ubyte.gz").write_bytes(idx(images))
    lines = run(folder, "show", "mnist", columns=60).stdout.splitlines()
    assert lines[0] == "   @" + " " * 26 + "+" * 28 and lines[1:14] == ["   @"] * 13
    assert lines[14] == f"{'a 5':30}a 0"  # below the pictures
    assert lines[15:] == [*[""] * 14, "@", "a 4"]  # there was no room for it beside the others
    assert run(folder, "show", "mnist", "--n", "1", "--skip", "2").stdout.splitlines() == lines[16:]


def test_sentences_are_shown_with_their_labels(folder: Path) -> None:
    shown = "1, praise     a charming film\n0, complaint  very , very dull\n"
    assert run(folder, "show", "sst2").stdout == shown
    assert run(folder, "show", "sst2", "--n", "1").stdout == shown.splitlines(keepends=True)[0]
    assert run(folder, "show", "sst2", "--skip", "1").stdout == shown.splitlines(keepends=True)[1]


def test_words_are_shown_with_their_first_numbers_and_the_nearest_words(folder: Path) -> None:
    vectors = {"film": 0.0, "movie": 0.1, "boring": 9.0, "dull": 8.5, "never": -4.0}
    lines = [f"{word} {' '.join([str(number)] * 50)}\n" for word, number in vectors.items()]
    with gzip.open(folder / "glove" / "glove.6B.50d.sst2.txt.gz", "wt") as file:
        file.writelines(lines)
    boring, never = run(folder, "show", "glove", "--n", "2").stdout.splitlines()
    assert boring.split() == [
        *("boring", *["9.00"] * 6, "…", "nearest:"),
        *("dull,", "movie,", "film,", "never"),
    ]
    assert never.split()[0] == "never" and never.endswith("nearest: film, movie, dull, boring")
    assert (
        run(folder, "show", "glove", "--words", "film", "dull").stdout.split("\n")[1][:4] == "dull"
    )
    failed = run(folder, "show", "glove", "--words", "filn")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr == "'filn' has no vector. Did you mean 'film'?\n"


@pytest.mark.parametrize("what", ["mnist", "sst2", "glove"])
def test_where_data_is_missing_it_says_how_to_get_it_or_shows_made_up_data(
    what: str, tmp_path: Path
) -> None:
    failed = run(tmp_path, "show", what)
    assert (failed.returncode, failed.stdout) == (1, "")
    assert f"Fetch it: python project/data.py fetch {what}\n" in failed.stderr
    shown = run(tmp_path, "show", what, "--made-up", "--n", "2")
    assert (shown.returncode, shown.stderr) == (0, "")
    parts = {"mnist": "\na ", "sst2": "\n", "glove": "nearest: "}
    assert shown.stdout.count(parts[what]) == {"mnist": 1, "sst2": 2, "glove": 2}[what]
    assert shown.stdout == run(tmp_path, "show", what, "--made-up", "--n", "2").stdout
    skipped = run(tmp_path, "show", what, "--made-up", "--n", "1", "--skip", "1")
    assert skipped.stdout.split()[-1] == shown.stdout.split()[-1]


def test_a_program_that_knows_nothing_of_the_library_can_show_data(folder: Path) -> None:
    """A library that can't be imported keeps nobody from looking at data."""
    code = (
        "import runpy, sys; sys.modules['minitorch'] = None; sys.argv[1:] = ['show', 'sst2'];"
        f" runpy.run_path({str(SOURCE / 'project' / 'data.py')!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", code],
        env={**os.environ, "MINITORCH_DATA": str(folder)},
        capture_output=True,
        text=True,
    )
    assert done.stderr == "" and "a charming film" in done.stdout


@pytest.mark.parametrize("chosen", [("--n", "-1"), ("--skip", "few")])
def test_numbers_that_mean_nothing_are_refused(folder: Path, chosen: tuple[str, str]) -> None:
    assert run(folder, "show", "sst2", *chosen).returncode == 2


def test_beyond_the_last_there_is_nothing(folder: Path) -> None:
    for what in ("mnist", "sst2"):
        done = run(folder, "show", what, "--skip", "50")
        assert done.stdout == "Nothing to show: try another --n or --skip.\n", done.stderr


def run(folder: Path, *arguments: str, columns: int = 80) -> "subprocess.CompletedProcess[str]":
    """Run the command on a folder, at a terminal of so many columns."""
    script = SOURCE / "project" / "data.py"
    command = [sys.executable, "-B", str(script), "--data", str(folder), *arguments]
    environment = {**os.environ, "COLUMNS": str(columns)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


# Made-up data


def test_equal_seeds_make_equal_data(samples: Any) -> None:
    first, again, other = (
        samples.draw_digits(20, np.random.default_rng(seed))[0] for seed in (1, 1, 2)
    )
    assert (first == again).all() and (first != other).any()


def test_drawn_digits_are_pictures_of_all_ten(samples: Any) -> None:
    images, labels = samples.draw_digits(300, np.random.default_rng(0))
    assert images.shape == (300, 28, 28) and set(labels.tolist()) == set(range(10))
    assert images.min() >= 0.0 and images.max() <= 1.0
    ink = images.sum(axis=(1, 2))
    assert ink.min() > 20  # none is empty, none is black
    assert ink.max() < 400


def test_made_up_sentences_are_labelled_by_what_they_say(samples: Any) -> None:
    sentences, labels = samples.make_sentences(200, np.random.default_rng(0))
    for words, label in zip(sentences, labels, strict=True):
        good = any(word in samples.GOOD for word in words)
        turned = any(word in samples.NOT for word in words)
        assert label == (good != turned), " ".join(words)
    assert 0.3 < labels.mean() < 0.7
    vectors = samples.word_vectors(np.random.default_rng(0))
    assert {word for words in sentences for word in words} <= vectors.keys()
    assert all(vector.shape == (50,) for vector in vectors.values())
