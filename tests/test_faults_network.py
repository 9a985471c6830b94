"""The network between presswatch and its PostgreSQL: cut, or dead without a word. A pooler in between does both."""

import os
import socket
from contextlib import ExitStack
from pathlib import Path

from service.store import Store

from .relay import Relay
from .storing import postgres
from .test_faults_points import Fleet


def test_a_network_cut_or_dead_between_the_fleet_and_its_database_harms_nobody(tmp_path: Path) -> None:
    """The scheduler that sits is cut off; a worker's line goes dead in the middle of its work, and what it sent arrives a lease later."""
    address = postgres("presswatch_network")
    with ExitStack() as open_:
        cut, dead = (open_.enter_context(Relay(address)) for _ in range(2))
        ours = Fleet(tmp_path, address, hosts=3, slow=6)
        open_.callback(ours.close)
        ours.lines = {"r1": cut.address, "w1": dead.address}
        ours.start("r1")
        assert ours.leader() == "r1"
        for name in ("w1", "r2"):
            ours.start(name)
        ours.until(ours.passed)
        ours.until(lambda: ours.ask("SELECT count(*) FROM host WHERE leased_until > clock_timestamp()")[0][0] > 1)
        dead.mute()
        cut.cut()
        ours.start("w2")
        ours.until(lambda: ours.leader() == "r2")
        ours.everybody_once()  # by the other worker, once the leases are over
        dead.mend()
        cut.mend()
        ours.freeze_pages()
        ours.everybody_once()
        assert ours.stop() == [0] * len(ours.processes)
        assert ours.findings().faults == [], ours.logs()
        told = (tmp_path / "r1.log").read_text()
        assert "cut the connection" in told or "connection refused" in told
        assert "Traceback" not in "".join(path.read_text() for path in tmp_path.glob("*.log"))


def test_a_line_that_is_dead_is_given_up_within_half_a_minute() -> None:
    """No test can take the packets of a kernel away: that it is to look after the line, and for how long, is what can be seen."""
    with Relay(postgres("presswatch_network")) as relay:
        store = Store.open(relay.address)
        with store._database.read() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            with socket.socket(fileno=os.dup(driver.fileno())) as line:
                quiet, between, tries = (
                    line.getsockopt(socket.IPPROTO_TCP, option)
                    for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
                )
                unheard = line.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
        assert quiet + between * tries <= 30
        assert 0 < unheard <= 30_000
        store.close()
