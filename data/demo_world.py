"""The hands of the demonstration: who acts, at what time, and which steps are behind."""

import contextlib
import csv
from datetime import date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch
from zoneinfo import ZoneInfo

from odoo import SUPERUSER_ID, fields
from odoo.tools import file_open

from . import demo_calendar, demo_cast, generate
from .demo_pdf import Ahead

PARAMETER = "bde.demo.steps"
SAMPLES = Path(__file__).parent / "samples"
PARIS = ZoneInfo("Europe/Paris")


class World:
    """The database under construction, as its users see it."""

    def __init__(self, env):
        self.env = env(user=SUPERUSER_ID, su=True, context={"lang": "fr_FR", "tz": "Europe/Paris"})
        self.today = self._first_day()
        self.holidays = self._holidays()
        self.calendar = demo_calendar.build(self.today, self.holidays)
        self.ahead = Ahead(self)

    # --- steps -------------------------------------------------------------------------------

    def _done(self):
        known = self.env["ir.config_parameter"].get_param(PARAMETER, "")
        return known.split() if known else []

    def is_done(self, name):
        return name in self._done()

    def mark_done(self, name):
        """Notes a step in its own transaction: done and noted, or neither."""
        self.env.flush_all()
        self.env["ir.config_parameter"].set_param(PARAMETER, " ".join([*self._done(), name]))

    def _first_day(self):
        """The day the demonstration was begun: one that is taken up later keeps its dates."""
        parameters = self.env["ir.config_parameter"]
        stored = parameters.get_param("bde.demo.day")
        if stored:
            return date.fromisoformat(stored)
        today = datetime.now(PARIS).date()
        parameters.set_param("bde.demo.day", today.isoformat())
        return today

    @staticmethod
    def _holidays():
        """School holidays of the académie's zone that are published."""
        with file_open("bde_partnerships/data/school_holidays.csv") as file:
            return [
                (date.fromisoformat(row["start"]), date.fromisoformat(row["end"]))
                for row in csv.DictReader(file, delimiter=";")
                if row["zone"] == demo_cast.ACADEMY["holiday_zone"]
            ]

    # --- files -------------------------------------------------------------------------------

    def files(self, folder):
        """Sample files of a folder of ``data/samples``, for the school year of the demonstration.

        :rtype: dict[str, bytes]
        """
        year = self.calendar.year[0].year
        if year == generate.DEFAULT_YEAR:
            paths = (SAMPLES / folder).iterdir()
            return {path.name: path.read_bytes() for path in sorted(paths) if path.is_file()}
        return {
            path.name: content
            for path, content in (
                (Path(name), content) for name, content in generate.build(year).items()
            )
            if path.parent == Path(folder)
        }

    # --- people ------------------------------------------------------------------------------

    def user(self, login):
        return self.env["res.users"].search([("login", "=", login)])

    def school(self, uai):
        return self.env["res.company"].search([("uai", "=", uai)])

    def as_user(self, login, school=None):
        """Environment of a signed-in person, with his rights and nothing more.

        :param school: company to work in, when the person belongs to several
        """
        user = self.user(login)
        assert user, login
        companies = school or user.company_id
        return self.env(
            user=user.id,
            su=False,
            context={
                "lang": user.lang,
                "tz": user.tz,
                "uid": user.id,
                "allowed_company_ids": companies.ids,
            },
        )

    @contextlib.contextmanager
    def silently(self):
        """Acts whose mails were read long ago: none is sent, none is left to send."""
        mails = self.env["mail.mail"]
        last = mails.search([], order="id desc", limit=1).id or 0
        with patch.object(self.env.registry["mail.mail"], "send", lambda *_a, **_k: True):
            yield
            self.env.flush_all()
        mails.search([("id", ">", last)]).unlink()

    # --- time --------------------------------------------------------------------------------

    @contextlib.contextmanager
    def at(self, day, hour=10, minute=0):
        """Acts of an earlier day: what the suite calls now is that day, at school time.

        :param datetime.date day: never after today
        """
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)
        moment = min(moment, datetime.now(PARIS) - timedelta(minutes=1))
        moment = moment.astimezone(ZoneInfo("UTC")).replace(tzinfo=None, microsecond=0)
        with patch.object(fields.Datetime, "now", staticmethod(lambda *_args: moment)):
            yield
            self.env.flush_all()

    def school_day(self, day):
        """That day or the nearest working one, inside the school year and not after today."""
        day = min(max(day, self.calendar.year[0]), self.today)
        step = -1 if day - self.calendar.year[0] > timedelta(days=2) else 1
        while day.weekday() > 4:
            day += timedelta(days=step)
        return day
