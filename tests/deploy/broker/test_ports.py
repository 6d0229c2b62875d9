"""A port is picked where no outgoing connection will ever take it, and a held one is seen."""

import socket

from deploy.broker.ports import COUNT, FIRST, HOST, free_port, is_free


def test_a_held_port_is_not_free() -> None:
    """So `start` can refuse before it downloads anything."""
    with socket.socket() as holder:
        holder.bind((HOST, 0))
        holder.listen()
        assert not is_free(holder.getsockname()[1])


def test_a_picked_port_can_be_bound_and_is_outside_the_ephemeral_range() -> None:
    """In that range a client of a restarting broker may connect to itself and take the broker's port."""
    port = free_port()
    assert FIRST <= port < FIRST + COUNT <= 32_768
    with socket.socket() as server:
        server.bind((HOST, port))
