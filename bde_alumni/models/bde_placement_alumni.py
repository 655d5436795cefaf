from odoo import api, fields, models


class BdePlacement(models.Model):
    """Where a host is chosen: whether former pupils work there."""

    _inherit = "bde.placement"

    host_alumni_text = fields.Char(
        string="Former pupils there", compute="_compute_host_alumni_text", compute_sudo=False
    )

    @api.depends_context("uid", "lang")
    @api.depends("host_id", "company_id")
    def _compute_host_alumni_text(self):
        hosts = self.host_id
        relations = self.env["bde.relation"]
        if hosts and self.env["bde.alumnus"].has_access("read"):
            relations = relations.search(
                [("company_id", "in", self.company_id.ids), ("partner_id", "in", hosts.ids)]
            )
        by_host = {
            (relation.company_id, relation.partner_id): alumni
            for relation, alumni in relations._alumni_of().items()
        }
        for placement in self:
            alumni = by_host.get((placement.company_id, placement.host_id))
            placement.host_alumni_text = placement._alumni_words(alumni) if alumni else False

    def _alumni_words(self, alumni):
        names = ", ".join(f"{one.name} ({one.cohort})" for one in alumni[:3])
        if len(alumni) > 3:
            names += ", …"
        if len(alumni) == 1:
            return self.env._("A former pupil works here: %(names)s", names=names)
        return self.env._(
            "%(count)s of your former pupils work here: %(names)s", count=len(alumni), names=names
        )
