"""Messages over a pipe: frames written without ever waiting, and read as they come.

A frame is a 4-byte big-endian length and a msgpack body. A pipe takes up to 4,096 bytes whole or not at
all, larger frames in pieces, so the writer keeps what is left of a frame and finishes it before the next
one: the stream never loses its step.
"""

import contextlib
import os
import select
import struct
import time
from collections.abc import Iterator

import msgspec

from stream.runtime.snapshot import Farewell, Message, Snapshot

_LENGTH = struct.Struct(">I")
_READ_BYTES = 1 << 16


class FrameWriter:
    """The worker's end of the pipe `fd`, which it owns and makes non-blocking."""

    def __init__(self, fd: int) -> None:
        os.set_blocking(fd, False)
        self._fd = fd
        self._unsent = b""
        self._encoder = msgspec.msgpack.Encoder()

    def offer(self, message: Message) -> bool:
        """Write `message` if the pipe has room; False if it was dropped (the reader is slow or gone). Never
        waits."""
        if not self._push():
            return False
        self._unsent = self._framed(message)
        self._push()
        # A frame the pipe took nothing of is dropped: the next one says more. A frame taken in part must be
        # finished.
        if len(self._unsent) == self._size:
            self._unsent = b""
            return False
        return True

    def insist(self, message: Message, seconds: float) -> bool:
        """Write `message`, waiting at most `seconds` for room. For last words only: the loop is over."""
        deadline = time.monotonic() + seconds
        self._unsent += self._framed(message)
        while not self._push():
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([], [self._fd], [], left)[1]:
                return False
        return True

    def close(self) -> None:
        """Close the pipe; the reader sees its end."""
        with contextlib.suppress(OSError):
            os.close(self._fd)

    def _framed(self, message: Message) -> bytes:
        body = self._encoder.encode(message)
        self._size = _LENGTH.size + len(body)
        return _LENGTH.pack(len(body)) + body

    def _push(self) -> bool:
        """Write what is unsent; True when nothing is left."""
        while self._unsent:
            try:
                written = os.write(self._fd, self._unsent)
            except (BlockingIOError, BrokenPipeError):
                # A broken pipe means that the parent died; the liveness pipe ends this worker, not its
                # figures.
                return False
            self._unsent = self._unsent[written:]
        return True


class FrameReader:
    """The parent's end of one worker's pipe."""

    def __init__(self, fd: int) -> None:
        os.set_blocking(fd, False)
        self.fd = fd
        self.ended = False
        """True once the worker has closed its end."""
        self._bytes = bytearray()
        self._decoder = msgspec.msgpack.Decoder(Snapshot | Farewell)

    def messages(self) -> Iterator[Message]:
        """All whole messages that can be read now.

        Raises: msgspec.DecodeError: the bytes are no message of this release (the worker runs other code
        than its parent).
        """
        self._fill()
        while len(self._bytes) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._bytes)
            end = _LENGTH.size + length
            if len(self._bytes) < end:
                return
            body = bytes(self._bytes[_LENGTH.size : end])
            del self._bytes[:end]
            yield self._decoder.decode(body)

    def close(self) -> None:
        """Close the reading end."""
        with contextlib.suppress(OSError):
            os.close(self.fd)

    def _fill(self) -> None:
        while not self.ended:
            try:
                chunk = os.read(self.fd, _READ_BYTES)
            except BlockingIOError:
                return
            self._bytes += chunk
            self.ended = not chunk
