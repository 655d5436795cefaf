"""What a page without an account leaves for staff: tasks and messages that they can open."""

from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .test_presence import PresenceCase


@tagged("post_install", "-at_install")
class TestPublicTasks(PresenceCase, HttpCase):
    """The tutor and the pupil press buttons on their page; the manager opens what they made.

    Staff read no user of another company, and the public user is one.
    """

    def press(self, person, key, convention=None, **form):
        self.authenticate(None, None)
        _link, path = self.link(person)
        uuid = (convention or self.convention).uuid
        page = self.url_open(f"{path}/{uuid}/{key}", data=form, allow_redirects=False)
        self.assertEqual(page.status_code, 303, page.text[:2000])
        self.env.invalidate_all()

    def assert_opens(self, record, login, tasks=1):
        """The form of a record, its tasks and its messages, as the web client reads them."""
        self.assertEqual(len(record), 1)
        self.authenticate(login, login)
        activities = record.activity_ids.filtered(lambda one: one.user_id.login == login)
        self.assertEqual(len(activities), tasks)
        user = self.env["res.users"].search([("login", "=", login)])
        reader = record.with_env(self.as_user(user))
        fields = {"display_name": {}, "activity_ids": {"fields": {"summary": {}, "user_id": {}}}}
        self.assertTrue(reader.web_read(fields))
        if tasks:
            shown = self.make_jsonrpc_request(
                "/web/dataset/call_kw/mail.activity/activity_format",
                {
                    "model": "mail.activity",
                    "method": "activity_format",
                    "args": [activities.ids],
                    "kwargs": {},
                },
            )
            self.assertEqual(len(shown["mail.activity"]), tasks)
        if "message_ids" in record._fields:
            self.make_jsonrpc_request(
                "/mail/thread/messages",
                {"thread_model": record._name, "thread_id": record.id},
            )

    def test_did_not_arrive(self):
        self.press(self.tutor, "presence", do="missing")
        for login in ("manager_a", "teacher_a"):
            with self.subTest(login=login):
                self.assert_opens(self.placement.absence_ids, login)

    def test_contested_absence(self):
        self.press(self.tutor, "presence", do="absence", date_from=self.day(1).isoformat())
        absence = self.placement.absence_ids
        self.press(self.pupils[0], "presence", do=f"contest-{absence.id}", note="J'y étais")
        self.assert_opens(absence, "manager_a")

    def test_accident(self):
        self.press(
            self.tutor,
            "incident",
            do="tell",
            kind="accident",
            day=self.day(1).isoformat(),
            time="09:30",
            facts="Coupure à la main gauche",
        )
        for login in ("manager_a", "teacher_a"):
            with self.subTest(login=login):
                self.assert_opens(self.placement.sudo().incident_ids, login)

    def test_next_year(self):
        self.go_to(self.end + timedelta(days=1))
        self.conventions.document_id._set_state("ended")
        self.press(self.boss, "next_year", answer="later")
        relation = self.env["bde.relation"].search(
            [("company_id", "=", self.school_a.id), ("partner_id", "=", self.employer.id)]
        )
        self.assert_opens(relation, "manager_a")

    def test_next_year_makes_a_lead(self):
        self.go_to(self.end + timedelta(days=1))
        self.conventions.document_id._set_state("ended")
        self.press(self.boss, "next_year", answer="yes", count="1")
        lead = self.env["crm.lead"].search([("bde_source", "=", "stay")])
        self.assert_opens(lead, "manager_a", tasks=0)
