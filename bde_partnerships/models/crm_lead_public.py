import hashlib
import hmac
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models

from ..rules.offer_form import pipeline_of

# Requests taken within an hour: from one address, and for one school from everybody.
PER_ADDRESS = 5
PER_SCHOOL = 60
SPAM_DAYS = 30


class CrmLead(models.Model):
    """What a company proposes on the page of a bureau. It waits until staff sort it."""

    _inherit = "crm.lead"

    bde_siret = fields.Char(string="SIRET typed", help="By the company; not checked with SIRENE.")
    bde_offer_ids = fields.Many2many(
        "bde.offer", "crm_lead_bde_offer_rel", "lead_id", "offer_id", string="Proposes"
    )
    bde_training_ids = fields.Many2many(
        "bde.training",
        "crm_lead_bde_training_rel",
        "lead_id",
        "training_id",
        string="For",
        check_company=True,
    )
    bde_pupil_count = fields.Integer(string="Pupils", aggregator="sum")
    bde_when = fields.Char(string="When")
    bde_consent_on = fields.Datetime(
        string="Notice accepted on",
        readonly=True,
        help="The company accepted that the school keeps what it typed in order to answer.",
    )
    bde_form_origin = fields.Char(
        string="Where the form came from",
        index="btree_not_null",
        copy=False,
        groups="base.group_system",
        help="Keyed digest of the address that a request came from, to count them.",
    )

    @api.model
    def _bde_origin(self, address):
        """Digest of a network address: requests are counted, addresses are not kept."""
        # sudo: the secret of the instance
        key = self.env["ir.config_parameter"].sudo().get_param("database.secret")
        return hmac.new(key.encode(), f"form\n{address}".encode(), hashlib.sha256).hexdigest()

    @api.model
    def _bde_form_is_busy(self, company, origin):
        """Whether enough requests came within the hour, from that address or to that school."""
        since = fields.Datetime.now() - timedelta(hours=1)
        # sudo: called for visitors, who read nothing
        Lead = self.sudo().with_context(active_test=False)
        recent = [("create_date", ">=", since), ("bde_source", "=", "form")]
        return (
            Lead.search_count([*recent, ("bde_form_origin", "=", origin)]) >= PER_ADDRESS
            or Lead.search_count([*recent, ("company_id", "=", company.id)]) >= PER_SCHOOL
        )

    @api.model
    def _bde_from_form(self, company, values, origin):
        """Makes a request to sort of what was typed (``rules.offer_form.clean``).

        :param company: the school
        :param str origin: see :meth:`_bde_origin`
        :rtype: crm.lead
        """
        # sudo: a visitor has no right at all; what he types stays in this staging record
        env = self.sudo().with_company(company).env
        offers = env["bde.offer"].search([("code", "in", values["offers"])])
        trainings = env["bde.training"].search(
            [("id", "in", values["trainings"]), ("company_id", "=", company.id)]
        )
        vals = {
            "type": "lead",
            "name": values["company"],
            "company_id": company.id,
            "bde_source": "form",
            "bde_pipeline_id": env["bde.pipeline"]._by_code(pipeline_of(values["offers"])).id,
            "user_id": False,
            "partner_name": values["company"],
            "contact_name": values["contact"],
            "function": values["function"],
            "email_from": values["email"] or False,
            "phone": values["phone"] or False,
            "zip": values["zip"],
            "city": values["city"],
            "bde_siret": values["siret"],
            "bde_offer_ids": offers.ids,
            "bde_training_ids": trainings.ids,
            "bde_pupil_count": values["pupils"],
            "bde_when": values["when"],
            "description": Markup("<br/>").join(values["message"].splitlines()),
            "bde_consent_on": fields.Datetime.now(),
            "bde_form_origin": origin,
        }
        lead = env["crm.lead"].with_context(mail_create_nosubscribe=True, mail_create_nolog=True)
        return lead.create(vals)

    @api.autovacuum
    def _gc_bde_spam(self):
        """Removes spam after a month, and what tells where a request came from after a day."""
        spam = self.env.ref("bde_partnerships.lost_reason_spam", raise_if_not_found=False)
        now = fields.Datetime.now()
        Lead = self.with_context(active_test=False)
        if spam:
            Lead.search(
                [
                    ("lost_reason_id", "=", spam.id),
                    ("type", "=", "lead"),
                    ("active", "=", False),
                    ("write_date", "<", now - timedelta(days=SPAM_DAYS)),
                ],
                limit=1000,
            ).unlink()
        Lead.search(
            [("bde_form_origin", "!=", False), ("create_date", "<", now - timedelta(days=1))],
            limit=5000,
        ).write({"bde_form_origin": False})
