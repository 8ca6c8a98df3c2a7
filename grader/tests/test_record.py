"""``record.json``: it comes back as it went, its schema is true, and nothing else passes for it."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from grader import record as records
from grader.errors import RecordError, UsageError
from grader.model import Record
from grader.tests import sample_records as samples

SCHEMA = Path(records.__file__).with_name("record.schema.json")
GOOD = records.encode(samples.ALICE)


def changed(**values: Any) -> bytes:
    """Make the JSON of a good record with other values at its top."""
    return json.dumps(json.loads(GOOD) | values).encode()


@pytest.mark.parametrize("record", samples.ALL, ids=lambda record: record.submission.id[:12])
def test_a_record_comes_back_as_it_went(record: Record) -> None:
    """Reading what was written gives the same record, lone surrogates aside, and the same bytes."""
    data = records.encode(record)
    again = records.decode(data)
    assert records.encode(again) == data
    if record is not samples.EVERY_TEXT:
        assert again == record


@pytest.mark.parametrize("record", samples.ALL, ids=lambda record: record.submission.id[:12])
def test_a_record_fits_the_published_schema(record: Record) -> None:
    """Every sample validates against ``record.schema.json``."""
    jsonschema.validate(json.loads(records.encode(record)), json.loads(SCHEMA.read_bytes()))


def test_the_published_schema_is_current() -> None:
    """``record.schema.json`` is what the dataclasses say today."""
    assert SCHEMA.read_bytes() == records.schema(), "write grader.record.schema() to it"
    jsonschema.Draft202012Validator.check_schema(json.loads(SCHEMA.read_bytes()))


@pytest.mark.parametrize("wrong", [{"schema": 2}, {"score": "12"}, {"extra": 1}, {"basis": "luck"}])
def test_schema_and_reader_refuse_alike(wrong: dict[str, Any]) -> None:
    """What the schema forbids, ``decode`` forbids."""
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(changed(**wrong)), json.loads(SCHEMA.read_bytes()))
    with pytest.raises(RecordError):
        records.decode(changed(**wrong))


def test_the_file_is_for_people_too() -> None:
    """The schema's number comes first, lines are indented, letters are themselves, and the end is a newline."""
    text = records.encode(samples.WEAK).decode()
    assert text.startswith('{\n  "schema": 1,\n  "course": "MiniTorch",\n')
    assert "松本-小百合" in text
    assert text.endswith("}\n")


def test_a_lone_surrogate_is_written_by_its_number() -> None:
    """Text that UTF-8 can't hold does not stop a record from being written."""
    record = replace(samples.ALICE, style=("half \udc80",))
    assert records.decode(records.encode(record)).style == ("half \\udc80",)


@pytest.mark.parametrize("said", ["x" * 84_003, "\0" * 84_003, "\U0001f600" * 84_003])
def test_whatever_students_print_a_record_can_be_read_again(said: str) -> None:
    """Long texts and lists are cut, with a word, and further where there are many of them."""
    few = records.decode(records.encode(samples.hostile(said)))
    message = few.modules[0].tasks[0].failures[0].message
    assert len(message) == 4000 and message.endswith("… (cut)")
    module = samples.hostile(said).modules[0]
    task = replace(module.tasks[0], failures=module.tasks[0].failures * 12)
    modules = (replace(module, tasks=(task,) * 30),)
    many = replace(samples.hostile(said), modules=modules, style=(said,) * 5000)
    data = records.encode(many)
    assert len(data) < records.LARGEST
    assert len(records.decode(data).style) == records.ENTRIES
    assert records.encode(records.decode(data)) == data


@pytest.mark.parametrize(
    ("data", "why", "where"),
    [
        (b"", "Input data was truncated", "r.json"),
        (b"\xff", "JSON is malformed", "r.json"),
        (b'{"schema": 1, "\xff": 1}', "it is not UTF-8", "r.json, byte "),
        (b"[]", "it is not a JSON object", "r.json"),
        (b"[" * 100_000, "it is nested too deeply", "r.json"),
        (b"{}", "its schema is None, and this grader reads 1", "r.json, $.schema"),
        (changed(schema=True), "its schema is True, and this grader reads 1", "r.json, $.schema"),
        (changed(schema=7), "its schema is 7, and this grader reads 1", "r.json, $.schema"),
        (b'{"schema": 1}', "missing required field `course`", "r.json"),
        (changed(score=None), "Expected `float`, got `null`", "r.json, $.score"),
        (changed(modules=[{"id": 0}]), "Expected `str`, got `int`", "r.json, $.modules[0].id"),
        (changed(basis="luck"), "Invalid enum value 'luck'", "r.json, $.basis"),
        (changed(problems=[{"path": "", "message": "", "x": 1}]), "a key that", "$.problems[0].x"),
        (changed(**{"\x1b[2J": 1}), "a key that a record does not have", "$.\\x1b[2J"),
    ],
)
def test_what_is_no_record_is_refused_with_a_place(data: bytes, why: str, where: str) -> None:
    """An error says why these bytes are no record, where in them, and what to run."""
    with pytest.raises(RecordError) as caught:
        records.decode(data, "r.json")
    what, place, following = str(caught.value).splitlines()
    assert what.startswith("This is not a record of a grading: ") and why in what
    assert place.startswith("  where: r.json") and where in place
    assert following.startswith("  next:  grader grade PATH … --out DIR")
    assert isinstance(caught.value, UsageError)


def test_read_names_the_file(tmp_path: Path) -> None:
    """A missing file is an error with its path, not a traceback."""
    with pytest.raises(RecordError, match="No such file") as caught:
        records.read(tmp_path / "record.json")
    assert caught.value.where == str(tmp_path / "record.json")


def test_write_and_read(tmp_path: Path) -> None:
    """A record is written with its folders made, readable to others as the umask allows, and nothing beside it."""
    path = tmp_path / "alice" / "record.json"
    previous = os.umask(0o022)
    try:
        records.write(samples.REFERENCE, path)
        records.write(samples.ALICE, path)
    finally:
        os.umask(previous)
    assert records.read(path) == samples.ALICE
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert os.listdir(path.parent) == ["record.json"]


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the disk is full, the old record stays whole and no half file is left."""
    path = tmp_path / "record.json"
    records.write(samples.ALICE, path)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        records.write(samples.REFERENCE, path)
    assert records.read(path) == samples.ALICE
    assert os.listdir(tmp_path) == ["record.json"]
