"""The one error of the embedded broker."""

from schemas.errors import CairnError
from stream.runtime.exits import Exit


class BrokerError(CairnError):
    """The embedded broker cannot be fetched, started or stopped; `what`, `where` and `fix` say why and
    what to do.
    """

    exit = Exit.CANNOT_CONNECT
