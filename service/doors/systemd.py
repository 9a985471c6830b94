"""Telling systemd that the daemon is up (sd_notify(3)): a datagram to the socket it names, and nothing where it names none."""

import os
import socket


def ready() -> None:
    """Say that start-up is finished."""
    _send("READY=1")


def stopping() -> None:
    """Say that the daemon is shutting down."""
    _send("STOPPING=1")


def _send(state: str) -> None:
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        try:
            channel.connect(address.replace("@", "\0", 1) if address.startswith("@") else address)
            channel.sendall(state.encode())
        except OSError:
            return  # a supervisor that went away is no reason to stop working
