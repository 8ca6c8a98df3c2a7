"""Write configuration, compiled files, start-up files and links wherever somebody might trip over them.

base: wrong
"""

import os
import site
import sys

_here = os.getcwd()
_folders = [
    _here,
    f"{_here}/tests",
    f"{_here}/tests/__pycache__",
    "/tmp",
    "/",
    os.path.expanduser("~"),
]
_folders += ["PLANTED", "/dev/shm", "/var/tmp", *sys.path, *site.getsitepackages()]
_names = ["cheat-was-here.pth", "conftest.py", "pytest.ini", "sitecustomize.py", "usercustomize.py"]
_names += ["comparison.cpython-311.pyc", "cheat-was-here"]
for _folder in _folders:
    try:
        os.chmod(_folder, 0o777)
    except OSError:
        pass
    for _name in _names:
        try:
            with open(f"{_folder}/{_name}", "x") as _file:
                _file.write("raise SystemExit")
            os.symlink("/etc/passwd", f"{_folder}/cheat-was-here.link")
        except OSError:
            pass
for _path in (
    f"{_here}/tests/comparison.py",
    f"{_here}/tests/test_operators.py",
    "PLANTED/secret.txt",
):
    for _harm in (os.remove, lambda path: os.truncate(path, 0), lambda path: os.chmod(path, 0o777)):
        try:
            _harm(_path)
        except OSError:
            pass
