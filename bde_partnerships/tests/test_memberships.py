from odoo.tests import tagged

from .common import BdeCase


@tagged("post_install", "-at_install")
class TestMemberships(BdeCase):
    def test_roles_are_held_per_school(self):
        """A teacher in A who is the manager in B holds each role in its school only."""
        user = self.two_roles
        self.assertEqual(user._bde_company_ids("teacher"), self.school_a.ids)
        self.assertEqual(user._bde_company_ids("manager"), self.school_b.ids)
        self.assertEqual(user._bde_company_ids("secretary"), self.school_b.ids)
        self.assertEqual(user._bde_company_ids("head"), [])
        self.assertEqual(user._bde_company_ids("staff"), (self.school_a | self.school_b).ids)
