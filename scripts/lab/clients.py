"""What every small server of the lab does with those who connect."""

import threading


def each(listener, serve):
    """Gives each client to `serve`, on a thread of its own, until the listener is closed. Does not block."""
    def accept():
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(client,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
