"""Read address 0, with the fault handler on."""

import ctypes
import faulthandler

faulthandler.enable()
ctypes.string_at(0)
