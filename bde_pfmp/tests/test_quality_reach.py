"""Who sees what of the answers, by every road: roles, other schools, letters, exports, merges."""

import json

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .quality_common import QualityCase

SILENT = mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
WORDS = "The boss shouts at us"
NEVER = ("correspondent", "bde_admin", "school_life_a", "intendance_a", "teacher_b", "manager_b",
         "head_b")  # fmt: skip


@tagged("post_install", "-at_install")
class TestQualityReach(QualityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rating = cls.rate(cls.placement, 1, comment=WORDS)

    def roads(self, Model, ids):
        """What somebody reads of records by each way into a model, as one text."""
        domain = [("id", "in", ids)]
        found = []
        for road in (
            lambda: Model.browse(ids).read(),
            lambda: Model.search_read(domain),
            lambda: Model.search(domain).ids,
            lambda: Model.name_search("", domain),
            lambda: [row for row in Model._read_group(domain, [], ["__count"]) if row[0]],
            lambda: Model.browse(ids).export_data(["comment", "score"])["datas"],
            lambda: Model.browse(ids).web_read({"comment": {}, "score": {}}),
            lambda: [g for g in Model.formatted_read_group(domain, ["view"], ["__count"])],
        ):
            try:
                with self.env.cr.savepoint():
                    found.append(road())
            except UserError as error:
                found.append(str(error).replace(str(ids), ""))
        return json.dumps(found, default=str)

    def test_nobody_but_the_bureau_reads_an_answer(self):
        for login in (*NEVER, "teacher_a"):
            with self.subTest(login), SILENT:
                text = self.roads(self.as_user(self.cast[login])["bde.rating"], self.rating.ids)
                self.assertNotIn(WORDS, text)
                self.assertNotIn("Aline", text)
                self.assertNotIn('"score"', text)
        for login in ("secretary_a", "manager_a", "head_a"):
            with self.subTest(login):
                text = self.roads(self.as_user(self.cast[login])["bde.rating"], self.rating.ids)
                self.assertIn(WORDS, text)

    def test_a_teacher_reads_what_he_wrote_himself(self):
        mine = self.rate(self.placement, 4, "referent", "I saw it")
        others = self.rate(self.placement_adult, 4, "referent", "Not mine")
        self.placement_adult.referent_id = self.prof_a2
        self.env.flush_all()
        env = self.as_user(self.teacher_a)
        self.env.invalidate_all()
        self.assertEqual(env["bde.rating"].search([]), mine)
        self.assertFalse(others.with_env(env).has_access("read"))
        self.assertEqual(self.placement.with_env(env).rating_ids, mine, "not what his pupil says")

    def test_placements_do_not_lead_to_answers(self):
        """A teacher searches his placements by what he may not read: he finds nothing."""
        Placement = self.as_user(self.teacher_a)["bde.placement"]
        for domain in (
            [("rating_ids.score", "<", 50)],
            [("rating_ids.comment", "ilike", "shouts")],
            [("rating_ids", "any", [("view", "=", "student")])],
        ):
            with self.subTest(domain), SILENT:
                self.assertFalse(Placement.search(domain))

    def test_a_line_of_the_list_opens_the_company(self):
        """The page of the school where it knows the company, else the shared book."""
        self.env["bde.site.quality"]._refresh()
        line = self.env["bde.site.quality"].search(
            [("partner_id", "=", self.placement.host_id.id), ("training_code", "=", "")]
        )
        for login, model in (
            ("manager_a", "bde.relation"),
            ("manager_b", "res.partner"),
            ("correspondent", "res.partner"),
        ):
            with self.subTest(login):
                action = line.with_env(self.as_user(self.cast[login])).action_open_site()
                self.assertEqual(action["res_model"], model)
                opened = self.as_user(self.cast[login])[model].browse(action["res_id"])
                self.assertTrue(opened.display_name, "read with his own rights")

    def test_other_schools_see_a_count_and_no_words(self):
        self.env["bde.site.quality"]._refresh()
        for login in ("manager_b", "teacher_b", "correspondent", "bde_admin"):
            env = self.as_user(self.cast[login])
            [line] = env["bde.site.quality"].search_read([("partner_id", "=", self.employer.id)])[
                :1
            ]
            with self.subTest(login):
                self.assertEqual((line["count"], line["is_shown"], line["index"]), (1, False, 0))
                text = json.dumps(line, default=str)
                self.assertNotIn(WORDS, text)
                self.assertNotIn("Amp", text, "which school it was is not told")
                # nor by sorting, searching or grouping
                Quality = env["bde.site.quality"]
                self.assertFalse(Quality.search([("index", ">", 0)]))
                self.assertFalse(Quality.search([("index", "!=", False)]))
                self.assertEqual(Quality._read_group([], [], ["index:max"]), [(False,)])

    def test_the_one_who_made_it_is_hidden(self):
        self.env["bde.site.quality"]._refresh()
        line = self.quality(self.employer).with_env(self.as_user(self.manager_b))
        with self.assertRaises(AccessError), SILENT:
            line.read(["create_uid"])

    def relation(self, school):
        return self.env["bde.relation"]._bde_ensure(self.employer, school)

    def test_the_page_of_the_company_at_another_school(self):
        self.rating.with_env(self.as_user(self.manager_a)).action_show()
        self.relation(self.school_a)
        relation = self.relation(self.school_b).with_env(self.as_user(self.manager_b))
        self.env["bde.site.quality"]._refresh()
        names = [name for name in relation._fields
                 if name.startswith(("quality", "rating", "reply"))]  # fmt: skip
        text = json.dumps(relation.read(names), default=str)
        self.assertNotIn(WORDS, text)
        self.assertEqual((relation.quality_count, relation.rating_count), (1, 0))

    def test_words_reach_the_team_from_three_pupils_on(self):
        for rating in (self.rating, self.rate(self.placement_adult, 1, comment="Cold <b>shop")):
            rating.with_env(self.as_user(self.manager_a)).action_show()
        relation = self.relation(self.school_a).with_env(self.as_user(self.teacher_a))
        self.assertFalse(relation.quality_words, "two pupils")
        self.rate(self.placement_ase, 4, comment="Not read yet")
        relation.invalidate_recordset()
        self.assertIn(WORDS, relation.quality_words)
        self.assertIn("Cold &lt;b&gt;shop", relation.quality_words)
        self.assertNotIn("Not read yet", relation.quality_words)
        for name in ("Aline", "Boris", "Chloé"):
            self.assertNotIn(name, relation.quality_words)
        self.assertEqual(relation.rating_count, 0, "how many is the bureau's")
        self.rating.with_env(self.as_user(self.manager_a))._hide("insult")
        relation.invalidate_recordset()
        self.assertNotIn(WORDS, relation.quality_words)

    def test_nothing_stands_where_others_look(self):
        """No message, activity or file of an answer; the timeline says nothing of it."""
        relation = self.relation(self.school_a)
        for model in ("mail.message", "mail.activity", "ir.attachment"):
            field = "model" if model == "mail.message" else "res_model"
            self.assertFalse(self.env[model].search([(field, "=", "bde.rating")]), model)
        env = self.as_user(self.teacher_a)
        text = json.dumps(env["bde.timeline"].get_timeline(relation.id), default=str)
        self.assertNotIn(WORDS, text)

    def test_what_a_company_answers_names_nobody(self):
        reply = self.env["bde.site.reply"].create(
            {
                "partner_id": self.employer.id,
                "question_id": self.env.ref("bde_pfmp.question_student_tutor").id,
                "fact_id": self.env.ref("bde_pfmp.site_fact_changed").id,
            }
        )
        seen = reply.with_env(self.as_user(self.manager_b))
        self.assertEqual(seen.fact_id.name, "Changed since: new tutor, new organisation")
        with self.assertRaises(AccessError), SILENT:
            seen.read(["create_uid"])
        own = self.relation(self.school_b).with_env(self.as_user(self.manager_b))
        self.assertEqual(own.reply_ids, seen)

    def test_incidents_are_a_number_and_harm_is_none(self):
        self.env["bde.incident"].create(
            {
                "placement_id": self.placement.id,
                "kind": "danger",
                "facts": "Bare wires",
                "company_id": self.school_a.id,
                "date": fields.Datetime.subtract(fields.Datetime.now(), days=6),
            }
        )
        self.env["bde.harm.report"]._receive(self.placement, "He hit me", "", "student", "Aline")
        self.env["bde.site.quality"]._refresh()
        line = self.quality(self.employer)
        self.assertEqual(line.incident_count, 1)
        seen = self.relation(self.school_b).with_env(self.as_user(self.manager_b))
        self.assertEqual(seen.quality_incidents, 1)
        self.assertNotIn("wires", json.dumps(line.read(), default=str))

    def test_a_merge_shows_no_answer(self):
        """Figures of a merge are numbers; the answers follow the company that stays."""
        self.add_ratings(self.baker, [40, 60])
        merged = self.employer._bde_merge(self.baker)
        self.assertTrue(merged)
        hosts = self.env["bde.rating"].search([]).host_id
        self.assertEqual(hosts, self.employer)
