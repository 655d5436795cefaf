"""The page of teachers: what it shows, and reports of a phone, each taken once."""

import json
from unittest.mock import patch
from uuid import uuid4

from odoo.exceptions import ConcurrencyError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..models.bde_visit import BdeVisit
from .visit_common import VisitCase


class PhoneCase(VisitCase):
    def phone_report(self, **vals):
        """What the page of a phone keeps of a report."""
        return {
            "uuid": str(uuid4()),
            "owner": str(self.teacher_a.id),
            "placement": str(self.placement.id),
            "visit": "",
            "kind": "visit",
            "channel": "onsite",
            "done_on": str(self.start),
            "met": "both",
            "mood": "fine",
            "alert": "none",
            "text": "Bien installé.",
            "km": "24,5",
            **vals,
        }


@tagged("post_install", "-at_install")
class TestVisitPhone(PhoneCase):
    def take(self, *reports, env=None):
        return (env or self.as_teacher)["bde.visit"]._take_reports(list(reports))

    def test_one_report(self):
        report = self.phone_report()
        self.assertEqual(
            self.take(report), [{"uuid": report["uuid"], "state": "saved", "message": ""}]
        )
        visit = self.placement.visit_ids
        self.assertEqual(visit.state, "done")
        self.assertEqual(visit.teacher_id, self.prof_a)
        self.assertEqual((visit.with_tutor, visit.with_student), (True, True))
        self.assertEqual((visit.text, visit.km), ("Bien installé.", 24.5))

    def test_sent_twice_is_one(self):
        """The same answer, one visit, one alert: in one go, or a day later."""
        report = self.phone_report(alert="watch")
        first = self.take(report)
        self.assertEqual(self.take(report), first)
        self.go_to(self.day(1))
        self.assertEqual(self.take(report, report), first * 2)
        self.assertEqual(len(self.placement.visit_ids), 1)
        self.assertEqual(len(self.placement.sudo().visit_ids.activity_ids), 1)

    def test_sent_twice_at_the_same_second(self):
        """The one that came second is played again, and then finds the first."""
        report = self.phone_report()
        self.take(report)
        # as if it began before the other one was there
        with (
            patch.object(BdeVisit, "search", lambda self, *args, **kwargs: self.browse()),
            mute_logger("odoo.sql_db"),
            self.assertRaises(ConcurrencyError),
        ):
            self.take(report)
        self.assertEqual(self.take(report)[0]["state"], "saved")
        self.assertEqual(len(self.placement.visit_ids), 1)

    def test_planned_visit_is_the_one(self):
        planned = self.new_visit(kind="midpoint")
        report = self.phone_report(visit=str(planned.id), kind="midpoint", channel="phone")
        self.take(report)
        self.assertEqual(self.placement.visit_ids, planned)
        self.assertEqual(planned.state, "done")

    def test_reported_meanwhile(self):
        """The desk reported the planned visit: the phone's report is one more contact."""
        planned = self.report(text="Au bureau")
        self.take(self.phone_report(visit=str(planned.id)))
        self.assertEqual(len(self.placement.visit_ids), 2)
        self.assertEqual(planned.text, "Au bureau")

    def test_somebody_elses_waits(self):
        """A colleague on the same phone sends nothing in another's name."""
        report = self.phone_report(owner=str(self.manager_a.id))
        self.assertEqual(self.take(report)[0]["state"], "other")
        self.assertFalse(self.placement.visit_ids)

    def test_faults_are_told_and_stop_nobody(self):
        """Each fault has its sentence, nothing of it is kept, the good one is saved."""
        foreign = self.new_placement_of_b()
        faulty = {
            "read": self.phone_report(uuid="1; drop table"),
            "whom you met": self.phone_report(met="nobody"),
            "How it goes": self.phone_report(mood=""),
            "date cannot be read": self.phone_report(done_on="hier"),
            "has not come yet": self.phone_report(done_on=str(self.day(3))),
            "not part of it": self.phone_report(done_on=str(self.day(-40))),
            "sentence": self.phone_report(alert="urgent", text="  "),
            "Kilometres": self.phone_report(km="beaucoup"),
            "not among yours": self.phone_report(placement=str(foreign.id)),
        }
        good = self.phone_report()
        answers = self.take(*faulty.values(), good)
        for words, answer in zip(faulty, answers, strict=False):
            with self.subTest(fault=words):
                self.assertEqual(answer["state"], "refused")
                self.assertIn(words, answer["message"])
        self.assertEqual(answers[-1]["state"], "saved")
        self.assertEqual(len(self.env["bde.visit"].search([])), 1)

    def new_placement_of_b(self):
        period = self.env["bde.period"].create(
            {
                "name": "PFMP B",
                "company_id": self.school_b.id,
                "division_ids": [(6, 0, self.division_b.ids)],
                "date_start": self.start,
                "date_end": self.end,
            }
        )
        return period._create_placements()

    def test_pupil_given_to_somebody_else(self):
        """What was written about a pupil of before is not lost: the sentence says where to."""
        self.placement.referent_id = self.prof_a2
        self.prof_a.teaching_ids.unlink()
        [answer] = self.take(self.phone_report())
        self.assertEqual(answer["state"], "refused")
        self.assertIn("give it to the bureau", answer["message"])
        # one that had arrived before is answered as the first time
        self.placement.referent_id = self.prof_a
        report = self.phone_report()
        self.take(report)
        self.assertEqual(self.take(report)[0]["state"], "saved")


@tagged("post_install", "-at_install")
class TestVisitPage(PhoneCase, HttpCase):
    def setUp(self):
        super().setUp()
        # the server of the test runs on the same frozen clock
        self.authenticate("teacher_a", "teacher_a")

    def send(self, *reports):
        answer = self.url_open(
            "/bde/visits/send",
            data=json.dumps({"jsonrpc": "2.0", "params": {"reports": list(reports)}}),
            headers={"Content-Type": "application/json"},
        )
        return answer.json()

    def test_his_pupils(self):
        """Those he follows, the planned contact chosen; nobody else's."""
        self.new_visit(kind="final", planned_on=self.day(-1))
        page = self.url_open("/bde/visits")
        self.assertEqual(page.status_code, 200)
        for words in ("DUPONT Aline", "DUPONT Boris", "Menuiserie Duval", "Yves Rabot"):
            self.assertIn(words, page.text)
        self.assertIn("bde_visits_late", page.text)
        self.assertNotIn("Farid", page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")

    def test_round_of_today(self):
        """Its stops in order, with the hours; not that of tomorrow."""
        visit = self.new_visit(kind="final")
        one = self.as_teacher["bde.visit.round"].create(
            {"teacher_id": self.prof_a.id, "date": self.start, "time_start": 13.5}
        )
        visit.round_id = one
        self.env.flush_all()
        page = self.url_open("/bde/visits").text
        self.assertIn("13 h 30", page)
        one.date = self.day(1)
        self.env.flush_all()
        self.assertNotIn("13 h 30", self.url_open("/bde/visits").text)

    def test_queries_do_not_grow(self):
        """As many for one pupil as for three."""
        counts = []
        for placements in (self.placement, self.placements):
            (self.placements - placements).sudo().referent_id = self.prof_a2
            placements.sudo().referent_id = self.prof_a
            for placement in placements:
                self.report(self.new_visit(placement))
                self.new_visit(placement)
            self.env.flush_all()
            self.env.invalidate_all()
            self.as_teacher["bde.visit"]._phone_values()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            values = self.as_teacher["bde.visit"]._phone_values()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertGreaterEqual(len(values["entries"]), len(placements))
        self.assertEqual(counts[0], counts[1])

    def test_site_is_rated_at_the_end(self):
        """Asked of the referent once the stay ends, once; the words are the bureau's."""
        self.assertNotIn("/bde/visits/rate", self.url_open("/bde/visits").text)
        self.go_to(self.end)
        page = self.url_open("/bde/visits").text
        self.assertIn("/bde/visits/rate", page)
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        questions = self.env["bde.question"]._asked("referent", self.end)
        form = {question.code: "4" for question in questions}
        form |= {"csrf_token": token, "placement": str(self.placement.id), "comment": "Soigneux"}
        missing = form | {questions[0].code: ""}
        self.assertEqual(self.url_open("/bde/visits/rate", data=missing).status_code, 422)
        self.assertIn('class="bde_done"', self.url_open("/bde/visits/rate", data=form).text)
        rating = self.env["bde.rating"].search([("placement_id", "=", self.placement.id)])
        self.assertEqual((rating.view, rating.comment), ("referent", "Soigneux"))
        # a colleague of the class reads the pupil, and is not asked
        self.placement_adult.sudo().referent_id = self.prof_a2
        form["placement"] = str(self.placement_adult.id)
        self.assertEqual(self.url_open("/bde/visits/rate", data=form).status_code, 422)
        self.assertEqual(self.env["bde.rating"].search_count([("view", "=", "referent")]), 1)

    def test_nothing_without_an_account(self):
        self.authenticate(None, None)
        page = self.url_open("/bde/visits", allow_redirects=False)
        self.assertEqual(page.status_code, 303)
        self.assertIn("/web/login", page.headers["Location"])
        self.assertEqual(self.send(self.phone_report())["error"]["code"], 100)
        self.assertFalse(self.placement.visit_ids)

    def test_no_pupil(self):
        self.authenticate("secretary_a", "secretary_a")
        told = []
        self.placements.referent_id = self.prof_a2
        for user in ("secretary_a", "teacher_a"):
            self.authenticate(user, user)
            page = self.url_open("/bde/visits").text
            self.assertNotIn("<form", page)
            told.append(page.split('class="bde_card"')[1].split("</p>")[0])
        self.assertNotEqual(*told, "who is no teacher is told why, who has no pupil when")

    def test_worker(self):
        """It serves this page alone, and is never kept by a cache."""
        answer = self.url_open("/bde/visits/worker.js")
        self.assertEqual(answer.headers["Service-Worker-Allowed"], "/bde/visits")
        self.assertIn("javascript", answer.headers["Content-Type"])
        self.assertEqual(answer.headers["Cache-Control"], "no-cache")
        self.assertIn("bdeVisitQueue", answer.text)
        self.assertIn('addEventListener("fetch"', answer.text)

    def test_send(self):
        report = self.phone_report()
        for _time in range(2):
            [answer] = self.send(report)["result"]
            self.assertEqual(answer["state"], "saved")
        self.assertEqual(len(self.placement.visit_ids), 1)

    def test_without_a_script(self):
        """The plain form: saved, or shown again with what was typed."""
        page = self.url_open("/bde/visits")
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        report = self.phone_report(mood="", text="Une phrase gardée")
        report.pop("owner")
        answer = self.url_open("/bde/visits", data=report | {"csrf_token": token})
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Une phrase gardée", answer.text)
        self.assertFalse(self.placement.visit_ids)
        report["mood"] = "fine"
        for _time in range(2):
            answer = self.url_open("/bde/visits", data=report | {"csrf_token": token})
            self.assertEqual(answer.status_code, 200)
            self.assertIn('class="bde_done"', answer.text)
        self.assertEqual(len(self.placement.visit_ids), 1)
