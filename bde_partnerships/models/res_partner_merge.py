from collections import Counter

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import LockError, UserError

from ..rules import identifiers
from .res_partner_merge_check import ADDRESS, CHOSEN, PLACE


class ResPartner(models.Model):
    """Two companies of the directory become one, and nothing of either is lost."""

    _inherit = "res.partner"

    def _bde_merge(self, drop, choices=None, academy=None):
        """Merges another company into this one; the caller checked the right to do so.

        The pages of each school are folded first, then every link of every module moves. What
        core's own merge would delete because it is there twice is joined. All of it is in the
        transaction of the caller: it is done whole or not at all.

        :param drop: the company that goes; it is deleted in the end
        :param dict choices: ``keep`` or ``drop`` by field of ``CHOSEN``; by default what
            :meth:`_bde_merge_differences` proposes
        :param academy: in whose name the history is written
        :raise UserError: what must not be merged; somebody is changing one of the two
        :return: dict with ``dropped`` (id and values of what is gone), ``folded`` and
            ``repointed`` (numbers of pages of schools) and ``moved`` (rows by table)
        """
        self.ensure_one()
        drop.ensure_one()
        # sudo: it moves what no role may read; contacts of all schools, archived ones too
        context = {"active_test": False, "tracking_disable": True, "bde_merging": True}
        keep, drop = self.sudo().with_context(**context), drop.sudo().with_context(**context)
        advice, text = keep._bde_merge_advice(drop)
        if advice.level == "stop":
            raise UserError(text)
        keep._bde_merge_lock(drop)
        academy = academy or keep.env["res.company"].search([("bde_kind", "=", "academy")], limit=1)
        outcome = {"dropped": drop._bde_merge_snapshot()}
        values = keep._bde_merge_values(drop, choices)
        keep.env["bde.merge"]._close_pair(keep, drop)
        outcome.update(keep._bde_merge_relations(drop))
        outcome["moved"] += keep.env["bde.merge.links"]._move("res.partner", {drop.id: keep.id})
        keep._bde_merge_by_core(drop)
        keep._bde_merge_take(drop, values, academy)
        drop.unlink()
        keep._bde_group_entities()
        # the placements of both are those of one page now
        keep.bde_relation_ids._refresh_hosted()
        keep.env.flush_all()
        return outcome

    # ------------------------------------------------------------
    # Before
    # ------------------------------------------------------------

    def _bde_merge_lock(self, drop, merge=None):
        """Locks both companies and their pages: who links to them meanwhile waits, then fails."""
        companies = (self | drop).sorted("id")
        try:
            if merge:
                merge.lock_for_update()
            companies.lock_for_update()
            companies.bde_relation_ids.lock_for_update()
        except LockError:
            raise UserError(
                self.env._(
                    "Somebody is working on one of these companies right now. Nothing was "
                    "changed: try again in a minute."
                )
            )

    def _bde_merge_snapshot(self):
        """Id and values of what goes, for the report."""
        values = {name: self._bde_merge_value(name) for name in CHOSEN}
        values["former_sirets"] = ", ".join(self.bde_former_siret_ids.mapped("siret"))
        values["created"] = fields.Datetime.to_string(self.create_date)
        return {"id": self.id, **{name: value for name, value in values.items() if value}}

    def _bde_merge_values(self, drop, choices):
        """Values of the other company that are taken over."""
        if choices is None:
            choices = {d["field"]: d["choice"] for d in self._bde_merge_differences(drop)}
        values = {}
        for name in CHOSEN:
            if choices.get(name) != "drop":
                continue
            taken = ADDRESS + PLACE if name == "street" else (name,)
            for field in taken:
                if field in drop._fields:
                    values[field] = (
                        drop[field].id if drop._fields[field].relational else drop[field]
                    )
        if values.get("company_registry") and drop.sirene_on:
            values["sirene_on"] = drop.sirene_on
        return values

    # ------------------------------------------------------------
    # Moving
    # ------------------------------------------------------------

    def _bde_merge_relations(self, drop):
        """Folds the pages of schools that have both, re-points those of the others."""
        mine = {relation.company_id: relation for relation in self.bde_relation_ids}
        both = drop.bde_relation_ids.filtered(lambda r: r.company_id in mine)
        lone = drop.bde_relation_ids - both
        kept = self.env["bde.relation"].browse([mine[r.company_id].id for r in both])
        note = self.env._(
            "%(drop)s was merged into this company by the académie: what your school had noted "
            "on either page stands here.",
            drop=drop.display_name,
        )
        moved = both._fold_into({relation: mine[relation.company_id] for relation in both})
        (kept | lone)._message_log_batch({relation.id: note for relation in kept | lone})
        return {"folded": len(kept), "repointed": len(lone), "moved": Counter(moved)}

    def _bde_merge_by_core(self, drop):
        """Core's own movers, for what modules that we do not know add to them."""
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge_bank_accounts(drop, self)
        wizard._update_foreign_keys(drop, self)
        wizard._update_reference_fields(drop, self)
        self.env.invalidate_all()

    def _bde_merge_take(self, drop, values, academy):
        """Takes over the chosen values; the SIRET that is not kept stays known as a former one."""
        Change = self.env["bde.employer.change"]
        Change.create(
            {
                "partner_id": self.id,
                "field": "bde_merged",
                "old_value": " ".join(
                    filter(None, (drop.name, identifiers.format_siret(drop.company_registry or "")))
                ),
                "new_value": self.name,
                "source": "merge",
                "user_id": self.env.uid,
                "school_id": academy.id,
            }
        )
        left = drop.company_registry
        if values.get("company_registry"):
            left = self.company_registry
            drop.company_registry = False
            drop.flush_recordset(["company_registry"])
        if left and len(left) == 14:
            self._bde_merge_former(left, academy)
        if drop.active and not self.active:
            values = dict(values, active=True)
        self._bde_write_shared(values, academy, source="merge")

    def _bde_merge_former(self, siret, academy):
        former = self.env["bde.former.siret"]
        if not former.search_count([("partner_id", "=", self.id), ("siret", "=", siret)], limit=1):
            former.create({"partner_id": self.id, "siret": siret, "date_to": academy._bde_today()})

    # ------------------------------------------------------------
    # After
    # ------------------------------------------------------------

    def _bde_merge_report(self, outcome, merge):
        """What was done, as the académie and the proposer read it: numbers and values."""
        lines = [
            self.env._("Schools that followed both: %(n)s, pages joined.", n=outcome["folded"]),
            self.env._("Schools that followed only the other one: %(n)s.", n=outcome["repointed"]),
            self.env._("Links moved: %(n)s.", n=sum(outcome["moved"].values())),
        ]
        if merge.confirm_reason:
            lines.append(self.env._("One company all the same: %(why)s", why=merge.confirm_reason))
        labels = {
            "street": self.env._("Address"),
            "id": self.env._("Number of the entry that is gone"),
        }
        gone = [
            (labels.get(name) or self._bde_merge_label(name), value)
            for name, value in outcome["dropped"].items()
        ]
        return Markup("<ul>%s</ul><table class='table table-sm'>%s</table>") % (
            Markup().join(Markup("<li>%s</li>") % line for line in lines),
            Markup().join(Markup("<tr><td>%s</td><td>%s</td></tr>") % row for row in gone),
        )

    def _bde_merge_label(self, name):
        others = {
            "former_sirets": self.env._("Former SIRETs"),
            "created": self.env._("Entered on"),
            "company_registry": self.env._("SIRET"),
        }
        return others.get(name) or self._fields[name]._description_string(self.env)


class BdeEmployerChange(models.Model):
    _inherit = "bde.employer.change"

    source = fields.Selection(selection_add=[("merge", "Merge")], ondelete={"merge": "cascade"})

    def _compute_field_label(self):
        result = super()._compute_field_label()
        for change in self.filtered(lambda c: c.field == "bde_merged"):
            change.field_label = self.env._("Merged with it")
        return result
