from datetime import timedelta

from freezegun import freeze_time

from odoo.fields import Date

from .convention_common import ConventionCase
from .placement_common import WEEK_35

LONG = [["08:00", "12:00"], ["13:00", "17:00"]]  # 8 h
# four days of eight hours
WEEK_32 = {"mon": LONG, "tue": LONG, "wed": LONG, "thu": LONG, "fri": [], "sat": [], "sun": []}


class AmendmentCase(ConventionCase):
    """Three signed conventions of three weeks around 11 November, seen from the first Monday.

    ``self.day(n)``: the n-th day of the stay, from 0. With a 35-hour week, 11 November (never a
    day of presence) being a weekday or not, ``self.days`` is what was agreed.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.conventions = cls.make()
        cls.conventions.action_send()
        cls.sign_all(cls.conventions)
        # signed in October, running from the first day on
        cls.conventions.document_id._set_state("running")
        cls.convention, cls.adult, cls.ase = cls.conventions
        cls.armistice = Date.to_date(f"{cls.start.year}-11-11")
        cls.off = int(cls.armistice.weekday() < 5)
        cls.days = 15 - cls.off

    def setUp(self):
        super().setUp()
        self.go_to(0)

    def go_to(self, number):
        """It is noon on the n-th day of the stay."""
        freezer = freeze_time(f"{self.day(number)} 12:00:00")
        freezer.start()
        self.addCleanup(freezer.stop)

    @classmethod
    def day(cls, number):
        return cls.start + timedelta(days=number)

    def amend(self, change_type, convention=None, **vals):
        """A draft amendment, as the manager makes it."""
        convention = convention or self.convention
        return (
            self.env["bde.amendment"]
            .with_env(self.as_manager)
            .create({"convention_id": convention.id, "change_type": change_type, **vals})
        )

    def agree(self, change_type, convention=None, **vals):
        """An amendment that all have signed."""
        amendment = self.amend(change_type, convention, **vals)
        amendment.action_send()
        self.sign_all(amendment)
        self.assertEqual(amendment.state, "signed")
        return amendment

    def figures(self, placement=None):
        """(days, hours) of presence of a placement."""
        placement = placement or self.placement
        return placement.presence_days, placement.total_hours

    def signers(self, amendment):
        """{role: must sign} of those who are asked."""
        return {s.role: s.required for s in amendment.sudo().signature_ids}

    def week(self):
        return WEEK_35
