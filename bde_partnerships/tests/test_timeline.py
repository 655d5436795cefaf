from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import BdeCase

# the whole page, as the browser asks for it
PAGE_BUDGET = 25


class TimelineCase(BdeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.relation_a = cls.env["bde.relation"]._bde_ensure(cls.employer, cls.school_a)
        cls.relation_b = cls.env["bde.relation"]._bde_ensure(cls.employer, cls.school_b)
        cls.env_a = cls.as_user(cls.manager_a)
        cls.relation = cls.relation_a.with_env(cls.env_a)

    def timeline(self, user=None, relation=None, **options):
        env = self.as_user(user or self.manager_a)
        relation = relation or self.relation_a
        return env["bde.timeline"].get_timeline(relation.id, **options)

    def titles(self, **options):
        return [entry["title"] for entry in self.timeline(**options)["entries"]]

    def talk(self, day, relation=None, **vals):
        return (
            (relation or self.relation_a)
            .sudo()
            ._bde_log_talk({"date": f"{day} 10:00:00", **vals}, approach=False)
        )


@tagged("post_install", "-at_install")
class TestTimeline(TimelineCase):
    """One line of time, whatever the table; the newest first."""

    def test_events_to_which_somebody_of_the_company_came(self):
        for school, name, relation in (
            (self.school_a, "Forum of trades", self.relation_a),
            (self.school_b, "Open day of B", self.relation_b),
        ):
            event = self.env["event.event"].create(
                {
                    "name": name,
                    "company_id": school.id,
                    "date_begin": "2026-03-02 08:00:00",
                    "date_end": "2026-03-02 16:00:00",
                }
            )
            self.env["event.registration"].create(
                {"event_id": event.id, "name": "Ann", "bde_relation_id": relation.id,
                 "state": "done" if school == self.school_a else "open"}
            )  # fmt: skip
        [entry] = self.timeline(axis="events")["entries"]
        self.assertEqual((entry["title"], entry["tone"]), ("Forum of trades", "success"))
        self.assertNotIn("Open day of B", self.titles())
        [other] = self.timeline(self.manager_b, self.relation_b, axis="events")["entries"]
        self.assertEqual((other["title"], other["tone"]), ("Open day of B", ""))
        self.assertEqual(self.timeline(axis="tax")["entries"], [])

    def test_all_that_happened_stands_on_one_line(self):
        self.talk("2026-03-10", outcome="agreed", summary="Two places in May")
        self.employer._bde_note_approach(self.school_b, "tax", "call", date=date(2026, 3, 11))
        self.env["bde.past.placement"].create(
            {
                "relation_id": self.relation_a.id,
                "company_id": self.school_a.id,
                "date_start": date(2024, 11, 4),
                "date_end": date(2024, 11, 29),
                "training_label": "CAP Menuiserie",
                "pupil_count": 2,
            }
        )
        entries = self.timeline()["entries"]
        self.assertEqual(
            [(e["date"][:10], e["axis"]) for e in entries if e["date"] < "2026-06"],
            [("2026-03-11", "tax"), ("2026-03-10", "partners"), ("2024-11-29", "pfmp")],
        )
        approach, talk, past = [e for e in entries if e["date"] < "2026-06"]
        self.assertEqual(approach["school"], "Lycée Braille")
        self.assertFalse(approach["model"], "nothing to open")
        self.assertEqual(talk["title"], "Phone call · They agree")
        self.assertIn("Two places in May", talk["detail"])
        self.assertEqual((talk["model"], talk["res_id"]), ("bde.talk", self.relation.talk_ids.id))
        self.assertEqual(past["title"], "2 pupils hosted")
        self.assertIn("CAP Menuiserie", past["detail"])

    def test_status_owner_notes_and_changes_are_told(self):
        # what is made in this very transaction is not tracked yet
        self.env.cr.flush()
        relation = self.relation.with_context(tracking_disable=False)
        relation.status = "strong"
        self.env.flush_all()
        self.env.cr.flush()
        relation.message_post(body="Ask for Paul in the morning", message_type="comment")
        self.relation.partner_id._bde_change_employer({"activity": "Escaliers"}, self.school_a)
        self.env.flush_all()
        entries = self.timeline()["entries"]
        details = [entry["detail"] for entry in entries]
        self.assertIn("Ask for Paul in the morning", details)
        self.assertIn("Escaliers", details)
        titles = " ".join(self.titles())
        self.assertIn("Status: To discover → Strong partner", titles)

    def test_done_activity_stands_in_it(self):
        activity = self.relation_a.activity_schedule(
            "mail.mail_activity_data_call", summary="Ask about May", user_id=self.manager_a.id
        )
        activity.action_feedback(feedback="Two places")
        entry = next(e for e in self.timeline()["entries"] if e["title"] == "Done")
        self.assertIn("Two places", entry["detail"])

    def test_leads_and_agreements_stand_in_it(self):
        pipeline = self.env["bde.pipeline"]._by_code("apprenticeship")
        lead = self.env["crm.lead"].create(
            {"bde_relation_id": self.relation_a.id, "bde_pipeline_id": pipeline.id,
             "name": "An apprentice in September"}
        )  # fmt: skip
        agreement = self.env["bde.partnership"].create(
            {"relation_id": self.relation_a.id, "object": "Visits of the workshop"}
        )
        entries = {e["model"]: e for e in self.timeline()["entries"] if e["model"]}
        self.assertEqual(entries["crm.lead"]["res_id"], lead.id)
        self.assertEqual(entries["crm.lead"]["axis"], "pfmp")
        self.assertIn("An apprentice in September", entries["crm.lead"]["detail"])
        self.assertEqual(entries["bde.partnership"]["res_id"], agreement.id)
        lead.action_set_lost()
        entries = {e["model"]: e for e in self.timeline()["entries"] if e["model"]}
        self.assertEqual(entries["crm.lead"]["tone"], "danger", "lost leads are shown too")

    def test_parts_are_filtered(self):
        for purpose in ("placements", "tax", "events", False):
            self.talk("2026-03-10", purpose=purpose)
        self.assertEqual(len(self.titles(axis="tax")), 1)
        self.assertEqual(len(self.titles(axis="events")), 1)
        self.assertEqual(len(self.titles(axis="pfmp")), 1)
        self.assertEqual(len(self.titles(axis="alumni")), 0)
        with self.assertRaises(UserError):
            self.timeline(axis="gossip")

    def test_pages_show_every_entry_once(self):
        """Days are shared by many entries, and by tables that know no hour."""
        for day in ("2026-03-10", "2026-03-10", "2026-03-11"):
            for _number in range(4):
                self.talk(day)
        self.env["bde.past.placement"].create(
            [
                {"relation_id": self.relation_a.id, "company_id": self.school_a.id,
                 "pupil": f"Pupil {number}",
                 "date_start": date(2026, 3, 10), "date_end": date(2026, 3, 10)}
                for number in range(5)
            ]
        )  # fmt: skip
        for purpose in ("tax", "events", "alumni"):
            self.employer._bde_note_approach(self.school_b, purpose, "call", date=date(2026, 3, 10))
        everything = [e["key"] for e in self.timeline(limit=200)["entries"]]
        self.assertGreaterEqual(len(everything), 20)
        self.assertEqual(len(set(everything)), len(everything))
        for limit in (1, 2, 7):
            seen, before, more = [], None, True
            while more:
                page = self.timeline(before=before, limit=limit)
                seen += [entry["key"] for entry in page["entries"]]
                before, more = seen[-1], page["more"]
            self.assertEqual(seen, everything, f"by {limit}")

    def test_place_of_a_page_is_checked(self):
        for before in ("x", "yesterday|bde.talk|1", "2026-03-10|bde.talk|one"):
            with self.assertRaises(UserError):
                self.timeline(before=before)

    def test_placement_of_an_unknown_day_stands_at_the_far_end(self):
        Past = self.env["bde.past.placement"]
        vals = {"relation_id": self.relation_a.id, "company_id": self.school_a.id}
        self.assertEqual(Past.create(vals).timeline_date, date(1900, 1, 1))
        self.assertEqual(
            Past.create(vals | {"year_label": "2023-2024"}).timeline_date, date(2024, 7, 1)
        )


@tagged("post_install", "-at_install")
class TestPage(TimelineCase):
    """The buttons of the 360° page lead somewhere."""

    def test_buttons_open_what_they_say(self):
        for name, model in (
            ("action_log_call", "bde.talk.wizard"),
            ("action_write", "bde.solicitation.wizard"),
            ("action_new_lead", "crm.lead"),
            ("action_new_agreement", "bde.partnership"),
            ("action_open_talks", "bde.talk"),
            ("action_open_answers", "bde.talk"),
            ("action_open_optouts", "bde.optout"),
            ("action_plan_step", "mail.activity"),
        ):
            self.assertEqual(getattr(self.relation, name)()["res_model"], model, name)

    def test_new_request_is_about_the_company(self):
        context = self.relation.action_new_lead()["context"]
        lead = self.env_a["crm.lead"].with_context(**context).create({})
        self.assertEqual(lead.bde_relation_id.id, self.relation_a.id)
        self.assertEqual(lead.bde_pipeline_id.code, "placements")

    def test_list_of_talks_is_of_the_company(self):
        mine = self.talk("2026-03-10")
        self.talk("2026-03-10", self.relation_b)
        domain = self.relation.action_open_talks()["domain"]
        self.assertEqual(self.env["bde.talk"].search(domain), mine)


@tagged("post_install", "-at_install")
class TestTimelineWalls(TimelineCase):
    """What a school keeps for itself stays out of the others' timelines."""

    def test_other_school_sees_that_it_was_approached_alone(self):
        self.relation._bde_log_talk(
            {"purpose": "placements", "summary": "They pay badly", "outcome": "refused"}
        )
        self.relation_a.message_post(body="Secret note")
        pipeline = self.env["bde.pipeline"]._by_code("placements")
        self.env["crm.lead"].create(
            {"bde_relation_id": self.relation_a.id, "bde_pipeline_id": pipeline.id,
             "name": "Secret lead"}
        )  # fmt: skip
        text = str(self.timeline(self.manager_b, self.relation_b))
        self.assertIn("Lycée Ampère", text)
        for secret in ("badly", "Secret", "refuse", "Manager A"):
            self.assertNotIn(secret, text)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_page_of_another_school_is_closed(self):
        for user in (self.manager_b, self.correspondent):
            with self.assertRaises(AccessError):
                self.timeline(user, self.relation_a)

    def test_teacher_does_not_see_leads(self):
        pipeline = self.env["bde.pipeline"]._by_code("placements")
        self.env["crm.lead"].create(
            {"bde_relation_id": self.relation_a.id, "bde_pipeline_id": pipeline.id, "name": "X"}
        )
        models = {entry["model"] for entry in self.timeline(self.teacher_a)["entries"]}
        self.assertNotIn("crm.lead", models)


@tagged("post_install", "-at_install")
class TestPageSpeed(TimelineCase):
    """The 360° page costs the same from 10 to 1,000 entries."""

    def fill(self, number):
        """``number`` entries, a third of each kind that grows with the years."""
        share = number // 3
        start = fields.Datetime.now() - timedelta(days=2000)
        self.env["bde.talk"].with_context(bde_approach_noted=True).create(
            [
                {
                    "relation_id": self.relation_a.id,
                    "date": start + timedelta(days=n % 1500),
                    "purpose": "placements",
                    "summary": f"Talk {n}",
                    "user_id": self.manager_a.id,
                }
                for n in range(share)
            ]
        )
        self.env["bde.past.placement"].create(
            [
                {
                    "relation_id": self.relation_a.id,
                    "company_id": self.school_a.id,
                    "pupil": f"Pupil {number} {n}",
                    "date_end": start.date() + timedelta(days=n % 1500),
                }
                for n in range(share)
            ]
        )
        self.env["mail.message"].create(
            [
                {
                    "model": "bde.relation",
                    "res_id": self.relation_a.id,
                    "body": f"<p>Note {n}</p>",
                    "message_type": "comment",
                    "author_id": self.manager_a.partner_id.id,
                    "date": start + timedelta(days=n % 1500),
                }
                for n in range(number - 2 * share)
            ]
        )

    def open_page(self):
        """Queries of the opening read of the form, timeline included."""
        relation = self.relation_a.with_env(self.as_client(self.manager_a))
        view = self.env.ref("bde_partnerships.view_relation_form")
        views = relation.get_views([(view.id, "form")])
        specification = self._specification(views, "bde.relation")
        self.env.flush_all()
        # rules, users and access lines are in the caches of a server that runs
        relation.web_read(specification)
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        (values,) = relation.web_read(specification)
        return self.env.cr.sql_log_count - before, values

    def _specification(self, views, model):
        """What the client asks for: the fields of the view, and the columns of its lists."""
        from lxml import etree

        def fields_of(node, model):
            spec = {}
            for child in node.iter("field"):
                if next(child.iterancestors("field"), None) is not parent_of(node):
                    continue
                field = self.env[model]._fields[child.get("name")]
                own = {}
                if field.relational:
                    own = {"fields": {"display_name": {}}}
                    if field.type in ("one2many", "many2many"):
                        lists = child.find("list")
                        names = {}
                        if lists is not None:
                            names = fields_of(child, field.comodel_name)
                        own = {"fields": names or {"display_name": {}}, "limit": 40}
                spec[child.get("name")] = own
            return spec

        def parent_of(node):
            return node if node.tag == "field" else None

        return fields_of(etree.fromstring(views["views"]["form"]["arch"]), model)

    def test_page_is_flat_and_within_its_budget(self):
        counts = []
        for number in (10, 90, 900):
            self.fill(number)
            count, values = self.open_page()
            counts.append(count)
            self.assertTrue(values["timeline"]["entries"])
        self.assertEqual(counts[1], counts[2], counts)
        self.assertLessEqual(max(counts), PAGE_BUDGET, counts)

    def test_next_pages_are_flat_too(self):
        self.fill(900)
        page = self.timeline()
        counts = []
        for _number in range(3):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            page = self.timeline(before=page["entries"][-1]["key"])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(max(counts), 20)
        self.assertLessEqual(max(counts) - min(counts), 1, counts)
