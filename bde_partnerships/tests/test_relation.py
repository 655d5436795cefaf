from datetime import date, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import BdeCase


@tagged("post_install", "-at_install")
class TestRelationStatus(BdeCase):
    """Where the school stands with a company, and for how long."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.relation_sudo = cls.env["bde.relation"]._bde_ensure(cls.employer, cls.school_a)
        cls.relation = cls.relation_sudo.with_env(cls.as_user(cls.manager_a))
        cls.unsafe = cls.env.ref("bde_partnerships.status_reason_unsafe")
        cls.today = cls.school_a._bde_today()

    def test_company_that_is_new_is_to_discover(self):
        self.assertEqual(self.relation.status, "prospect")

    def test_watching_asks_for_a_listed_reason(self):
        for status in ("watch", "avoid"):
            with self.assertRaisesRegex(ValidationError, "with a reason of the list"):
                self.relation.status = status
        self.relation.write({"status": "watch", "status_reason_id": self.unsafe.id})
        self.assertEqual(self.relation.status_until, fields.Date.add(self.today, years=1))

    def test_reason_goes_with_the_status(self):
        self.relation.write(
            {
                "status": "avoid",
                "status_reason_id": self.unsafe.id,
                "status_until": self.today + timedelta(days=40),
            }
        )
        self.relation.status = "watch"
        self.assertEqual(self.relation.status_reason_id.id, self.unsafe.id, "still a reason")
        self.assertEqual(self.relation.status_until, self.today + timedelta(days=40))
        self.relation.status = "active"
        self.assertFalse(self.relation.status_reason_id)
        self.assertFalse(self.relation.status_until)

    def test_form_asks_for_the_reason(self):
        with Form(self.relation) as form:
            form.status = "watch"
            self.assertEqual(form.status_until, fields.Date.add(self.today, years=1))
            form.status_reason_id = self.unsafe.with_env(self.relation.env)
        self.assertEqual(self.relation.status, "watch")

    def _watch(self, relation, until, owner=None):
        relation.write(
            {
                "status": "watch",
                "status_reason_id": self.unsafe.id,
                "status_until": until,
                "user_id": owner and owner.id,
            }
        )

    def test_end_of_the_reason_puts_back_to_active_and_tells_the_owner(self):
        self._watch(self.relation_sudo, self.today, self.secretary_a)
        self._expire()
        self.assertEqual(self.relation.status, "watch", "today is still in it")
        with freeze_time(self.today + timedelta(days=1, hours=12)):
            self._expire()
        self.assertEqual(self.relation.status, "active")
        activity = self.relation_sudo.activity_ids
        self.assertEqual(activity.user_id, self.secretary_a)
        self.assertIn("Unsafe premises seen", activity.note)

    def _expire(self):
        with self.enter_registry_test_mode():
            self.env.ref("bde_partnerships.cron_relation_status").method_direct_trigger()

    def test_without_owner_the_manager_is_told(self):
        self._watch(self.relation_sudo, self.today - timedelta(days=1))
        self._expire()
        self.assertEqual(self.relation_sudo.activity_ids.user_id, self.manager_a)

    def test_reasons_and_offers_are_nobodys_to_write(self):
        env = self.as_user(self.head_a)
        for record in (self.unsafe, self.env.ref("bde_partnerships.offer_jury")):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                env[record._name].browse(record.id).name = "Not nice"

    def test_reason_of_before_is_not_offered(self):
        names = self.as_user(self.manager_a)["bde.status.reason"].search([]).mapped("code")
        self.assertIn("unsafe", names)
        self.assertNotIn("before", names)


@tagged("post_install", "-at_install")
class TestRelationOffers(BdeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        relation = cls.env["bde.relation"]._bde_ensure(cls.employer, cls.school_a)
        cls.relation = relation.with_env(cls.as_user(cls.secretary_a))
        cls.placements = cls.env.ref("bde_partnerships.offer_placements")
        cls.jury = cls.env.ref("bde_partnerships.offer_jury")

    def test_what_was_said_last_holds(self):
        self.relation.offer_ids = [Command.set((self.placements | self.jury).ids)]
        self.assertEqual(self.relation.offers_on, self.school_a._bde_today())
        self.relation.declined_offer_ids = [Command.link(self.jury.id)]
        self.assertEqual(self.relation.offer_ids.ids, self.placements.ids)
        self.relation.offer_ids = [Command.link(self.jury.id)]
        self.assertFalse(self.relation.declined_offer_ids)

    def test_yes_and_no_at_once_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Exam juries"):
            self.relation.write(
                {
                    "offer_ids": [Command.set(self.jury.ids)],
                    "declined_offer_ids": [Command.set(self.jury.ids)],
                }
            )

    def test_companies_are_found_by_what_they_agree_to(self):
        self.relation.offer_ids = [Command.set(self.placements.ids)]
        domain = [("offer_ids.code", "=", "placements"), ("hosted_year_count", "=", 0)]
        self.assertEqual(self.relation.search(domain), self.relation)


@tagged("post_install", "-at_install")
class TestRelationFigures(BdeCase):
    """Counters are stored, and true at any time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.relation = cls.env["bde.relation"]._bde_ensure(cls.employer, cls.school_a)
        cls.other = cls.env["bde.relation"]._bde_ensure(cls.employer, cls.school_b)

    def test_pupils_hosted_before_the_suite_count(self):
        year = self.year.date_start.year
        self.env["bde.past.placement"].create(
            [
                {"relation_id": self.relation.id, "company_id": self.school_a.id, "pupil_count": 2,
                 "date_start": date(year - 2, 11, 10), "date_end": date(year - 2, 12, 5)},
                {"relation_id": self.relation.id, "company_id": self.school_a.id, "pupil_count": 3,
                 "date_start": date(year, 9, 1), "date_end": date(year, 9, 10)},
            ]
        )  # fmt: skip
        self.assertEqual(self.relation.hosted_count, 5)
        self.assertEqual(self.relation.hosted_year_count, 3)
        self.assertEqual(self.relation.last_hosted_on, date(year, 9, 10))
        self.assertEqual(self.other.hosted_count, 0, "another school's")

    def test_a_new_page_begins_with_what_its_fields_compute(self):
        Relation = self.env["bde.relation"]
        partners = self.env["res.partner"].create(
            [
                {"name": f"Neuve {city}", "city": city, "bde_employer": True, "is_company": True}
                for city in ("Pau", "Dax")
            ]
        )
        reason = self.env["bde.status.reason"].search([], limit=1)
        told = {"status": "watch", "status_reason_id": reason.id}
        pages = Relation.create(
            [
                {"partner_id": partner.id, "company_id": self.school_a.id} | vals
                for partner, vals in zip(partners, ({}, told), strict=True)
            ]
        )
        self.assertEqual(pages.mapped("partner_city"), ["Pau", "Dax"])
        self.assertEqual(pages.mapped("status_reason_id"), reason)
        self.assertEqual([bool(page.status_until) for page in pages], [False, True])
        names = [name for name, field in pages._fields.items() if field.store and field.compute]
        self.env.flush_all()
        self.env.invalidate_all()
        given = pages.read(names, load=None)
        for name in names:
            self.env.add_to_compute(pages._fields[name], pages)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(pages.read(names, load=None), given)
        self.assertEqual(given[0]["asked_count"], 0)

    def test_who_hosted_is_no_longer_to_discover(self):
        self.env["bde.past.placement"].create(
            {"relation_id": self.relation.id, "company_id": self.school_a.id}
        )
        self.relation._refresh_hosted()
        self.assertEqual(self.relation.status, "active")
        self.assertEqual(self.other.status, "prospect")

    def test_answers_are_counted_with_their_number(self):
        for outcome, purpose in (
            ("agreed", "placements"),
            ("refused", "placements"),
            ("refused", "placements"),
            ("no_answer", "placements"),
            ("agreed", "tax"),
        ):
            self.relation._bde_log_talk({"outcome": outcome, "purpose": purpose})
        self.assertEqual((self.relation.accepted_count, self.relation.asked_count), (1, 3))
        self.assertAlmostEqual(self.relation.acceptance_rate, 33.33, places=2)
        self.assertEqual(self.relation.answers_label, "1 of 3")
        self.assertEqual(self.other.answers_label, "", "no rate without answers")

    def _lead(self, **vals):
        pipeline = self.env["bde.pipeline"]._by_code("placements")
        return self.env["crm.lead"].create(
            {"bde_relation_id": self.relation.id, "bde_pipeline_id": pipeline.id, "name": "X"}
            | vals
        )

    def test_leads_count_once_they_are_won_or_lost(self):
        won, lost, _pending = self._lead(), self._lead(), self._lead()
        self.assertEqual(self.relation.asked_count, 0)
        won.action_set_won()
        lost.action_set_lost()
        self.assertEqual((self.relation.accepted_count, self.relation.asked_count), (1, 2))
        self.relation._bde_log_talk(
            {"outcome": "agreed", "purpose": "placements", "lead_id": won.id}
        )
        self.assertEqual(self.relation.asked_count, 2, "the lead is counted, not its talk too")

    def test_last_talk_is_the_latest(self):
        for day in ("2026-03-01 10:00:00", "2026-05-02 09:00:00", "2026-04-01 10:00:00"):
            self.relation._bde_log_talk({"date": day})
        self.assertEqual(str(self.relation.last_talk_on), "2026-05-02 09:00:00")
        self.relation.talk_ids.filtered(lambda t: t.date.month == 5).unlink()
        self.assertEqual(str(self.relation.last_talk_on), "2026-04-01 10:00:00")

    def test_next_step_is_the_nearest_activity(self):
        today = self.school_a._bde_today()
        for days, summary in ((9, "Visit"), (2, "Call Anne")):
            self.relation.activity_schedule(
                "mail.mail_activity_data_todo",
                today + timedelta(days=days),
                summary=summary,
                user_id=self.manager_a.id,
            )
        self.assertEqual(self.relation.next_step_on, today + timedelta(days=2))
        self.assertEqual(self.relation.next_step, "Call Anne")
        self.relation.activity_ids[0].action_feedback(feedback="done")
        self.env.invalidate_all()
        self.assertEqual(self.relation.next_step_on, today + timedelta(days=9))

    def test_list_begins_with_whom_to_call_first(self):
        due, silent, lately, never = (
            self.env["bde.relation"]
            ._bde_ensure(
                self.env["res.partner"].create(
                    [
                        {"name": name, "is_company": True, "bde_employer": True}
                        for name in ("Due", "Silent", "Lately", "Never")
                    ]
                ),
                self.school_c,
            )
            .sorted(lambda r: ("Due", "Silent", "Lately", "Never").index(r.partner_name))
        )
        silent._bde_log_talk({"date": "2025-01-10 10:00:00"})
        lately._bde_log_talk({"date": "2026-01-10 10:00:00"})
        due.activity_schedule(
            "mail.mail_activity_data_todo", date(2026, 1, 20), user_id=self.env.uid
        )
        arch = self.env["bde.relation"].get_view(
            self.env.ref("bde_partnerships.view_relation_list").id, "list"
        )["arch"]
        order = arch.split('default_order="')[1].split('"')[0]
        found = self.env["bde.relation"].search(
            [("company_id", "=", self.school_c.id)], order=order
        )
        self.assertEqual(found, due | silent | lately | never)

    def _new_relations(self, number):
        employers = self.env["res.partner"].create(
            [{"name": f"Host {n}", "is_company": True, "bde_employer": True} for n in range(number)]
        )
        return self.env["bde.relation"]._bde_ensure(employers, self.school_a)

    def test_counting_again_takes_as_many_queries_for_one_as_for_200(self):
        counts = []
        for number in (1, 20, 200):
            relations = self._new_relations(number)
            self.env.flush_all()
            self.env.invalidate_all()
            relations.mapped("status")
            before = self.env.cr.sql_log_count
            relations._refresh_hosted()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(set(counts)), 1, counts)
