from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .agreement_common import AgreementCase


@tagged("post_install", "-at_install")
class TestHandover(AgreementCase):
    """A manager leaves: what he holds is listed, goes to the successor, and is read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.successor = cls.new_staff("successor", cls.school_a, "manager")
        cls.pipeline = cls.env["bde.pipeline"].search([("code", "=", "placements")], limit=1)
        cls.relation.user_id = cls.manager_a
        cls.lead = cls.new_lead()
        cls.sign(cls.agreement)
        cls.promise = cls.agreement.commitment_ids.filtered(lambda c: c.side == "school")
        cls.promise.user_id = cls.manager_a
        cls.activity = cls.relation.activity_schedule(
            "mail.mail_activity_data_todo", summary="Rappeler", user_id=cls.manager_a.id
        )
        cls.head = cls.as_user(cls.head_a)

    @classmethod
    def new_staff(cls, login, company, role):
        user = cls.env["res.users"].create(
            {
                "name": login.title(),
                "login": login,
                "email": f"{login}@ac-test.example",
                "group_ids": [Command.set(cls.env.ref("base.group_user").ids)],
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
            }
        )
        cls.env["bde.membership"].create(
            {
                "user_id": user.id,
                "company_id": company.id,
                "role": role,
                "date_from": cls.year.date_start,
            }
        )
        return user

    @classmethod
    def new_lead(cls, **vals):
        return cls.as_user(cls.manager_a)["crm.lead"].create(
            {
                "name": "Deux places en mars",
                "bde_relation_id": cls.relation.id,
                "bde_pipeline_id": cls.pipeline.id,
                "user_id": cls.manager_a.id,
                **vals,
            }
        )

    def handover(self, env=None, **vals):
        env = env or self.head
        return env["bde.handover"].create(
            {"from_user_id": self.manager_a.id, "to_user_id": self.successor.id, **vals}
        )

    def kinds(self, handover):
        return set(handover.line_ids.mapped("kind"))

    # ------------------------------------------------------------
    # What is listed
    # ------------------------------------------------------------

    def test_lists_what_is_left_behind(self):
        reason = self.env["bde.status.reason"].search([], limit=1)
        self.relation.write(
            {"status": "watch", "status_reason_id": reason.id, "status_until": self.day(100)}
        )
        handover = self.handover()
        lines = {line.kind: line for line in handover.line_ids}
        self.assertEqual(
            set(lines), {"commitment", "activity", "lead", "partnership", "relation", "watch"}
        )
        self.assertIn("Nommer un interlocuteur unique", lines["commitment"].label)
        self.assertEqual(lines["activity"].detail, "Rappeler")
        self.assertEqual(lines["watch"].date, self.day(100))
        self.assertEqual(lines["watch"].state, "info")
        self.assertEqual(lines["lead"].new_user_id, self.successor)

    def test_nothing_of_another_school_is_listed(self):
        self.env["bde.membership"].create(
            {
                "user_id": self.manager_a.id,
                "company_id": self.school_b.id,
                "role": "manager",
                "date_from": self.year.date_start,
            }
        )
        self.relation_b.user_id = self.manager_a
        self.relation_b.activity_schedule(
            "mail.mail_activity_data_todo", summary="Ailleurs", user_id=self.manager_a.id
        )
        handover = self.handover()
        self.assertEqual(len(handover.line_ids.filtered(lambda x: x.kind == "relation")), 1)
        self.assertNotIn("Ailleurs", handover.line_ids.mapped("detail"))
        handover.action_give()
        self.assertEqual(self.relation_b.user_id, self.manager_a)

    def test_listing_again_keeps_the_choices(self):
        handover = self.handover()
        line = handover.line_ids.filtered(lambda x: x.kind == "lead")
        line.new_user_id = self.secretary_a
        self.new_lead(name="Un autre")
        handover.action_collect()
        leads = handover.line_ids.filtered(lambda x: x.kind == "lead")
        self.assertEqual(
            {x.label: x.new_user_id for x in leads},
            {
                "Menuiserie Duval – Deux places en mars": self.secretary_a,
                "Menuiserie Duval – Un autre": self.successor,
            },
        )

    # ------------------------------------------------------------
    # Giving
    # ------------------------------------------------------------

    def test_everything_goes_to_the_successor_and_nothing_is_left(self):
        campaign = self.as_manager["bde.campaign"].create(
            {"name": "Garages", "pipeline_id": self.pipeline.id}
        )
        handover = self.handover()
        handover.action_give()
        self.env.invalidate_all()
        self.assertEqual(handover.state, "given")
        for record in (self.relation, self.lead, self.agreement, self.promise, self.activity):
            self.assertEqual(record.sudo().user_id, self.successor, record._name)
        self.assertEqual(campaign.sudo().user_ids, self.successor)
        self.assertEqual(handover.left_count, 0)
        again = self.handover()
        self.assertFalse(
            again.line_ids.filtered(lambda line: line.state == "open"), "nothing is left to give"
        )

    def test_line_by_line(self):
        handover = self.handover()
        lines = {line.kind: line for line in handover.line_ids}
        lines["lead"].new_user_id = self.secretary_a
        lines["relation"].new_user_id = False
        handover.action_give()
        self.env.invalidate_all()
        self.assertEqual(self.lead.user_id, self.secretary_a)
        self.assertEqual(self.relation.user_id, self.manager_a)
        lines = {line.kind: line for line in handover.line_ids}
        self.assertEqual(lines["relation"].state, "kept")
        self.assertEqual(lines["relation"].reason, "Nobody was chosen for it.")

    def test_what_cannot_be_reassigned_says_why_and_stops_no_other(self):
        bad = self.new_lead(name="Bloquée")
        real = type(self.env["crm.lead"]).write

        def write(leads, vals):
            if "user_id" in vals and bad in leads:
                raise ValidationError("This lead is stuck.")  # pylint: disable=translation-required
            return real(leads, vals)

        self.patch(type(self.env["crm.lead"]), "write", write)
        handover = self.handover()
        handover.action_give()
        self.env.invalidate_all()
        lines = {line.label: line for line in handover.line_ids if line.kind == "lead"}
        self.assertEqual(lines["Menuiserie Duval – Bloquée"].state, "kept")
        self.assertEqual(lines["Menuiserie Duval – Bloquée"].reason, "This lead is stuck.")
        self.assertEqual(lines["Menuiserie Duval – Deux places en mars"].state, "done")
        self.assertEqual(self.lead.user_id, self.successor)

    def test_a_successor_without_a_role_is_refused(self):
        with self.assertRaisesRegex(UserError, "has no role at the bureau"):
            self.handover(to_user_id=self.teacher_a.id).action_give()
        self.assertEqual(self.relation.user_id, self.manager_a)

    def test_the_account_of_the_leaver_may_be_closed(self):
        membership = self.env["bde.membership"].search([("user_id", "=", self.manager_a.id)])
        membership.with_env(self.head).action_revoke()
        self.assertFalse(self.manager_a.active)
        action = membership.with_env(self.head).action_handover()
        start = (
            self.head["bde.handover.start"]
            .with_context(**action["context"])
            .create({"to_user_id": self.successor.id})
        )
        opened = start.action_start()
        handover = self.head["bde.handover"].browse(opened["res_id"])
        data = handover.web_read({"from_name": {}, "display_name": {}, "line_ids": {}})
        self.assertEqual(data[0]["from_name"], "Manager A")
        handover.action_give()
        self.env.invalidate_all()
        self.assertEqual(self.relation.user_id, self.successor)
        self.assertEqual(self.activity.user_id, self.successor)

    def test_the_successor_reads_and_acknowledges(self):
        handover = self.handover(notes="Le classeur bleu est dans l'armoire.")
        with self.assertRaisesRegex(AccessError, "The person who takes over"):
            handover.action_acknowledge()
        handover.action_give()
        env = self.as_user(self.successor)
        cards = {card["label"]: card for card in env["bde.home"]._home_cards()}
        self.assertEqual(cards["Handovers to read"]["count"], 1)
        todo = env["mail.activity"].search(
            [("res_model", "=", "bde.handover"), ("user_id", "=", self.successor.id)]
        )
        self.assertEqual(todo.summary, "Read the handover of Manager A")
        mine = handover.with_env(env)
        self.assertTrue(mine.is_for_me)
        mine.action_acknowledge()
        self.assertEqual(mine.state, "acknowledged")
        self.assertEqual(mine.acknowledged_name, "Successor")
        self.assertTrue(mine.acknowledged_on)
        self.assertFalse(todo.exists())
        with self.assertRaisesRegex(UserError, "What was given is kept"):
            mine.unlink()

    # ------------------------------------------------------------
    # Who may
    # ------------------------------------------------------------

    def test_manager_hands_over_his_own_work_only(self):
        own = self.handover(env=self.as_manager)
        own.action_give()
        with self.assertRaisesRegex(AccessError, "You hand over your own work"):
            self.handover(env=self.as_manager, from_user_id=self.head_a.id)
        with self.assertRaises(AccessError):
            self.handover(env=self.as_user(self.secretary_a))

    def test_a_stranger_to_the_school_leaves_nothing_here(self):
        with self.assertRaisesRegex(ValidationError, "never had a role"):
            self.handover(from_user_id=self.manager_b.id)

    def test_lines_are_what_was_found_and_nothing_else(self):
        handover = self.handover()
        line = handover.line_ids[0]
        for vals in ({"res_id": 1}, {"res_model": "res.users"}, {"state": "done"}):
            with self.assertRaisesRegex(AccessError, "open line"):
                line.write(vals)
        with self.assertRaises(AccessError):
            self.head["bde.handover.line"].create(
                {"handover_id": handover.id, "kind": "role", "label": "X"}
            )
        with self.assertRaisesRegex(AccessError, "by its actions only"):
            handover.write({"state": "given"})
        handover.action_give()
        with self.assertRaisesRegex(AccessError, "open line"):
            handover.line_ids[0].new_user_id = self.secretary_a
        with self.assertRaisesRegex(UserError, "stays as it was"):
            handover.notes = "Après coup"

    def test_no_password_in_the_notes(self):
        with self.assertRaisesRegex(ValidationError, "No password"):
            self.handover(notes="ONISEP, mot de passe : azerty")

    def test_other_schools_read_nothing_a_secretary_what_she_takes_over(self):
        handover = self.handover()
        for user in (self.manager_b, self.teacher_a, self.secretary_a, self.correspondent):
            with self.subTest(user=user.login):
                found = handover.with_env(self.as_user(user))
                self.assertFalse(found.has_access("read"))
                self.assertFalse(found.line_ids.with_env(found.env).has_access("read"))
        hers = self.handover(to_user_id=self.secretary_a.id).with_env(
            self.as_user(self.secretary_a)
        )
        self.assertTrue(hers.has_access("read"))
        self.assertTrue(hers.line_ids.mapped("label"))
        self.assertFalse(hers.has_access("write"))

    # ------------------------------------------------------------
    # Batches
    # ------------------------------------------------------------

    def test_same_queries_for_one_and_for_many(self):
        def prepare(count):
            partners = self.env["res.partner"].create(
                [
                    {"name": f"Firme {index}", "is_company": True, "bde_employer": True}
                    for index in range(count)
                ]
            )
            relations = self.env["bde.relation"]._bde_ensure(partners, self.school_a)
            relations.user_id = self.manager_a
            self.env["crm.lead"].create(
                [
                    {
                        "name": f"Piste {relation.id}",
                        "bde_relation_id": relation.id,
                        "bde_pipeline_id": self.pipeline.id,
                        "company_id": self.school_a.id,
                        "user_id": self.manager_a.id,
                    }
                    for relation in relations
                ]
            )
            handover = self.handover()
            self.env.flush_all()
            self.env.invalidate_all()
            return handover

        def queries(verb, record):
            before = self.env.cr.sql_log_count
            getattr(record, verb)()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self.handover().action_give()
        counts = []
        for count in (1, 20, 200):
            handover = prepare(count)
            collected = queries("action_collect", handover)
            counts.append((collected, queries("action_give", handover)))
        self.assertLessEqual(counts[2][0] - counts[0][0], 6, counts)
        self.assertLessEqual(counts[2][1] - counts[0][1], 10, counts)


@tagged("post_install", "-at_install")
class TestHandoverPages(AgreementCase, HttpCase):
    def test_printed_for_those_who_may_read_it(self):
        handover = self.as_user(self.head_a)["bde.handover"].create(
            {"from_user_id": self.manager_a.id, "to_user_id": self.secretary_a.id}
        )
        url = f"/bde/handover/{handover.id}.pdf"
        for login, status in (("head_a", 200), ("secretary_a", 200), ("manager_b", 404)):
            self.authenticate(login, login)
            answer = self.url_open(url)
            self.assertEqual(answer.status_code, status, login)
            if status == 200:
                self.assertTrue(answer.content.startswith(b"%PDF"))
