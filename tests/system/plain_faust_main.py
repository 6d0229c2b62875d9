"""A plain Faust app, as its documentation shows it: prints the ids of the crossings that it is handed."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import faust
import msgspec


def main(bootstrap: str, group: str, topic: str) -> None:
    """Run until killed."""
    app = faust.App(
        group,
        broker=f"kafka://{bootstrap}",
        consumer_auto_offset_reset="earliest",
        topic_disable_leader=True,
        web_enabled=False,
        datadir=f"{group}-data",
    )

    @app.agent(app.topic(topic, value_type=bytes, value_serializer="raw"))
    async def tell(values: Any) -> None:
        async for value in values:
            print(msgspec.json.decode(value)["id"], flush=True)

    async def run() -> None:
        await app.start()
        await asyncio.Event().wait()

    asyncio.run(run())


if __name__ == "__main__":
    main(*sys.argv[1:])
