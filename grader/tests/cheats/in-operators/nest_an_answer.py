# flake8: noqa: F821
"""Send values that are nested deeply, are huge, or are of no known kind.

with: finders
"""

_deep = {"l": []}
for _ in range(500):
    _deep = {"l": [_deep]}
_odd = [
    _deep,
    {"i": "f" * 5000},
    {"i": "-" + "f" * 1020},
    {"f": "0x1p99999"},
    {"a": ["<f8", [1 << 40], ""]},
    {"a": ["|O", [1], "AAAA"]},
    {"z": 1},
    {"d": [[1, 2]]},
    1e400,
]
_number = (ORDER["names"] + [""])[0] if role() == "probes" else ""
for _value in [_odd[int(ORDER["nonce"], 16) % len(_odd)]]:
    raw(json.dumps([ORDER["nonce"], "answer", {"l": [_number, {"i": "0"}, _value]}]).encode())
