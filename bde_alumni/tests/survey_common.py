from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo.addons.bde_alumni.models import bde_alumni_wave_ask
from odoo.addons.bde_partnerships.models.bde_sms import BdeSms

from .alumni_common import AlumniCase
from .page_common import PageMixin


class SurveyCase(PageMixin, AlumniCase):
    """Gina and eight others left school A in 2024, all told of the follow-up; a survey of today.

    ``self.line(alumnus)`` is the line of somebody in ``self.wave``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.school_a._bde_today()
        cls.others = cls.env["bde.alumnus"].union(
            *(cls.new_alumnus(name, birth_year=2005, cohort=2024)
              for name in ("Iris", "Jules", "Kim", "Léo", "Mia", "Noé", "Ola", "Paul"))
        )  # fmt: skip
        cls.iris, cls.jules, cls.kim, cls.leo, cls.mia, cls.noe, cls.ola, cls.paul = cls.others
        (cls.gina | cls.others)._note_informed("class")
        cls.wave = cls.new_wave(2024)

    @classmethod
    def new_wave(cls, cohort, months=6, school=None, begin=True):
        """A survey that begins today."""
        wave = cls.env["bde.alumni.wave"].create(
            {
                "company_id": (school or cls.school_a).id,
                "cohort": cohort,
                "months": months,
                "date": cls.today,
            }
        )
        if begin:
            wave._begin()
        return wave

    def line(self, alumnus, wave=None):
        return (wave or self.wave).ask_ids.filtered(lambda one: one.alumnus_id == alumnus)

    def ask(self, school=None):
        """What the job of the letters does at a school today."""
        school = school or self.school_a
        return self.letters_of(school)._write_school(school)

    def days_pass(self, days, lines=None):
        """As if letters and reminders were that many days older."""
        for line in (lines or self.wave.ask_ids).sudo():
            for name in ("asked_on", "reminded_on", "called_on"):
                if line[name]:
                    line[name] -= timedelta(days=days)
        self.env["bde.alumni.letter"].sudo().search([]).sent_on = self.today - timedelta(days=days)

    @contextmanager
    def texts(self):
        """Text messages that leave: a list of the dicts of ``bde.sms._send``."""
        sent = []

        def send(_sms, messages, now=False):
            sent.extend(messages)

        def usable(_sms, numbers, _company):
            return set(numbers)

        with patch.object(BdeSms, "_send", send), patch.object(BdeSms, "_usable", usable):
            yield sent

    @contextmanager
    def small_chunks(self, size):
        """Chunks of so many lines."""
        due = bde_alumni_wave_ask.BdeAlumniWave._due_asks

        def small(wave, company, today, limit=size, after=0):
            return due(wave, company, today, size, after)

        with (
            patch.object(bde_alumni_wave_ask.BdeAlumniWave, "_due_asks", small),
            patch.object(bde_alumni_wave_ask, "CHUNK", size),
        ):
            yield
