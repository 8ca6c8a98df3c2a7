"""Replace the encoder of values by one that calls everything zero.

base: wrong
"""

import grader.running.child
import grader.running.wire

grader.running.wire.encode = lambda value, depth=0: {"f": "0x0.0p+0"}
grader.running.child.encode_answer = grader.running.wire.encode
