"""``presswatch worker``: a worker of the distributed engine."""

import click

from .call import Call, pass_call


@click.command(epilog="For example: presswatch worker --threads 16")
@click.option("--threads", type=click.IntRange(1, 256), metavar="N", help="Hosts polled at the same time.  [default: [schedule] workers]")
@click.pass_context
@pass_call
def worker(call: Call, ctx: click.Context, threads: int | None) -> None:
    """Poll what the schedulers hand out, with [schedule] engine = "queue". Any number may run, on any machine with this configuration.

    SIGTERM and Ctrl-C stop cleanly: what is under way may finish for [schedule] stop_after. SIGHUP reloads the configuration.
    """
    with call.house() as house:
        from service.doors.worker import run as work

        call.log(house)
        code = work(house, threads)
    ctx.exit(code)
