"""The end of a stay on its page: what is asked of who certifies the days, and of a tutor."""

from datetime import timedelta

from odoo.tests import tagged

from .test_attestation import BakerCase

HOST, TUTOR = frozenset({"host"}), frozenset({"tutor"})


@tagged("post_install", "-at_install")
class TestStayEnd(BakerCase):
    def setUp(self):
        super().setUp()
        self.stay = self.placement.sudo()
        self.stay.arrival = "arrived"

    def presence(self, roles):
        [section] = [one for one in self.stay._stay_sections(roles) if one["key"] == "presence"]
        return section

    def press(self, roles, **form):
        self.stay._stay_post_presence(roles, form, {}, {})

    def test_who_certifies_the_days_is_not_asked_for_them_twice(self):
        for roles in (HOST, HOST | TUTOR):
            section = self.presence(roles)
            self.assertEqual(section["state"], "info")
            self.assertTrue(section["weeks"], "he may still say them")
        self.assertEqual(self.presence(TUTOR)["state"], "todo", "a tutor certifies nothing")
        self.go_to(self.end - timedelta(days=3))
        self.conventions.document_id._set_state("running")
        self.assertEqual(self.presence(HOST)["state"], "todo", "it is not over")

    def test_one_press_for_all_weeks(self):
        waiting = len(self.presence(TUTOR)["weeks"])
        self.assertEqual(waiting, 3)
        for _press in range(2):
            self.press(TUTOR, do="every")
        rows = self.stay.presence_week_ids
        self.assertEqual(len(rows), waiting)
        self.assertEqual(set(rows.mapped("by")), {"tutor"})
        self.assertEqual(self.presence(TUTOR)["weeks"], [])
        self.assertEqual(self.presence(TUTOR)["state"], "done")

    def test_all_weeks_but_what_was_said_missing(self):
        day = self.start.isoformat()
        self.press(TUTOR, do="missed", week=day, **{f"part_{day}": "day"})
        self.press(TUTOR, do="every")
        self.assertEqual(len(self.stay.presence_week_ids), 3)
        self.assertEqual(self.convention.absence_days, 1, "the absence stands")
