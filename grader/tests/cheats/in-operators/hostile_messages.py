"""Raise errors whose text breaks files, terminals, HTML and workflow commands.

base: wrong
"""


def relu(x):
    """Complain."""
    raise ValueError(
        "\ud800 \0 \x1b[2J\x1b]0;x\x07 \n::error::x\n</td><script>x</script> \u202e" * 50
    )


def log(x):
    """Complain with an odd name."""
    raise type("\ud800<b>\n::set-output name=x::y", (Exception,), {})("=1+1\udfff")
