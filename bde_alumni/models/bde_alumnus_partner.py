from odoo import api, fields, models

# whoever changes one of these bears the role “Former pupil” at his company, or no more
SHOWN_BY = {"no_more_on", "is_deceased", "active"}


class BdeAlumnus(models.Model):
    """Where an alumnus is a contact of a company: what links him to tutors, hosts and givers."""

    _inherit = "bde.alumnus"

    contact_link_ids = fields.One2many(
        "bde.alumni.contact", "alumnus_id", string="Contact of companies"
    )
    partner_ids = fields.Many2many(
        "res.partner",
        string="Contacts",
        compute="_compute_partner_ids",
        help="The contacts of companies who are this person, as staff confirmed.",
    )

    @api.depends("contact_link_ids.state", "contact_link_ids.partner_id")
    def _compute_partner_ids(self):
        for alumnus in self:
            alumnus.partner_ids = alumnus.contact_link_ids.filtered(
                lambda one: one.state == "confirmed"
            ).partner_id

    def write(self, vals):
        result = super().write(vals)
        if SHOWN_BY & vals.keys():
            self.sudo().contact_link_ids.partner_id._bde_follow_alumni()  # sudo: see there
        return result

    def _erase(self):
        # before the cascade removes the links: they tell who bears the role
        self.contact_link_ids._decide("refused")
        return super()._erase()

    def _join_links(self, gone):
        """What was said of a contact beside either record holds for the one that stays."""
        own = {link.partner_id: link for link in self.contact_link_ids}
        for link in gone.contact_link_ids:
            if kept := own.get(link.partner_id):
                link._strengthen(kept)
                link.unlink()
        return super()._join_links(gone)

    def _known_relations(self):
        """Companies of the school where these people work, as far as it is known for sure.

        A contact that staff confirmed, else the employer of the latest answer.

        :return: ``{alumnus: bde.relation}``, in sudo
        """
        found = {}
        for alumnus in self.sudo():  # sudo: companies of the alumni's own school
            links = alumnus.contact_link_ids.filtered(lambda one: one.state == "confirmed")
            found[alumnus] = links.sorted("id").relation_id[-1:] or alumnus.employer_id
        return found


class ResPartner(models.Model):
    _inherit = "res.partner"

    bde_alumnus_id = fields.Many2one(
        "bde.alumnus",
        string="Who was a pupil as",
        compute="_compute_bde_alumnus_id",
        groups="bde_partnerships.group_secretary",
        help="Only the school that keeps this contact sees it.",
    )
    bde_own_alumni_count = fields.Integer(
        string="Former pupils here",
        compute="_compute_bde_own_alumni_count",
        groups="bde_partnerships.group_staff",
        help="Alumni of your school who work there, as far as you know.",
    )

    @api.depends_context("allowed_company_ids", "uid")
    def _compute_bde_alumnus_id(self):
        links = self.env["bde.alumni.contact"]
        if links.has_access("read"):
            # by the rules of the reader: nobody learns it from another school
            links = links.search([("partner_id", "in", self.ids), ("state", "=", "confirmed")])
        alumni = {link.partner_id.id: link.alumnus_id for link in links}
        for partner in self:
            partner.bde_alumnus_id = alumni.get(partner.id, False)

    @api.depends_context("allowed_company_ids", "uid")
    def _compute_bde_own_alumni_count(self):
        relations = self.env["bde.relation"].search(
            [("partner_id", "in", self.ids), ("company_id", "in", self.env.companies.ids)]
        )
        alumni = relations._alumni_of()
        counts = {}
        for relation, found in alumni.items():
            counts[relation.partner_id.id] = counts.get(relation.partner_id.id, 0) + len(found)
        for partner in self:
            partner.bde_own_alumni_count = counts.get(partner.id, 0)
