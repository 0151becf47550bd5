"""Send and list the mails of the outbox."""

import json
import sys

import click

from erpd.cli.output import console, json_of
from erpd.cli.saying import say
from erpd.cli.starting import prepare, start
from erpd.node.environment import variable
from erpd.node.home import Node, home, read_node

_PAGE = 100


def warn_of_sender() -> None:
    """Warn if a mail server is named, but the sender is the placeholder, which servers refuse."""
    if variable("ERPD_SMTP_URL") and read_node(home()).email == Node.email:
        say(
            f"Warning: mails are sent from {Node.email}, which mail servers refuse: set email in "
            f"{home() / 'node.toml'}."
        )


@click.group()
def mail() -> None:
    """Send and list the mails of the outbox."""


@mail.command()
@click.option("--again", is_flag=True, help="Also try those that have failed.")
@json_of("sent", "retried", "failed")
def send(again: bool, as_json: bool) -> None:
    """Send the mails that are due, once. `erpd serve` and `erpd worker` do so all the time."""
    start()
    prepare()
    warn_of_sender()
    from dataclasses import asdict

    from erpd.accounts.models import Mail
    from erpd.accounts.outbox.sending import send_again, send_due

    if again:
        for one in Mail.objects.filter(state=Mail.State.FAILED):
            send_again(one)
    done = send_due()
    if as_json:
        click.echo(json.dumps(asdict(done)))
    else:
        click.echo(f"{done.sent} sent, {done.retried} to be tried again, {done.failed} failed.")
    sys.exit(1 if done.retried or done.failed else 0)


@mail.command(name="list")
@click.option("--state", type=click.Choice(["waiting", "sent", "failed"]), help="Only those in this state.")
@json_of(
    "id", "to", "template", "language", "state", "tries", "created", "next_try", "sent", "error", each=True
)
def list_(state: str | None, as_json: bool) -> None:
    """List the newest mails: to whom, in which state, why they failed; never what they say."""
    start()
    prepare()
    from erpd.accounts.models import Mail

    mails = Mail.objects.order_by("-pk")
    if state:
        mails = mails.filter(state=state)
    for one in mails[:_PAGE]:
        facts = {
            "id": one.pk,
            "to": one.to,
            "template": one.template,
            "language": one.language,
            "state": one.state,
            "tries": one.tries,
            "created": one.created.isoformat(timespec="seconds"),
            "next_try": one.next_try.isoformat(timespec="seconds") if one.state == "waiting" else None,
            "sent": one.sent.isoformat(timespec="seconds") if one.sent else None,
            "error": one.error,
        }
        if as_json:
            click.echo(json.dumps(facts, ensure_ascii=False))
            continue
        error = f"  {one.error}" if one.error else ""
        console.print(f"{one.pk}  {one.state}  {one.to}  {one.template}{error}", markup=False)
