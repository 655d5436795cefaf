"""Every address of the follow-up, opened by whoever is not meant to."""

import json

from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .visit_common import VisitCase

SILENT = mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models")


@tagged("post_install", "-at_install")
class TestHostileRoads(VisitCase, HttpCase):
    """Nothing of Aline reaches staff of school B, a portal account, or who may not at school A."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = cls.env["res.users"].create(
            {
                "name": "Parent", "login": "portal_b", "password": "portal_b",
                "company_id": cls.school_b.id, "company_ids": [Command.set(cls.school_b.ids)],
                "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
            }
        )  # fmt: skip

    def setUp(self):
        super().setUp()
        visit = self.report(text="He hides in the store")
        incident = self.env["bde.incident"].with_env(self.as_teacher).create(
            {"placement_id": self.placement.id, "facts": "A cut of the hand",
             "date": f"{self.start} 09:00:00"}
        )  # fmt: skip
        round_ = self.as_teacher["bde.visit.round"].create(
            {"teacher_id": self.prof_a.id, "date": self.start}
        )
        start = self.as_teacher["bde.evaluation.start"].create(
            {"placement_id": self.placement.id, "source": "visit"}
        )
        evaluation = int(start.action_begin()["url"].rpartition("/")[2])
        journey = self.env["bde.mileage"].sudo().search([("visit_id", "=", visit.id)])
        claim = self.env["bde.claim"].sudo().create(
            {"placement_id": self.placement.id, "kind": "meals", "amount_asked": 12}
        )  # fmt: skip
        stay, pupil = self.placement.id, self.aline.id
        self.roads = {
            "incident": f"/bde/incidents?ids={incident.id}",
            "booklet": f"/bde/booklets?ids={pupil}",
            "grid": f"/bde/grids?ids={stay}",
            "departure": f"/bde/departures?ids={stay}",
            "tutor": f"/bde/tutor-pages?ids={stay}",
            "away": f"/bde/away.xlsx?ids={stay}",
            "claim": f"/bde/claims.xlsx?ids={claim.id}",
            "mileage": f"/bde/mileage.xlsx?ids={journey.id}",
            "claims": f"/bde/mileage.pdf?ids={journey.id}",
            "ics": f"/bde/rounds.ics?ids={round_.id}",
            "evaluation": f"/bde/evaluation/{evaluation}",
            "period": f"/bde/period-report?ids={self.period_a.id}",
            "mixed": f"/bde/booklets?ids={pupil},{self.farid.id}",
        }
        self.env.flush_all()

    def closed(self, login, names):
        self.authenticate(login, login)
        for name in names:
            # debug mode: core's refusals name records there
            answer = self.url_open(f"{self.roads[name]}&debug=1" if "?" in self.roads[name]
                                   else f"{self.roads[name]}?debug=1")  # fmt: skip
            with self.subTest(login=login, road=name):
                # 422: a class of which he reads no pupil
                self.assertIn(answer.status_code, (400, 403, 404, 422))
                for word in ("Aline", "DUPONT", "Duval", "hides", "hand", "Ampoule"):
                    self.assertNotIn(word, answer.text)

    @SILENT
    def test_other_schools_and_portal(self):
        for login in ("manager_b", "teacher_b", "head_b", "portal_b", "correspondent"):
            self.closed(login, self.roads)

    @SILENT
    def test_the_same_school(self):
        away = {"departure", "away", "tutor", "period"}
        self.closed("school_life_a", self.roads.keys() - away)
        self.closed("intendance_a", self.roads.keys() - away - {"claim", "mileage", "claims"})
        self.closed("two_roles", self.roads)

    def send(self, login, **vals):
        """What a phone sends to ``/bde/visits/send``."""
        self.authenticate(login, login)
        report = {
            "uuid": "00000000-0000-4000-8000-000000000001", "owner": self.cast[login].id,
            "placement": self.placement.id, "kind": "visit", "channel": "onsite",
            "done_on": str(self.start), "met": "both", "mood": "bad", "alert": "urgent",
            "text": "Call me", "km": "0", **vals,
        }  # fmt: skip
        answer = self.url_open(
            "/bde/visits/send",
            data=json.dumps({"jsonrpc": "2.0", "params": {"reports": [report]}}),
            headers={"Content-Type": "application/json"},
        ).json()
        return answer["result"][0] if "result" in answer else {"state": "error"}

    @SILENT
    def test_reports_of_strangers(self):
        visits = self.env["bde.visit"].sudo().search_count([])
        planned = self.new_visit(self.placement_adult)
        for login in ("manager_b", "teacher_b", "school_life_a", "intendance_a", "two_roles"):
            with self.subTest(login):
                answer = self.send(login, visit=planned.id)
                self.assertNotEqual(answer["state"], "saved")
                self.assertNotIn("Aline", str(answer))
                answer = self.send(login, placement=self.placement_adult.id, visit=planned.id)
                self.assertNotEqual(answer["state"], "saved")
                self.assertNotIn("Boris", str(answer))
        self.assertEqual(self.send("teacher_a", owner=self.manager_a.id)["state"], "other")
        self.assertEqual(self.env["bde.visit"].sudo().search_count([]), visits + 1)
        self.assertEqual(planned.state, "planned")

    @SILENT
    def test_forms_of_another_site(self):
        """A page elsewhere that makes a teacher's browser post: no token, nothing is taken."""
        self.authenticate("teacher_a", "teacher_a")
        before = self.env["bde.visit"].sudo().search_count([])
        for path in ("/bde/visits", "/bde/visits/rate", self.roads["evaluation"]):
            answer = self.url_open(path, data={"placement": self.placement.id, "met": "both"})
            with self.subTest(path):
                self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.env["bde.visit"].sudo().search_count([]), before)
        plain = self.url_open("/bde/visits/send", data="{}", headers={"Content-Type": "text/plain"})
        self.assertGreaterEqual(plain.status_code, 400)
