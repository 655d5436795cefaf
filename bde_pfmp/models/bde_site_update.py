from markupsafe import Markup

from odoo import api, fields, models

# boxes of the answer, and where the school knows them from
SHOWN = (
    "activity", "phone", "email", "website", "places", "takes_minors", "accessible", "remark",
)  # fmt: skip
OWN = {"places": "site_places", "takes_minors": "site_takes_minors",
       "accessible": "site_accessible"}  # fmt: skip


class BdeSiteUpdate(models.Model):
    """What a company answered about its site by the link: staged until staff accept it."""

    _name = "bde.site.update"
    _description = "Update of a site to accept"
    _inherit = ["bde.owned"]
    _order = "id desc"
    _rec_name = "relation_id"

    relation_id = fields.Many2one(
        "bde.relation",
        string="Company",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    state = fields.Selection(
        [("to_accept", "To accept"), ("accepted", "Accepted"), ("refused", "Put aside")],
        required=True,
        default="to_accept",
        readonly=True,
        index=True,
    )
    answered_on = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    name = fields.Char(string="Answered by", readonly=True)
    changed = fields.Json(string="Boxes that changed", readonly=True)
    activity = fields.Char(readonly=True)
    phone = fields.Char(readonly=True)
    email = fields.Char(string="E-mail", readonly=True)
    website = fields.Char(readonly=True)
    places = fields.Integer(string="Trainees at once", readonly=True)
    takes_minors = fields.Selection(
        [("yes", "Yes"), ("no", "No")], string="Takes minors", readonly=True
    )
    accessible = fields.Selection(
        [("yes", "Yes"), ("partly", "In part"), ("no", "No")],
        string="Open to disabled persons",
        readonly=True,
    )
    training_ids = fields.Many2many("bde.training", string="Trainings welcomed", readonly=True)
    remark = fields.Text(readonly=True)
    changes_html = fields.Html(
        string="What changes", compute="_compute_changes_html", sanitize=False
    )
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    decided_on = fields.Datetime(readonly=True)

    @api.depends("changed", "relation_id", "training_ids")
    @api.depends_context("lang")
    def _compute_changes_html(self):
        """Box by box: what the school knows, what the company answers."""
        row = Markup(
            "<tr><td class='pe-3'>%s</td><td class='pe-3 text-muted'>%s</td>"
            "<td><strong>%s</strong></td></tr>"
        )
        for update in self:
            rows = [
                row % (
                    update._fields[name]._description_string(self.env),
                    update._words(update.relation_id, OWN[name]) if name in OWN
                    else "" if name == "remark" else update.relation_id.partner_id[name] or "–",
                    update._words(update, name),
                )
                for name in SHOWN
                if name in (update.changed or [])
            ]  # fmt: skip
            if update.training_ids:
                names = ", ".join(update.training_ids.mapped("name"))
                label = update._fields["training_ids"]._description_string(self.env)
                rows.append(row % (label, "", f"+ {names}"))
            update.changes_html = Markup("<table>%s</table>") % Markup("").join(rows)

    def _words(self, record, name):
        """A value as people read it."""
        field = record._fields[name]
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(record[name]) or "–"
        return record[name] or "–"
