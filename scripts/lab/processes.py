"""Child processes that never outlive us, free ports, and what a process has used."""

import asyncio
import os
import random
import signal
import socket
import subprocess
import time
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Children:
    """A context manager: whatever was started in it is gone after it, whichever way it is left."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.started = []

    def __enter__(self):
        # Ended by a signal is ended like anything else: through __exit__. SIGINT too: a shell's background job has it ignored,
        # and Python then leaves it so.
        self.before = {number: signal.signal(number, interrupted) for number in ENDING}
        return self

    def start(self, name, command, env=None, stdout=None):
        """Starts in a session of its own, so that Ctrl-C reaches us alone and the order of stopping is ours; setpriv ends
        the child should we be killed without a chance to do it."""
        log = open(self.folder / f"{name}.log", "ab")
        child = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", *command],
            stdin=subprocess.DEVNULL, stdout=stdout or log, stderr=log, env={**os.environ, **(env or {})}, start_new_session=True,
        )
        log.close()
        child.name = name
        child.started_s = time.monotonic()
        self.started.append(child)
        return child

    def stop(self, child, grace_s=5.0):
        """TERM to the whole group, KILL after the grace. Returns the exit code."""
        if child.poll() is None:
            signal_group(child, signal.SIGTERM)
            try:
                child.wait(grace_s)
            except subprocess.TimeoutExpired:
                pass
        # Also when the child itself is gone: a grandchild may be left in its group.
        signal_group(child, signal.SIGKILL)
        return child.wait()

    def __exit__(self, *_):
        # A second Ctrl-C must not leave half of them running.
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)
        for child in reversed(self.started):
            self.stop(child, grace_s=3.0)
        # What comes after it, such as reading half an hour of recordings, can be ended too.
        for number, handler in self.before.items():
            signal.signal(number, handler)


def interrupted(number, _frame):
    raise KeyboardInterrupt(signal.Signals(number).name)


def signals_cancel():
    """Called in a coroutine: a signal then cancels its task, so that everything is ended in order. An exception out of a signal handler would
    end whatever callback the event loop is in."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    for number in ENDING:
        loop.add_signal_handler(number, task.cancel)


def signal_group(child, number):
    try:
        os.killpg(child.pid, number)
    except ProcessLookupError:
        pass


def free_ports(count):
    """Ports that nobody has now, by lot, below those that Linux gives to outgoing connections (from 32768 on unless set).

    One that the system chooses is given again, a moment later, to a connection of another run on the same machine. The Java tests draw
    theirs below this range (Ports.java), so that a script which runs beside them takes none of theirs.
    """
    sockets = []
    try:
        for port in random.sample(range(28_000, 32_000), 100):
            if len(sockets) == count:
                break
            s = socket.socket()
            try:
                s.bind(("", port))
                sockets.append(s)
            except OSError:
                s.close()
        if len(sockets) < count:
            raise OSError(f"{count} free ports were not found")
        return [s.getsockname()[1] for s in sockets]
    finally:
        for s in sockets:
            s.close()


def port_in_use(port):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", port))
            return False
        except OSError:
            return True


def await_port(port, child, seconds=10.0):
    """Until something listens; False when it does not, or the child is gone."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and child.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return True
        except OSError:
            time.sleep(0.02)
    return False


def cpu_s(pid):
    """User and system time of a process since its start, children that were waited for included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(fields[i]) for i in (11, 12, 13, 14)) * TICK_S


def switches(pid):
    """How often its threads have gone to sleep by themselves, and so were woken up."""
    found = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            status = (task / "status").read_text()
        except OSError:
            # A thread that has ended meanwhile.
            continue
        found += int(status.partition("\nvoluntary_ctxt_switches:")[2].split(None, 1)[0])
    return found


def rss_mb(pid):
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 1e6
