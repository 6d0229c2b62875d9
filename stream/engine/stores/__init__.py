"""The local copy of a partition's rows: one contract, two bodies, one suite over both (tests/contracts/test_store.py).

store    the contract: every write whole or not at all; what was not flushed may be gone after a crash
rocks    RocksDB, its log off, on memory shared by all stores of a worker; the only importer of rocksdict
memory   dictionaries, for the driver of tests
shelf    the stores of one slot: opens them, makes damaged ones anew, removes what is long unowned
"""
