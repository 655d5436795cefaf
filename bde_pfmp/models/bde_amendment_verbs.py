from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .bde_amendment import AMENDABLE, OPEN


class BdeAmendment(models.Model):
    """The way of an amendment to its signatures, and what follows from them."""

    _inherit = "bde.amendment"

    obstacles = fields.Text(
        string="Before sending", compute="_compute_checks", help="What forbids to send it."
    )
    alerts = fields.Html(compute="_compute_checks", sanitize=False)
    comparison = fields.Html(string="What it says", compute="_compute_comparison", sanitize=False)
    state_label = fields.Char(string="Where it stands", compute="_compute_state_label")

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends(
        "state", "change_type", "date_effect", "break_from", "break_to", "new_date_start",
        "new_date_end", "holidays_off", "new_tutor_id", "new_site_address", "new_schedule",
        "correcting_since",
    )  # fmt: skip
    def _compute_checks(self):
        """Only asked for on forms, while there is something to do about it."""
        for amendment in self:
            amendment.obstacles = amendment.alerts = False
            if amendment.change_type and amendment._is_open_for_changes():
                problems, alerts = amendment._problems(), []
                if not problems:
                    alerts = amendment._get_alerts()
                    problems = amendment._other_obstacles()
                amendment.obstacles = "\n".join(problems) or False
                amendment.alerts = amendment.placement_id._alerts_html(alerts)

    @api.depends(
        "state", "change_type", "date_effect", "break_from", "break_to", "new_date_start",
        "new_date_end", "holidays_off", "new_tutor_id", "new_site_address", "new_schedule",
        "correcting_since",
    )  # fmt: skip
    def _compute_comparison(self):
        """What the convention said and what it becomes: that of the version once it is out."""
        for amendment in self:
            amendment.comparison = False
            if not amendment.change_type:
                continue
            if amendment._is_open_for_changes():
                if amendment._problems():
                    continue
                change = amendment._content_change()
            elif amendment.version_id:
                # sudo: the reader of the amendment may read what it says
                change = amendment.sudo().version_id._content()["change"]
            else:
                continue
            amendment.comparison = amendment._comparison_html(change)

    @api.model
    def _comparison_html(self, change):
        rows = Markup("").join(
            Markup("<tr><th>%s</th><td>%s</td><td>%s</td></tr>") % line
            for line in self._change_lines(change)
        )
        head = Markup("<tr><th></th><th>%s</th><th>%s</th></tr>") % (
            self.env._("Until now"),
            self.env._("From now on"),
        )
        return Markup(
            '<table class="table table-sm"><thead>%s</thead><tbody>%s</tbody></table>'
        ) % (head, rows)

    @api.depends("state", "date_effect")
    def _compute_state_label(self):
        labels = dict(self.env["bde.document"]._fields["state"]._description_selection(self.env))
        for amendment in self:
            text = labels.get(amendment.state, "")
            if amendment.state in AMENDABLE:
                in_force = amendment.date_effect <= amendment.company_id._bde_today()
                day = format_date(self.env, amendment.date_effect)
                text = (
                    self.env._("In force since %(day)s", day=day)
                    if in_force
                    else self.env._("Signed, in force from %(day)s", day=day)
                )
            amendment.state_label = text

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    def _check_ready(self, obstacles):
        """Stops with the reasons, each with its pupil when there are many."""
        stopped = {one: found for one, found in obstacles.items() if found}
        if not stopped:
            return
        if len(self) == 1:
            raise UserError("\n".join(stopped[self]))
        raise UserError(
            "\n".join(f"{one.student_name}: {' '.join(found)}" for one, found in stopped.items())
        )

    def action_make_version(self):
        """Makes the wording to read before it is sent.

        :raises UserError: when something that the change needs is missing
        """
        self.convention_id._check_amendable()
        self._check_ready({one: one._problems() for one in self})
        return super().action_make_version()

    def action_send(self):
        """Sends amendments for signature, once the law and the addresses allow it.

        :raises UserError: with what stands against it
        """
        self.document_id._check_staff()
        self.convention_id._check_amendable()
        self._check_ready(self._obstacles_to_send())
        for amendment in self.filtered(lambda one: not one.deadline):
            before = amendment.date_effect and fields.Date.subtract(amendment.date_effect, days=1)
            if before and before >= amendment.company_id._bde_today():
                amendment.deadline = before
        return super().action_send()

    def action_read(self):
        """The PDF as it would be sent, made when there is none yet."""
        self.ensure_one()
        if self.state == "draft" or (self.state == "to_check" and self.is_changed):
            self.action_make_version()
        return self.action_open_pdf()

    def action_open_convention(self):
        """The convention that it changes."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "bde.convention",
            "res_id": self.convention_id.id,
            "view_mode": "form",
        }

    # ------------------------------------------------------------
    # What follows
    # ------------------------------------------------------------

    def _document_state_changed(self, old, new):
        result = super()._document_state_changed(old, new)
        # sudo: follows from the state, whoever signed or gave it up
        self.sudo().filtered(lambda one: one.is_open != (new in OPEN)).write(
            {"is_open": new in OPEN}
        )
        if new in OPEN and old not in OPEN:
            self.convention_id._check_amendable()
        if new == "signed":
            self.sudo().is_signed = True  # sudo: follows from the state
            self._apply()
        return result

    def _apply(self):
        """The placements follow what all have signed; the journals of the conventions say so."""
        self.env["bde.placement"]._store_terms({one.placement_id: one._new_terms() for one in self})
        documents = self.convention_id.document_id
        documents._lock()
        self.env["bde.journal"]._append(
            [
                (
                    one.convention_id.document_id,
                    "amended",
                    {
                        "amendment": one.number,
                        "content_sha256": one.version_id.content_sha256,
                        "date_effect": one.date_effect.isoformat(),
                    },
                    None,
                )
                for one in self
            ]
        )
        self.placement_id._refresh_hosted()

    @api.model
    def _cron_follow_dates(self):
        """Amendments hold from their day to the end of their stay; placements show today's."""
        for [company] in self._read_group([("state", "in", AMENDABLE)], ["company_id"]):
            today = company._bde_today()
            own = ("company_id", "=", company.id)
            begun = self.search([own, ("state", "=", "signed"), ("date_effect", "<=", today)])
            begun.placement_id._follow_terms()
            for documents in begun.document_id._as_engine():
                documents._set_state("running")
            # days off end too: what held before holds again
            back = self.env["bde.placement.term"].search(
                [own, ("date_from", "=", today), ("placement_id.state", "in", AMENDABLE)]
            )
            back.placement_id._follow_terms()
            over = self.search(
                [own, ("state", "=", "running"), ("convention_id.state", "not in", AMENDABLE)]
            )
            for documents in over.document_id._as_engine():
                documents._set_state("ended")
