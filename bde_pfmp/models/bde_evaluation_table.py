from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date

from .bde_grid import SECTIONS

FOLLOWERS = "bde_partnerships.group_teacher,bde_partnerships.group_secretary"


class BdeEvaluation(models.Model):
    """Evaluations read: one, or several of one stay side by side."""

    _inherit = "bde.evaluation"

    table = fields.Html(string="Line by line", compute="_compute_table", sanitize=False)

    @api.depends("answer_ids", "appreciation", "state")
    def _compute_table(self):
        for evaluation in self:
            evaluation.table = evaluation._table_html()

    def _heading(self):
        """Who judged, how, when: the head of a column."""
        self.ensure_one()
        views = dict(self._fields["view"]._description_selection(self.env))
        sources = dict(self._fields["source"]._description_selection(self.env))
        # the name of the pupil on his own view would say nothing
        who = views[self.view] if self.view == "self" else self.author or views[self.view]
        when = self.submitted_on and format_date(
            self.env, self.company_id._bde_date_of(self.submitted_on)
        )
        return {
            "who": who,
            "what": views[self.view],
            "how": sources[self.source],
            "when": when or self.env._("not handed in yet"),
        }

    def _side_by_side(self):
        """The answers of these evaluations, line by line, for a page or a screen.

        :return: dict ``heads`` (see :meth:`_heading`), ``groups`` [(title, [(code, label,
            [answer of each evaluation])])], ``words`` [appreciation of each]
        """
        sections = dict(
            self.env["bde.grid.item"]._fields["section"]._description_selection(self.env)
        )
        order = [section for section, _label in SECTIONS]
        rows = {}
        for number, evaluation in enumerate(self):
            for answer in evaluation.answer_ids:
                key = (answer.section, answer.name)
                row = rows.setdefault(key, (answer.code or "", [""] * len(self)))
                row[1][number] = (
                    self.env._("Not seen") if answer.not_seen else answer.level_id.name or ""
                )
        groups = []
        for section in order:
            found = [
                (code, name, answers)
                for (of, name), (code, answers) in rows.items()
                if of == section
            ]
            if found:
                groups.append((sections[section], found))
        return {
            "heads": [evaluation._heading() for evaluation in self],
            "groups": groups,
            "words": [evaluation.appreciation or "" for evaluation in self],
        }

    def _table_html(self):
        """:meth:`_side_by_side` for the screen; what people typed is escaped."""
        table = self._side_by_side()
        if not table["groups"] and not any(table["words"]):
            return False
        head = Markup("").join(
            Markup('<th>%s<br/><span class="fw-normal text-muted">%s, %s</span></th>')
            % (one["who"], one["how"], one["when"])
            for one in table["heads"]
        )
        body = []
        for title, rows in table["groups"]:
            body.append(
                Markup('<tr class="table-light"><th colspan="%s">%s</th></tr>')
                % (len(self) + 1, title)
            )
            for code, name, answers in rows:
                cells = Markup("").join(Markup("<td>%s</td>") % answer for answer in answers)
                label = f"{code} · {name}" if code else name
                body.append(Markup("<tr><td>%s</td>%s</tr>") % (label, cells))
        if any(table["words"]):
            cells = Markup("").join(
                Markup('<td style="white-space: pre-line">%s</td>') % text
                for text in table["words"]
            )
            body.append(
                Markup("<tr><th>%s</th>%s</tr>") % (self.env._("General appreciation"), cells)
            )
        return Markup(
            '<div class="table-responsive"><table class="table table-sm align-middle">'
            "<thead><tr><th></th>%s</tr></thead><tbody>%s</tbody></table></div>"
        ) % (head, Markup("").join(body))

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_fill(self):
        """Opens the grid to be filled in, on its own page."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/bde/evaluation/{self.id}",
            "target": "self",
        }

    def action_correct(self):
        """Reopens what staff typed, and opens its page."""
        self.ensure_one()
        self.action_reopen()
        return self.action_fill()

    def action_set_aside(self):
        """Asks why these evaluations count no more."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set aside"),
            "res_model": "bde.evaluation.aside",
            "view_mode": "form",
            "target": "new",
            "context": {"default_evaluation_ids": self.ids},
        }


class BdePlacement(models.Model):
    _inherit = "bde.placement"

    evaluation_ids = fields.One2many(groups=FOLLOWERS)
    evaluation_phone = fields.Char(
        related="tutor_id.phone", string="Telephone of the tutor", groups=FOLLOWERS
    )
    evaluation_table = fields.Html(
        string="Side by side",
        compute="_compute_evaluation_table",
        sanitize=False,
        groups=FOLLOWERS,
    )

    @api.depends("evaluation_ids.answer_ids", "evaluation_ids.state")
    def _compute_evaluation_table(self):
        order = ("tutor", "teacher", "self")
        for placement in self:
            given = placement.evaluation_ids.sorted(lambda one: (order.index(one.view), one.id))
            placement.evaluation_table = given._table_html() if given else False

    def action_evaluate(self):
        """Asks how and by which grid, then opens it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Fill in an evaluation"),
            "res_model": "bde.evaluation.start",
            "view_mode": "form",
            "target": "new",
            "context": {"default_placement_id": self.id},
        }
