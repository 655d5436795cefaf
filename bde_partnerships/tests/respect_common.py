from unittest.mock import patch

from odoo.addons.mail.models.mail_mail import MailMail

from .common import BdeCase


class RespectCase(BdeCase):
    """A company known to two schools, each with a contact of its own; no mail leaves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.employer.email = "contact@duval.example"
        cls.anne = cls.employer._bde_add_contact(
            cls.school_a,
            {"name": "Anne Duval", "email": "anne@duval.example", "bde_signatory": True},
        )
        cls.bruno = cls.employer._bde_add_contact(
            cls.school_b, {"name": "Bruno Petit", "email": "bruno@duval.example"}
        )
        cls.relation_a = cls.anne.bde_relation_id
        cls.relation_b = cls.bruno.bde_relation_id
        cls.startClassPatcher(patch.object(MailMail, "send", lambda self, *a, **kw: True))

    def as_(self, user, record):
        return self.as_user(user)[record._name].browse(record.ids)

    def verdict(self, school=None, purpose="placements", employer=None, **kwargs):
        employer = employer or self.employer
        return employer._bde_solicitation(school or self.school_a, purpose, **kwargs)[employer]

    def say_no(self, school=None, **kwargs):
        """A no of the company, noted by a school."""
        if "email" not in kwargs:
            kwargs.setdefault("partner", self.employer)
        return self.env["bde.optout"]._record(school or self.school_a, **kwargs)

    def mails(self):
        return self.env["mail.mail"].sudo().search([], order="id")

    @classmethod
    def new_employers(cls, count, **vals):
        return cls.env["res.partner"].create(
            [
                {"name": f"Garage {i}", "is_company": True, "bde_employer": True} | vals
                for i in range(count)
            ]
        )

    def count_queries(self, function):
        """Queries of a call, once rules and users are in the caches."""
        for _warm in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            function()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.cr.sql_log_count - before
