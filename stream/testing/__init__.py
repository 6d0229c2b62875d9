"""Run a processor without a broker: the engine's own tasks, transactions and restores over topics in memory.

    driver = Driver(MyProcessor(), partitions=4)                 # or store=tmp_path, for RocksDB
    driver.pipe("orders", "c-1", b"3")
    driver.run()                                                 # fold all that is pending, commit
    assert [each.value() for each in driver.read("totals")] == [b"3"]
    driver.crash(Step.PRODUCED)                                  # kill -9 inside the next transaction

What is real: `Task`, `Rows`, `View`, the changelog's format, `Transactions`, `Restorer` and both stores. What stands
in: topics (`log.py`) and the clients that reach them (`clients.py`). What cannot be seen here: rebalances, time-outs
and several workers at once.
"""

from stream.engine.probe import Step
from stream.engine.transaction import Outcome
from stream.testing.driver import Driver

__all__ = ["Driver", "Outcome", "Step"]
