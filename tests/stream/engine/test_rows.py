"""Rows of one transaction: owned while it is open, cached after its commit, forgotten after its abort."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from schemas.errors import CairnError
from stream.engine.cache_bound import FEW, SAMPLE
from stream.engine.rows import Rows
from stream.engine.stores.memory import MemoryStore
from stream.engine.topology import Formats
from stream.runtime.exits import Exit
from tests.contracts.tally import TABLE, Total

FORMATS = Formats()


class CountingStore(MemoryStore):
    """Notes which keys were read."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[list[bytes]] = []

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        self.read.append(sorted(keys))
        return super().get_many(keys)


@pytest.fixture
def store() -> CountingStore:
    return CountingStore()


def rows_on(store: MemoryStore, cache_rows: int = 100, formats: Formats = FORMATS) -> Rows[Total]:
    return Rows(TABLE, formats, store, cache_rows=cache_rows)


def commit(rows: Rows[Total], store: MemoryStore) -> None:
    store.write(list(rows.changes()))
    rows.committed()


def stored(store: MemoryStore, **values: int) -> None:
    rows = rows_on(store)
    for name, value in values.items():
        rows.put(name.encode(), Total(value))
    commit(rows, store)


def test_a_claimed_row_is_changed_in_place_and_written(store: CountingStore) -> None:
    """The fold owns what it claims; `changes` has it under the table's prefix, behind the format byte."""
    rows = rows_on(store)
    rows.claim([b"a"], Total)[b"a"].value = 3
    ((key, value),) = rows.changes()
    assert key == b"\x10a"
    assert value is not None
    assert (value[0], TABLE.codec.decode(value[1:])) == (1, Total(3))


def test_one_claim_reads_all_that_it_lacks_at_once(store: CountingStore) -> None:
    """One multi-get for what is neither held nor cached, none when there is nothing to ask."""
    stored(store, a=1, b=2)
    rows = rows_on(store)
    rows.claim([b"a", b"b", b"c"], Total)
    assert rows.overlay == {b"a": Total(1), b"b": Total(2), b"c": Total()}
    rows.claim([b"a", b"c"], Total)
    rows.claim([b"c", b"d"], Total)
    commit(rows, store)
    rows.claim([b"a", b"b", b"e"], Total)
    assert store.read == [[b"\x10a", b"\x10b", b"\x10c"], [b"\x10d"], [b"\x10e"]]


def test_a_claim_tells_who_is_new(store: CountingStore) -> None:
    """Newcomers are the keys without a row before this claim, whatever an earlier claim found."""
    stored(store, a=1)
    rows = rows_on(store)
    rows.claim([b"a", b"b"], Total)
    assert rows.newcomers == [b"b"]
    rows.claim([b"a", b"b"], Total)
    assert rows.newcomers == []


def test_a_released_row_is_not_written(store: CountingStore) -> None:
    """A claim that turned out needless leaves no trace."""
    rows = rows_on(store)
    rows.claim([b"a", b"b"], Total)
    rows.release([b"a", b"never claimed"])
    assert [key for key, _ in rows.changes()] == [b"\x10b"]


def test_get_reads_without_writing(store: CountingStore) -> None:
    """A look changes nothing: the row is not part of the transaction."""
    stored(store, a=1)
    rows = rows_on(store)
    assert (rows.get(b"a"), rows.get(b"b")) == (Total(1), None)
    assert list(rows.changes()) == []


def test_get_sees_what_the_transaction_did(store: CountingStore) -> None:
    """Claimed, put and deleted rows as they are now, not as stored."""
    stored(store, a=1, b=1, c=1)
    rows = rows_on(store)
    rows.claim([b"a"], Total)[b"a"].value = 5
    rows.put(b"b", Total(7))
    rows.delete(b"c")
    assert [rows.get(key) for key in (b"a", b"b", b"c")] == [Total(5), Total(7), None]


def test_a_deleted_row_becomes_a_tombstone(store: CountingStore) -> None:
    """None in the changes, whether the row was stored, cached or only claimed."""
    stored(store, a=1)
    rows = rows_on(store)
    rows.claim([b"a", b"new"], Total)
    rows.delete(b"a")
    rows.delete(b"new")
    assert dict(rows.changes()) == {b"\x10a": None, b"\x10new": None}


def test_a_row_deleted_and_claimed_again_starts_anew(store: CountingStore) -> None:
    """The store still holds the old row; it must not come back within the same transaction."""
    stored(store, a=41)
    rows = rows_on(store)
    rows.delete(b"a")
    assert rows.claim([b"a", b"b"], Total)[b"a"] == Total()
    ((_, value), _) = sorted(rows.changes())
    assert value is not None


def test_a_row_deleted_and_claimed_again_is_a_newcomer_and_may_be_released(store: CountingStore) -> None:
    """Its tombstone is still written: the claim was taken back, not the deletion."""
    stored(store, a=41)
    rows = rows_on(store)
    rows.delete(b"a")
    rows.claim([b"a"], Total)
    assert rows.newcomers == [b"a"]
    rows.release([b"a"])
    assert rows.get(b"a") is None
    assert list(rows.changes()) == [(b"\x10a", None)]
    commit(rows, store)
    assert rows.get(b"a") is None


def test_the_keys_under_a_start_are_those_of_the_store_and_of_the_transaction(store: CountingStore) -> None:
    """Without what the transaction deleted, with what it has put."""
    stored(store, aa=1, ab=2, ac=3, b=4)
    rows = rows_on(store)
    rows.delete(b"ab")
    rows.delete(b"ac")
    rows.put(b"ac", Total(5))
    rows.put(b"ad", Total(6))
    rows.put(b"ba", Total(7))
    assert sorted(rows.under(b"a")) == [b"aa", b"ac", b"ad"]
    assert rows.under(b"c") == []


def test_a_row_deleted_and_put_again_is_the_new_one(store: CountingStore) -> None:
    """The last word counts, and there is only one change for the key."""
    stored(store, a=41)
    rows = rows_on(store)
    rows.delete(b"a")
    rows.put(b"a", Total(1))
    assert [(key, value is None) for key, value in rows.changes()] == [(b"\x10a", False)]
    assert rows.get(b"a") == Total(1)


def test_an_abort_forgets_every_change(store: CountingStore) -> None:
    """Rows changed in place, put or deleted are as stored again, also those that came from the cache."""
    stored(store, stored=1)
    rows = rows_on(store)
    rows.claim([b"cached"], Total)[b"cached"].value = 2
    commit(rows, store)
    rows.claim([b"cached", b"stored", b"new"], Total)[b"cached"].value = 99
    rows.overlay[b"stored"].value = 99
    rows.put(b"put", Total(99))
    rows.delete(b"stored")
    rows.aborted()
    assert list(rows.changes()) == []
    read = rows.claim([b"cached", b"stored", b"new", b"put"], Total)
    assert read == {b"cached": Total(2), b"stored": Total(1), b"new": Total(), b"put": Total()}


def test_rows_are_cached_only_after_the_commit(store: CountingStore) -> None:
    """A row of an open transaction is nobody's copy of the truth (rule 3)."""
    rows = rows_on(store)
    rows.claim([b"a"], Total)
    assert rows.cached == 0
    rows.aborted()
    assert rows.cached == 0
    rows.claim([b"a"], Total)
    commit(rows, store)
    assert rows.cached == 1


def test_the_cache_keeps_to_its_bound_and_drops_the_longest_untouched(store: CountingStore) -> None:
    """Bounded in rows; a row touched again is young again."""
    rows = rows_on(store, cache_rows=2)
    for name in (b"a", b"b", b"a", b"c"):
        rows.claim([name], Total)[name].value += 1
        commit(rows, store)
        assert rows.cached <= 2
    store.read.clear()
    rows.claim([b"a", b"b", b"c"], Total)
    assert store.read == [[b"\x10b"]]
    assert rows.overlay == {b"a": Total(2), b"b": Total(1), b"c": Total(1)}


def test_a_cache_that_finds_nothing_shrinks_to_a_sample_of_what_came_last(store: CountingStore) -> None:
    """And what a row becomes while it is not kept is read from the store."""
    rows = rows_on(store, cache_rows=640)
    for start in range(0, 2 * FEW, 1_000):
        keys = [b"%d" % number for number in range(start, start + 1_000)]
        for key, row in rows.claim(keys, Total).items():
            row.value = int(key)
        commit(rows, store)
    assert rows.cached == 640 // SAMPLE
    assert rows.claim([b"7"], Total)[b"7"] == Total(7)


def test_an_uncached_table_reads_every_time(store: CountingStore) -> None:
    """`cached=False` keeps no row between transactions, whatever the bound."""
    table = TABLE.__class__(TABLE.name, TABLE.prefix, TABLE.codec, cached=False)
    rows = Rows(table, FORMATS, store, cache_rows=100)
    rows.claim([b"a"], Total)
    commit(rows, store)
    assert rows.cached == 0


def test_a_deleted_row_leaves_the_cache(store: CountingStore) -> None:
    """After its commit the row is gone for every reader."""
    rows = rows_on(store)
    rows.claim([b"a"], Total)[b"a"].value = 3
    commit(rows, store)
    rows.delete(b"a")
    commit(rows, store)
    assert rows.get(b"a") is None
    assert rows.claim([b"a"], Total)[b"a"] == Total()


def test_forget_drops_the_cache_too(store: CountingStore) -> None:
    """Before a restore the store changes under the rows: the cache would serve what is no longer true."""
    rows = rows_on(store)
    rows.claim([b"a"], Total)
    commit(rows, store)
    stored(store, a=7)
    rows.forget()
    assert rows.get(b"a") == Total(7)


def test_an_unknown_format_is_refused_with_the_release_to_run(store: CountingStore) -> None:
    """Rule 15: a newer row is never decoded by guess; exit 3."""
    store.write([(b"\x10a", b"\x02" + TABLE.codec.encode(Total(1)))])
    reads: list[Callable[[Rows[Total]], object]] = [lambda rows: rows.claim([b"a"], Total), lambda rows: rows.get(b"a")]
    for read in reads:
        with pytest.raises(CairnError, match="rows of format 2; this release reads 1") as refused:
            read(rows_on(store))
        assert refused.value.exit == Exit.DRIFT


def test_both_formats_are_read_and_one_is_written(store: CountingStore) -> None:
    """Release N reads N-1 and N, and writes N-1 until all are upgraded."""
    store.write([(b"\x10a", b"\x02" + TABLE.codec.encode(Total(1)))])
    rows = rows_on(store, formats=Formats(reads=frozenset({1, 2}), writes=1))
    rows.claim([b"a"], Total)
    ((_, value),) = rows.changes()
    assert value is not None
    assert value[0] == 1


# -- one record on trial ----------------------------------------------------------------------------------------------


def test_an_undone_record_leaves_the_rows_of_the_others(store: CountingStore) -> None:
    """Changed in place, put, deleted, newly claimed: each is again what the transaction held before the record."""
    stored(store, untouched=1, deleted=2)
    rows = rows_on(store)
    rows.claim([b"held"], Total)[b"held"].value = 5
    rows.delete(b"deleted")
    rows.begin_trial()
    rows.claim([b"held", b"untouched", b"deleted", b"new"], Total)
    for row in rows.overlay.values():
        row.value += 1000
    rows.put(b"put", Total(9))
    rows.delete(b"held")
    rows.undo_trial()
    assert rows.overlay == {b"held": Total(5)}
    assert dict(rows.changes())[b"\x10deleted"] is None
    assert rows.get(b"untouched") == Total(1)
    assert rows.get(b"put") is None
    assert rows.claim([b"deleted"], Total)[b"deleted"] == Total()


def test_a_kept_record_stays(store: CountingStore) -> None:
    """Keeping is the usual end of a trial; the next trial starts from there."""
    rows = rows_on(store)
    for _ in range(2):
        rows.begin_trial()
        rows.claim([b"a"], Total)[b"a"].value += 1
        rows.keep_trial()
    rows.begin_trial()
    rows.claim([b"a"], Total)[b"a"].value += 1
    rows.undo_trial()
    assert rows.overlay == {b"a": Total(2)}


def test_an_undone_cached_row_is_read_from_the_store_again(store: CountingStore) -> None:
    """The cached object was changed in place by the record that is taken back."""
    rows = rows_on(store)
    rows.claim([b"a"], Total)[b"a"].value = 1
    commit(rows, store)
    rows.begin_trial()
    rows.claim([b"a"], Total)[b"a"].value = 1000
    rows.undo_trial()
    assert rows.get(b"a") == Total(1)


def test_the_largest_row_of_a_record_counts_only_its_own_rows(store: CountingStore) -> None:
    """The bound of 64 KB is held against the record that made a row large, not against its neighbours."""
    rows = rows_on(store)
    rows.claim([b"big"], Total)[b"big"].filling = bytes(5000)
    rows.begin_trial()
    rows.claim([b"small"], Total)
    assert rows.largest_in_trial() < 100
    rows.claim([b"big"], Total)
    assert rows.largest_in_trial() > 5000


def test_a_peek_reads_at_once_and_claims_nothing(store: CountingStore) -> None:
    """What is held counts as it is now, what is cached or stored as it was; nothing of it will be written."""
    stored(store, a=1, b=2, c=3, gone=4)
    rows = rows_on(store)
    rows.claim([b"a"], Total)[b"a"].value = 10
    rows.delete(b"gone")
    store.read.clear()
    assert rows.peek([b"a", b"b", b"b", b"c", b"gone", b"nobody"]) == {b"a": Total(10), b"b": Total(2), b"c": Total(3)}
    assert store.read == [[b"\x10b", b"\x10c", b"\x10nobody"]]
    assert [key for key, _ in rows.changes()] == [b"\x10a", b"\x10gone"]


def test_a_peek_needs_no_store_for_what_is_cached(store: CountingStore) -> None:
    """And leaves it in the cache."""
    rows = rows_on(store)
    rows.claim([b"a"], Total)
    commit(rows, store)
    store.read.clear()
    assert rows.peek([b"a"]) == {b"a": Total()}
    assert store.read == []
    assert rows.cached == 1


def test_keys_behind_a_key_come_in_order_and_bounded(store: CountingStore) -> None:
    """Committed rows of this table only; what a transaction has added is seen after its commit."""
    stored(store, a=1, b=2, c=3)
    store.write([(b"\x11z", b"\x01other table")])
    rows = rows_on(store)
    rows.claim([b"bb"], Total)
    assert rows.after(b"", 2) == [b"a", b"b"]
    assert rows.after(b"b", 9) == [b"c"]
    assert rows.after(b"c", 9) == []
    commit(rows, store)
    assert rows.after(b"b", 9) == [b"bb", b"c"]


def test_a_row_that_was_weighed_is_written_as_it_is_at_the_end(store: CountingStore) -> None:
    """It is not encoded a second time, unless somebody has had it since: claimed, put, or taken back."""
    rows = rows_on(store)

    def weigh(value: int, *, keep: bool = True) -> None:
        rows.begin_trial()
        rows.claim([b"a"], Total)[b"a"].value = value
        assert rows.largest_in_trial() > 0
        if keep:
            rows.keep_trial()
        else:
            rows.undo_trial()

    def written() -> Total | None:
        data = dict(rows.changes())[b"\x10a"]
        return None if data is None else rows.decode(data)

    weigh(1)
    assert written() == Total(1)
    rows.claim([b"a"], Total)[b"a"].value = 2
    assert written() == Total(2)
    weigh(3)
    weigh(4, keep=False)
    assert written() == Total(3)
    rows.put(b"a", Total(5))
    assert written() == Total(5)
    weigh(6)
    rows.delete(b"a")
    assert written() is None
    rows.claim([b"a"], Total)[b"a"].value = 7
    assert written() == Total(7)
