"""What people try who should not: regression tests of a hostile review."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import BdeCase


@tagged("post_install", "-at_install")
class TestHostileStaff(BdeCase):
    def test_head_does_not_touch_delegations_of_another_school(self):
        theirs = self.as_user(self.head_b)["bde.delegation"].create({"user_id": self.manager_b.id})
        school = self.school_a.with_env(self.as_user(self.head_a))
        for command in (
            Command.update(theirs.id, {"user_id": self.two_roles.id}),
            Command.delete(theirs.id),
            Command.link(theirs.id),
            Command.set(theirs.ids),
        ):
            with self.subTest(command=command), self.assertRaises(AccessError):
                school.write({"bde_delegation_ids": [command]})
        theirs.invalidate_recordset()
        self.assertEqual(theirs.sudo().user_id, self.manager_b)
        # his own, on the page of the school
        school.write({"bde_delegation_ids": [Command.create({"user_id": self.manager_a.id})]})
        own = school.bde_delegation_ids
        school.write({"bde_delegation_ids": [Command.update(own.id, {"scope": "all"})]})
        self.assertEqual(own.scope, "all")
        school.write({"bde_delegation_ids": [Command.delete(own.id)]})
        self.assertFalse(own.exists())

    def test_nobody_gives_himself_a_role(self):
        env = self.as_user(self.bde_admin)
        vals = {
            "user_id": self.bde_admin.id,
            "company_id": self.school_a.id,
            "role": "manager",
            "date_from": self.year.date_start,
        }
        with self.assertRaises(AccessError):
            env["bde.membership"].create(vals)
        other = env["bde.membership"].create(vals | {"user_id": self.correspondent.id})
        with self.assertRaises(AccessError):
            other.write({"user_id": self.bde_admin.id})
        self.bde_admin.login = "admin@ac-test.example"
        with self.assertRaises(AccessError):
            env["res.users"]._bde_invite(
                self.school_a, [{"email": "admin@ac-test.example"}], "manager"
            )
        self.assertFalse(self.bde_admin._bde_company_ids("staff"))

    def test_wizards_are_their_author_s(self):
        made = self.as_user(self.head_a)["bde.team.invite"].create(
            {"line_ids": [Command.create({"email": "somebody@x.example"})]}
        )
        register = self.as_user(self.secretary_a)["bde.employer.register"].create(
            {"contact_ids": [Command.create({"name": "Anne Duval", "phone": "0612345678"})]}
        )
        for records, reader in (
            (made, self.head_b),
            (made.line_ids, self.head_b),
            (register, self.manager_b),
            (register.contact_ids, self.manager_b),
            (register.contact_ids, self.manager_a),
        ):
            there = self.as_user(reader)[records._name]
            self.assertFalse(there.search([("id", "in", records.ids)]), records._name)
        self.assertEqual(register.contact_ids.phone, "0612345678")

    def test_contact_does_not_go_to_the_page_of_another_school(self):
        theirs = self.env["bde.relation"]._bde_ensure(self.employer, self.school_b)
        contact = self.employer._bde_add_contact(self.school_a, {"name": "Anne Duval"})
        with self.assertRaises(AccessError):
            contact.with_env(self.as_user(self.secretary_a)).bde_relation_id = theirs.id

    def test_debug_mode_names_no_record(self):
        theirs = self.env["bde.training"].search([("company_id", "=", self.school_b.id)])
        theirs.name = "Secret of B"
        record = theirs.with_env(self.as_user(self.secretary_a))
        has_group = type(self.env.user).has_group
        debug = lambda user, group: group == "base.group_no_one" or has_group(user, group)  # noqa: E731
        with patch.object(type(self.env.user), "has_group", debug):
            with self.assertRaises(AccessError) as refused:
                record.check_access("read")
        self.assertNotIn("Secret of B", str(refused.exception))

    def test_contact_keeps_the_address_that_links_go_to(self):
        contact = self.employer._bde_add_contact(
            self.school_a,
            {"name": "Anne Duval", "email": "anne@duval.example", "phone": "05 56 00 00 01"},
        )
        typed = {
            "name": "Anne Duval",
            "email": "pupil@evil.example",
            "phone": "05 56 00 00 01",
            "function": "Gérante",
        }
        again = self.employer._bde_add_contact(self.school_a, typed, keep_addresses=True)
        self.assertEqual(again, contact)
        self.assertEqual((contact.email, contact.function), ("anne@duval.example", "Gérante"))
