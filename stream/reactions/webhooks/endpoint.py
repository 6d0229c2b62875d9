"""One endpoint: posts records to it, and says of each what became of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from stream.reactions.refusal import Rest
from stream.reactions.webhooks.answer import code_of, refusal_of
from stream.reactions.webhooks.signature import signed
from stream.runtime.outbound.endpoint import Endpoint
from stream.runtime.outbound.transport import Transport


class WebhookEndpoint:
    """Use it on one event loop. `count` hears the code of each answer, `gone` that it has answered 410."""

    def __init__(
        self,
        endpoint: Endpoint,
        secrets: Sequence[bytes],
        transport: Transport,
        *,
        count: Callable[[str], None],
        gone: Callable[[], None],
        now: Callable[[], float] = time.time,
    ) -> None:
        self.host = endpoint.host
        self._endpoint, self._secrets, self._transport = endpoint, secrets, transport
        self._count, self._tell_gone, self._now = count, gone, now
        self._gone: Rest | None = None

    async def post(self, message_id: str, body: bytes) -> None:
        """Post one record.

        Raises:
            TryAgain: it was not taken, and may be.
            SetAside: it will never be taken.
            Rest: there is no such endpoint any more; nothing is posted then, until the next start.
        """
        if self._gone is not None:
            raise Rest(self._gone.reason)
        headers = {
            # Signed anew at each try: receivers refuse a timestamp that is minutes old.
            **signed(self._secrets, message_id, int(self._now()), body),
            "Idempotency-Key": message_id,
            "Content-Type": "application/json",
        }
        answer = await self._transport.post(self._endpoint, headers, body)
        self._count(code_of(answer))
        refusal = refusal_of(answer, self.host, self._now())
        if isinstance(refusal, Rest) and self._gone is None:
            self._gone = refusal
            self._tell_gone()
        if refusal is not None:
            raise refusal

    async def close(self) -> None:
        """Let go of connections."""
        await self._transport.close()
