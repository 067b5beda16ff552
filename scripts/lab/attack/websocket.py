"""A server's WebSocket frames, right or wrong."""

import struct


def frame(data, opcode=1, fin=True, length=None):
    """A server's frame; `length` is what it says of its length."""
    data = data.encode() if isinstance(data, str) else data
    n = len(data) if length is None else length
    head = bytes([(0x80 if fin else 0) | opcode])
    head += bytes([n]) if n < 126 else b"\x7e" + struct.pack(">H", n) if n < 65536 else b"\x7f" + struct.pack(">Q", n)
    return head + data
