"""Days that pass in the story, without waiting for them.

    python tests/acceptance/days.py DATABASE pass DAYS        messages were sent so long ago
    python tests/acceptance/days.py DATABASE nightly DATE     the job of that night has run

The server's clock does not move: what it keeps of the past is moved back, and what a night does
is done as on that day.
"""

import os
import sys
from datetime import date, timedelta


def days_pass(env, days):
    """Move the last messages to signers back by so many days."""
    for signature in env["bde.document.signature"].search([("notified_on", "!=", False)]):
        signature.notified_on -= timedelta(days=int(days))


def nightly(env, day):
    """Let conventions begin and end as the job does in the night to that day."""
    from freezegun import freeze_time

    with freeze_time(date.fromisoformat(day)):
        env["bde.convention"]._cron_follow_dates()


def main(database, function, argument):
    import odoo
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(["-c", os.environ["BDE_ODOO_CONF"], "-d", database, "--no-http"])
    with Registry(database).cursor() as cr:
        env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})
        {"pass": days_pass, "nightly": nightly}[function](env, argument)
        cr.commit()


if __name__ == "__main__":
    main(*sys.argv[1:])
