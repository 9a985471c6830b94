"""``presswatch serve``: the pages and the API alone."""

import click

from .call import Call, pass_call


@click.command(epilog="For example: presswatch serve --port 8788")
@click.option(
    "--host", metavar="ADDRESS", help="Address that the pages listen on; another than loopback needs a token.  [default: [web] host]"
)
@click.option("--port", type=click.IntRange(0, 65535), metavar="PORT", help="Port that the pages listen on.  [default: [web] port]")
@click.pass_context
@pass_call
def serve(call: Call, ctx: click.Context, host: str | None, port: int | None) -> None:
    """Serve the pages and the API over the state, without polling: beside a daemon, or over a copy that nobody writes.

    What is asked to be refreshed waits for the daemon. SIGTERM and Ctrl-C stop cleanly, SIGHUP reloads the configuration.
    """
    with call.house() as house:
        from service.doors.serve import run

        call.log(house)
        code = run(house, host, port)
    ctx.exit(code)
