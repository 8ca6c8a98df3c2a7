"""What the names tell that learning platforms give to files and folders, when they hand out a whole class's work."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.submission.names import ARCHIVE_SUFFIX

# doejane_LATE_1234_56789_work-1.zip: who, whether late, Canvas's number of who, its number of what, the file's name
_CANVAS = re.compile(r"(.+?)(_LATE)?_(\d+)_(\d+)_(.+)", re.DOTALL)
_AGAIN = re.compile(r"-(\d{1,9})$")  # Canvas numbers what is handed in again under the same name
_CANVAS_TEXT = re.compile(r".+_\d+_text\.html")
# Jane Doe_1234_assignsubmission_file_work.zip, or a folder, Jane Doe_1234_assignsubmission_file_ or without the last _
_MOODLE = re.compile(r"(.+?)_(\d+)_assignsubmission_([a-z]+)(?:_.*)?", re.DOTALL)


@dataclass(frozen=True)
class Label:
    """What a name says about who handed something in, and when."""

    student: str  # the name, written in whatever way
    canvas_id: str = ""
    moodle_id: str = ""
    late: bool = False
    attachment: int = -1  # grows with time
    again: int = 0

    @property
    def number(self) -> str:
        """What the platform calls the student, whatever their name."""
        return self.canvas_id or self.moodle_id


def read_label(name: str) -> Label | None:
    """Read the name of a file or folder.

    Args:
        name: As it stands in the folder of submissions.

    Returns:
        What it says; None for what a platform lays beside the files: texts that were typed into a page.
    """
    if _CANVAS_TEXT.fullmatch(name):
        return None
    moodle, canvas = _MOODLE.fullmatch(name), _CANVAS.fullmatch(name)
    # Students name their files; the platform's own words stand before that.
    if moodle and not (canvas and len(canvas[1]) < len(moodle[1])):
        return Label(moodle[1], moodle_id=moodle[2]) if moodle[3] == "file" else None
    if canvas:
        again = _AGAIN.search(ARCHIVE_SUFFIX.sub("", canvas[5]))
        return Label(
            canvas[1],
            canvas_id=canvas[3],
            late=bool(canvas[2]),
            attachment=int(canvas[4][:30]),
            again=int(again[1]) if again else 0,
        )
    return Label(ARCHIVE_SUFFIX.sub("", name).removesuffix(".git"))
