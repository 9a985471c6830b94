"""``presswatch run``: the daemon."""

import click

from .call import Call, pass_call


@click.command(epilog="For example: presswatch run --port 8787")
@click.option("--no-web", is_flag=True, help="Without the web pages and the API.")
@click.option("--host", metavar="ADDRESS", help="Address that the pages listen on.  [default: [web] host]")
@click.option("--port", type=click.IntRange(0, 65535), metavar="PORT", help="Port that the pages listen on.  [default: [web] port]")
@click.pass_context
@pass_call
def run(call: Call, ctx: click.Context, no_web: bool, host: str | None, port: int | None) -> None:
    """Poll, re-check and serve until stopped. SIGTERM and Ctrl-C stop cleanly, SIGHUP reloads the configuration."""
    with call.house() as house:
        from service.doors.daemon import run as poll

        call.log(house)
        code = poll(house, web=not no_web, host=host, port=port)
    ctx.exit(code)
