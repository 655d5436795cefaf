from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

CALL = "mail.mail_activity_data_call"


class BdeRelation(models.Model):
    """Former pupils in a company: on its page, where a host is chosen, and as a first contact."""

    _inherit = "bde.relation"

    alumni_ids = fields.Many2many(
        "bde.alumnus",
        string="Former pupils",
        compute="_compute_alumni_ids",
        groups="bde_partnerships.group_secretary",
    )
    alumni_count = fields.Integer(string="Former pupils here", compute="_compute_alumni_count")

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("partner_id")
    def _compute_alumni_ids(self):
        found = self._alumni_of()
        for relation in self:
            relation.alumni_ids = found.get(relation._origin, self.env["bde.alumnus"])

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("partner_id")
    def _compute_alumni_count(self):
        found = self._alumni_of()
        for relation in self:
            relation.alumni_count = len(found.get(relation._origin, ()))

    def _alumni_of(self):
        """Alumni who work at these companies: contacts that staff confirmed, or the employer of
        the latest answer; not those who said no for good. One query, by the reader's rights.

        :rtype: dict[bde.relation, bde.alumnus]
        """
        Alumnus, Link = self.env["bde.alumnus"], self.env["bde.alumni.contact"]
        if not self.ids or not Alumnus.has_access("read") or not Link.has_access("read"):
            return {}
        shown = Alumnus._may_write_domain("inform")
        employed = Alumnus._search(shown & Domain("employer_id", "in", self.ids))
        contacts = Link._search(
            Domain("relation_id", "in", self.ids)
            & Domain("state", "=", "confirmed")
            & Domain("alumnus_id", "any", shown)
        )
        # the page of a company counts its queries: both ways at once
        rows = self.env.execute_query(
            SQL(
                "%s UNION %s ORDER BY 1, 2",
                employed.select(
                    Alumnus._field_to_sql(employed.table, "employer_id", employed),
                    Alumnus._field_to_sql(employed.table, "id", employed),
                ),
                contacts.select(
                    Link._field_to_sql(contacts.table, "relation_id", contacts),
                    Link._field_to_sql(contacts.table, "alumnus_id", contacts),
                ),
            )
        )
        found = {}
        for relation, alumnus in rows:
            found.setdefault(relation, []).append(alumnus)
        return {self.browse(one): Alumnus.browse(alumni) for one, alumni in found.items()}

    def action_open_alumni(self):
        """The former pupils who work at this company."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_alumni.action_alumnus")
        return action | {
            "domain": [("id", "in", self.alumni_ids.ids)],
            "context": {},
            "display_name": self.env._("Former pupils at %(company)s", company=self.partner_name),
        }

    # ------------------------------------------------------------
    # First contact
    # ------------------------------------------------------------

    def _first_contacts(self):
        """Through whom this company may be reached: alumni who agreed to be asked for help.

        Those of the other establishments of the same legal entity too.

        :rtype: bde.alumnus
        """
        self.ensure_one()
        relations = self
        if siren := self.partner_id.bde_siren:
            relations |= self.search(
                [("company_id", "=", self.company_id.id), ("partner_id.bde_siren", "=", siren)]
            )
        alumni = self.env["bde.alumnus"].union(*relations._alumni_of().values())
        return alumni._may_write("solicitation")

    def action_first_contact(self):
        """Through which alumnus to reach this company.

        :raise UserError: nobody there agreed to be asked; says what to do
        """
        self.ensure_one()
        self.company_id._bde_check_user_is("secretary")
        alumni = self._first_contacts()
        if not alumni:
            raise UserError(
                self.env._(
                    "No former pupil of yours who works there agreed to be asked for help: call "
                    "the company itself. Those who agree say so on their page."
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_alumni.action_first_contact")
        return action | {
            "domain": [("id", "in", alumni.ids)],
            "context": {"bde_relation_id": self.id},
            "display_name": self.env._("Through whom: %(company)s", company=self.partner_name),
        }


class BdeAlumnus(models.Model):
    _inherit = "bde.alumnus"

    works_at = fields.Char(
        string="Works at", compute="_compute_works_at", help="As far as the school knows."
    )

    @api.depends("contact_link_ids.state", "employer_id")
    def _compute_works_at(self):
        relations = self._known_relations()
        for alumnus in self:
            # an alumnus who is being typed has no company yet
            relation = relations.get(alumnus._origin)
            alumnus.works_at = relation.partner_name if relation else False

    def action_plan_first_contact(self):
        """Plans the call to this alumnus on the page of the company that is to be reached."""
        self.ensure_one()
        number = self.env.context.get("bde_relation_id")
        relation = self.env["bde.relation"].browse(number).exists() or self._known_relations()[
            self
        ].with_env(self.env)
        if not self._may_write("solicitation"):
            raise UserError(self.env._("This person is not asked for help any more."))
        if not relation:
            raise UserError(self.env._("Open this list from the page of the company."))
        relation.check_access("write")
        relation.activity_schedule(
            CALL,
            fields.Date.add(relation.company_id._bde_today(), days=2),
            summary=self.env._(
                "First contact through %(alumnus)s (left in %(cohort)s)",
                alumnus=self.name,
                cohort=self.cohort,
            ),
            user_id=self.env.uid,
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The call is planned on the page of %(company)s.",
                    company=relation.partner_name,
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
