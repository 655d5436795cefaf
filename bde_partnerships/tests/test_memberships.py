from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import BdeCase


@tagged("post_install", "-at_install")
class TestMemberships(BdeCase):
    def _member(self, user, company, role, env=None):
        membership = self.env["bde.membership"].search(
            [("user_id", "=", user.id), ("company_id", "=", company.id), ("role", "=", role)]
        )
        return membership.with_env(env or self.env)

    # ------------------------------------------------------------
    # Roles, groups, companies
    # ------------------------------------------------------------

    def test_roles_are_held_per_school(self):
        """A teacher in A who is the manager in B holds each role in its school only."""
        user = self.two_roles
        self.assertEqual(user._bde_company_ids("teacher"), self.school_a.ids)
        self.assertEqual(user._bde_company_ids("manager"), self.school_b.ids)
        self.assertEqual(user._bde_company_ids("secretary"), self.school_b.ids)
        self.assertEqual(user._bde_company_ids("head"), [])
        self.assertEqual(user._bde_company_ids("staff"), (self.school_a | self.school_b).ids)

    def test_head_holds_what_his_role_implies(self):
        for role in ("head", "manager", "secretary", "staff"):
            self.assertEqual(self.head_a._bde_company_ids(role), self.school_a.ids, role)
        self.assertEqual(self.head_a._bde_company_ids("teacher"), [])

    def test_groups_and_companies_are_the_union(self):
        user = self.two_roles
        self.assertEqual(user.company_ids, self.school_a | self.school_b)
        self.assertTrue(user.has_group("bde_partnerships.group_teacher"))
        self.assertTrue(user.has_group("bde_partnerships.group_manager"))
        self.assertFalse(user.has_group("bde_partnerships.group_head"))
        self.assertFalse(user.has_group("base.group_partner_manager"))
        self.assertEqual(self.bde_admin.company_ids, self.academy)

    def test_teacher_and_manager_does_not_write_where_he_teaches(self):
        env = self.as_user(self.two_roles)
        env["bde.training"].browse(self.training_b.id).hours = 900
        with self.assertRaises(AccessError):
            env["bde.training"].browse(self.training_a.id).hours = 900

    def test_rule_cache_follows_the_membership(self):
        """The rule was cached for the user; a new role opens the other school at once."""
        env = self.as_user(self.manager_a)
        self.assertNotIn(self.training_b, env["bde.training"].search([]))
        self.env["bde.membership"].create(
            {"user_id": self.manager_a.id, "company_id": self.school_b.id, "role": "teacher"}
        )
        env = self.as_user(self.manager_a)
        self.assertIn(self.training_b, env["bde.training"].search([]))
        self._member(self.manager_a, self.school_b, "teacher").action_revoke()
        env = self.as_user(self.manager_a)
        self.assertNotIn(self.training_b, env["bde.training"].search([]))

    def test_role_of_the_academy_is_not_held_at_a_school(self):
        with self.assertRaisesRegex(ValidationError, "cannot be held at Lycée Ampère"):
            self.env["bde.membership"].create(
                {"user_id": self.teacher_a.id, "company_id": self.school_a.id, "role": "admin"}
            )

    def test_same_role_twice_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "already has this role"):
            self.env["bde.membership"].create(
                {
                    "user_id": self.teacher_a.id,
                    "company_id": self.school_a.id,
                    "role": "teacher",
                    "date_to": self.year.date_end,
                }
            )

    def test_batch_costs_what_one_does(self):
        """Query counts of a membership batch do not grow with its size."""
        counts = []
        for size in (1, 20, 200):
            users = self.env["res.users"].create(
                [
                    {
                        "name": f"T {size} {i}",
                        "login": f"t{size}-{i}",
                        "company_id": self.school_a.id,
                        "company_ids": [(6, 0, self.school_a.ids)],
                        "group_ids": [(6, 0, self.env.ref("base.group_user").ids)],
                    }
                    for i in range(size)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["bde.membership"].create(
                [
                    {"user_id": user.id, "company_id": self.school_a.id, "role": "teacher"}
                    for user in users
                ]
            )
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        # the first batch also fills caches that the others find warm
        self.assertLessEqual(counts[1], counts[0])
        # the ORM itself inserts and updates by the hundred: three tables, one statement more each
        self.assertLessEqual(counts[2] - counts[1], 3)

    # ------------------------------------------------------------
    # Dates
    # ------------------------------------------------------------

    def test_role_with_dates_starts_and_ends_by_the_cron(self):
        today = self.school_a._bde_today()
        membership = self.env["bde.membership"].create(
            {
                "user_id": self.teacher_b.id,
                "company_id": self.school_a.id,
                "role": "teacher",
                "date_from": today + timedelta(days=3),
                "date_to": today + timedelta(days=5),
            }
        )
        self.assertEqual(membership.state, "future")
        self.assertNotIn(self.school_a, self.teacher_b.company_ids)
        noon = datetime.combine(today, datetime.min.time()).replace(hour=12)
        with freeze_time(noon + timedelta(days=5)):
            self.env["bde.membership"]._cron_refresh()
            self.assertEqual(membership.state, "current")
            self.assertIn(self.school_a, self.teacher_b.company_ids)
            self.assertIn(self.school_a.id, self.teacher_b._bde_company_ids("teacher"))
        with freeze_time(noon + timedelta(days=6)):
            self.env["bde.membership"]._cron_refresh()
            self.assertEqual(membership.state, "ended")
            self.assertEqual(self.teacher_b.company_ids, self.school_b)

    def test_midnight_is_the_schools(self):
        """At 21:00 UTC it is tomorrow in La Réunion (UTC+4), not yet in Guadeloupe (UTC-4)."""
        self.school_a.bde_tz = "Indian/Reunion"
        self.school_b.bde_tz = "America/Guadeloupe"
        with freeze_time("2026-10-10 21:00:00"):
            self.assertEqual(str(self.school_a._bde_today()), "2026-10-11")
            self.assertEqual(str(self.school_b._bde_today()), "2026-10-10")

    def test_last_role_ended_archives_the_person(self):
        self._member(self.teacher_a, self.school_a, "teacher").action_revoke()
        self.assertFalse(self.teacher_a.active)
        self.assertEqual(self.teacher_a._bde_company_ids("staff"), [])
        self.env["bde.membership"].create(
            {"user_id": self.teacher_a.id, "company_id": self.school_c.id, "role": "teacher"}
        )
        self.assertTrue(self.teacher_a.active)
        self.assertEqual(self.teacher_a.company_id, self.school_c)

    # ------------------------------------------------------------
    # What a head may do
    # ------------------------------------------------------------

    def _invite(self, user, company, role="teacher", email="nouvelle@ac-test.example", name="Nour"):
        people = [{"email": email, "name": name}]
        return self.as_user(user)["res.users"]._bde_invite(company, people, role)

    def test_head_invites_a_new_person(self):
        membership = self._invite(self.head_a, self.school_a, "secretary")
        user = membership.sudo().user_id
        self.assertEqual(user.login, "nouvelle@ac-test.example")
        self.assertEqual(user.company_ids, self.school_a)
        self.assertTrue(user.has_group("bde_partnerships.group_secretary"))
        self.assertFalse(user.has_group("base.group_partner_manager"))
        mail = self.env["mail.mail"].search([("email_to", "ilike", user.login)])
        self.assertEqual(len(mail), 1)
        self.assertIn("/web/signup?", mail.body_html)
        self.assertFalse(mail.author_id, "an author could read the link again")

    def test_known_person_gets_the_role_and_a_letter(self):
        """Someone of school B is told; the head of A sees nothing of his other role."""
        user = self.teacher_b
        self.env["res.users"].browse(user.id).login = "teacher_b@ac-test.example"
        membership = self._invite(self.head_a, self.school_a, "teacher", user.login, name=False)
        self.assertEqual(membership.user_id.id, user.id)
        self.assertEqual(membership.granted_by_id.id, self.head_a.id)
        self.assertEqual(user.company_ids, self.school_a | self.school_b)
        mail = self.env["mail.mail"].search([("subject", "like", "Lycée Ampère")])
        self.assertIn(user.login, mail.email_to)
        self.assertNotIn("signup", mail.body_html)
        seen = self.as_user(self.head_a)["bde.membership"].search([("user_id", "=", user.id)])
        self.assertEqual(seen.sudo().company_id, self.school_a)

    def test_capitals_make_no_second_account(self):
        self.env["res.users"].browse(self.teacher_b.id).login = "Teacher_B@ac-test.example"
        membership = self._invite(self.head_a, self.school_a, email="teacher_b@AC-test.example")
        self.assertEqual(membership.user_id.id, self.teacher_b.id)

    def test_head_cannot_invite_elsewhere(self):
        for role in ("teacher", "head"):
            with self.assertRaises(AccessError):
                self._invite(self.head_a, self.school_b, role)

    def test_head_cannot_give_a_role_of_the_academy(self):
        for company in (self.school_a, self.academy):
            for role in ("admin", "correspondent"):
                with self.assertRaises(AccessError):
                    self._invite(self.head_a, company, role)

    def test_manager_and_teacher_cannot_invite(self):
        for user in (self.manager_a, self.teacher_a, self.correspondent):
            with self.assertRaises(AccessError):
                self._invite(user, self.school_a)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_head_cannot_write_memberships_beside_the_method(self):
        env = self.as_user(self.head_a)
        with self.assertRaises(AccessError):
            env["bde.membership"].create(
                {"user_id": self.teacher_b.id, "company_id": self.school_a.id, "role": "head"}
            )
        own = self._member(self.teacher_a, self.school_a, "teacher", env)
        own.date_to = self.year.date_end
        for vals in ({"role": "head"}, {"user_id": self.teacher_b.id}, {"is_current": True}):
            with self.assertRaises(AccessError):
                own.write(vals)
        with self.assertRaises(AccessError):
            own.unlink()
        mine = self._member(self.head_a, self.school_a, "head", env)
        with self.assertRaises(AccessError):
            mine.date_to = False

    def test_head_removes_his_own_people_only(self):
        env = self.as_user(self.head_a)
        theirs = self._member(self.teacher_b, self.school_b, "teacher", env)
        with self.assertRaises(AccessError):
            theirs.action_revoke()
        own = self._member(self.secretary_a, self.school_a, "secretary", env)
        own.action_revoke()
        self.assertFalse(self.secretary_a.active)
        self.assertEqual(own.state, "revoked")
        self.assertEqual(own.revoked_by_id.id, self.head_a.id)
        mine = self._member(self.head_a, self.school_a, "head", env)
        with self.assertRaisesRegex(UserError, "your own role"):
            mine.action_revoke()

    def test_hosting_account_is_not_woken_up(self):
        """A head cannot bring back an archived account that holds Odoo's rights."""
        system = self.env["res.users"].create(
            {
                "name": "Old host",
                "login": "old@host.example",
                "group_ids": [(6, 0, self.env.ref("base.group_system").ids)],
                "active": False,
            }
        )
        with self.assertRaisesRegex(UserError, "hosting team"):
            self._invite(self.head_a, self.school_a, "teacher", system.login)
        self.assertFalse(system.active)

    def test_unknown_person_needs_a_name(self):
        with self.assertRaisesRegex(UserError, "type the name too"):
            self._invite(self.head_a, self.school_a, name=False)
        with self.assertRaisesRegex(UserError, "not an e-mail"):
            self._invite(self.head_a, self.school_a, email="nobody")

    def test_administrator_of_the_suite_gives_every_role(self):
        self._invite(self.bde_admin, self.school_c, "head", "head_c@ac-test.example")
        self._invite(self.bde_admin, self.academy, "correspondent", "corr@ac-test.example")
        self.assertEqual(self.bde_admin.company_ids, self.academy)
        seen = self.as_user(self.bde_admin)["bde.membership"].search([])
        self.assertIn(self.school_b, seen.sudo().company_id)

    def test_wizard_offers_only_school_roles_to_a_head(self):
        env = self.as_user(self.head_a)
        roles = [role for role, _label in env["bde.team.invite"]._selection_role()]
        self.assertNotIn("admin", roles)
        self.assertNotIn("correspondent", roles)
        form = Form(env["bde.team.invite"])
        form.role = "teacher"
        with form.line_ids.new() as line:
            line.email = "prof@ac-test.example"
            line.name = "Prof Essai"
        form.save().action_invite()
        user = self.env["res.users"].search([("login", "=", "prof@ac-test.example")])
        self.assertEqual(user._bde_company_ids("teacher"), self.school_a.ids)

    def test_wizard_names_the_roles_in_the_language_of_the_user(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(["bde_partnerships"], ["fr_FR"])
        wizard = self.as_user(self.head_a)["bde.team.invite"].with_context(lang="fr_FR")
        self.assertEqual(dict(wizard._selection_role())["teacher"], "Professeur")

    def test_link_is_sent_again_until_the_first_sign_in(self):
        membership = self._invite(self.head_a, self.school_a)
        membership.action_invite_again()
        mails = self.env["mail.mail"].search([("email_to", "ilike", "nouvelle@ac-test")])
        self.assertEqual(len(mails), 2)
        self.env["res.users.log"].with_user(membership.sudo().user_id).sudo().create({})
        membership.sudo().user_id.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "signed in already"):
            membership.action_invite_again()
