from odoo.fields import Command

from .tax_common import TaxCase

PARIS_NOON = "2025-06-10 10:00:00"


class TaxAnswerCase(TaxCase):
    """Companies that school A asks, an accountant with clients, a company of school B.

    Duval (contact Anne) is asked by A and by B. Comptes & Cie declares for Petit and Martin, and
    no more for Roux.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.anne = cls.employer._bde_add_contact(
            cls.school_a, {"name": "Anne Duval", "email": "anne@duval.example", "bde_tax": True}
        )
        cls.relation = cls.anne.bde_relation_id
        cls.target = cls.new_target(cls.relation)
        cls.bruno = cls.employer._bde_add_contact(
            cls.school_b, {"name": "Bruno Petit", "email": "bruno@duval.example", "bde_tax": True}
        )
        cls.campaign_b = cls.tax_campaign(cls.school_b, cls.training_b, cls.manager_b)
        cls.target_b = cls.new_target(cls.bruno.bde_relation_id, cls.campaign_b)
        cls.course = cls.campaign.course_ids
        cls._create_accountant()

    @classmethod
    def _create_accountant(cls):
        names = ("Comptes & Cie", "Boulangerie Petit", "Garage Martin", "Plomberie Roux")
        companies = cls.env["res.partner"].create(
            [{"name": name, "is_company": True, "bde_employer": True} for name in names]
        )
        relations = cls.env["bde.relation"].create(
            [{"company_id": cls.school_a.id, "partner_id": one.id} for one in companies]
        )
        cls.firm = relations[0]
        cls.clara = companies[0]._bde_add_contact(
            cls.school_a, {"name": "Clara Compte", "email": "clara@comptes.example"}
        )
        cls.petit, cls.martin, cls.roux = (cls.new_target(one) for one in relations[1:])
        (cls.petit | cls.martin | cls.roux).write(
            {"accountant_id": cls.firm.id, "accountant_contact_id": cls.clara.id}
        )

    @classmethod
    def new_target(cls, relation, campaign=None):
        return (campaign or cls.campaign)._target_of(relation)

    @classmethod
    def accountant_letter(cls, targets):
        return cls.env["bde.tax.letter"].create(
            {
                "campaign_id": targets.campaign_id.id,
                "relation_id": cls.firm.id,
                "contact_id": cls.clara.id,
                "target_ids": [Command.set(targets.ids)],
            }
        )

    def mint(self, record, person):
        """(link in the school's company, token)."""
        [(link, token)] = self.env["bde.link"]._mint_tax([(record, person)])
        return link._as_school(), token

    def said(self, target):
        """Answers of a company, the newest first."""
        return self.env["bde.tax.answer"].search([("target_id", "=", target.id)], order="id desc")

    def pledges(self, target):
        """Promises that stand."""
        return self.env["bde.pledge"].search(
            [("target_id", "=", target.id), ("cancelled_on", "=", False)]
        )

    def values(self, kind, **more):
        """What ``rules.tax_answer.clean`` gives."""
        return {
            "kind": kind,
            "amount": 0.0,
            "percent": 0.0,
            "course_id": False,
            "remark": "",
            "name": "",
            "other_name": "",
            "other_email": "",
            "other_phone": "",
            "is_stranger": False,
        } | more
