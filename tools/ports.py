"""TCP ports of this machine."""

import socket

from .ui import BdeError


def is_free(port, host="127.0.0.1"):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def wanted(port):
    """Return the port the user asked for.

    :raises BdeError: when another program holds it, or it is not a port.
    """
    if not 1 <= port <= 65535:
        raise BdeError(f"{port} n'est pas un port ; donnez un nombre de 1024 à 65535.")
    if not is_free(port):
        raise BdeError(
            f"Le port {port} est déjà pris par un autre programme : arrêtez-le, ou "
            f"choisissez un autre port, par exemple --port {port + 1}."
        )
    return port


def free(preferred=None, avoid=()):
    """Return ``preferred`` or, when taken, any free port."""
    if preferred and preferred not in avoid and is_free(preferred):
        return preferred
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if port not in avoid:
            return port
