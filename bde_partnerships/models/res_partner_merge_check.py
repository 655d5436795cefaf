from odoo import models

from ..rules import identifiers
from ..rules.merge import Company, advise
from .res_partner_employer import SIRENE_FIELDS

# what the académie chooses between; an address is taken whole
ADDRESS = ("street", "street2", "zip", "city", "state_id", "country_id")
PLACE = ("partner_latitude", "partner_longitude", "date_localization", "bde_geo_state")
CHOSEN = (
    "name", "company_registry", "street", "phone", "email", "website", "activity", "naf_code",
    "headcount", "closed_on", "bde_lead_school_id",
)  # fmt: skip
# models whose rows are counted for the académie: numbers, never a content
COUNTED = ("bde.relation", "crm.lead")


class ResPartner(models.Model):
    """What the académie looks at before it merges two companies."""

    _inherit = "res.partner"

    def _bde_merge_advice(self, drop):
        """What speaks against a merge of ``drop`` into this company.

        :return: (``rules.merge.Advice``, sentence for people, empty when all is well)
        """
        keep, drop = self._bde_merge_facts(), drop._bde_merge_facts()
        advice = advise(keep, drop)
        siren = identifiers.format_siret(keep.siren)
        texts = {
            "missing": self.env._("One of the two companies is gone."),
            "same": self.env._("Choose two different companies."),
            "below": self.env._(
                "One stands below the other: they are a company and its place, keep both."
            ),
            "levels": self.env._(
                "One is a legal entity and the other a place of work: keep both, the place "
                "stands below the entity."
            ),
            "establishments": self.env._(
                "Both SIRETs belong to the SIREN %(siren)s: they are two establishments of one "
                "company. Keep both, grouped below it.",
                siren=siren,
            ),
            "two_companies": self.env._(
                "Careful: each has a SIRET in use, of two different companies. Merge them only if "
                "one of the two SIRETs is wrong."
            ),
            "kept_closed": self.env._(
                "The one to keep is closed and the other is not: keep the other one."
            ),
            "moved": self.env._(
                "Same company: one establishment is closed, its SIRET stays known as a former one."
            ),
            "taken_over": self.env._(
                "Two different companies, one of which is closed: its SIRET stays known as a "
                "former one."
            ),
        }
        return advice, texts.get(advice.code, "")

    def _bde_merge_facts(self):
        return Company(
            id=self.id or 0,
            parent_id=self.parent_id.id or -1,
            siret=self.company_registry or "",
            level=self.bde_level or "establishment",
            closed=bool(self.closed_on),
        )

    # ------------------------------------------------------------
    # Differences
    # ------------------------------------------------------------

    def _bde_merge_differences(self, drop):
        """Fields that differ where the other company has a value, with the likely choice.

        :return: values of ``bde.merge.line``
        :rtype: list[dict]
        """
        # the SIRET decides whose the data of SIRENE are
        of_sirene = not self.company_registry and drop.company_registry and drop.sirene_on
        lines = []
        for name in CHOSEN:
            mine, other = self._bde_merge_value(name), drop._bde_merge_value(name)
            if mine == other or not (other or name == "closed_on"):
                continue
            if of_sirene and name in SIRENE_FIELDS:
                choice = "drop"
            else:
                # open is a value too: an empty day of closure is not a gap
                choice = "keep" if mine or name == "closed_on" else "drop"
            lines.append({"field": name, "keep_value": mine, "drop_value": other, "choice": choice})
        return lines

    def _bde_merge_value(self, name):
        """A value as people compare it."""
        if name == "street":
            town = " ".join(filter(None, (self.zip, self.city)))
            return ", ".join(filter(None, (self.street, self.street2, town)))
        if name == "company_registry":
            return identifiers.format_siret(self.company_registry or "")
        return self._bde_readable(name) if self[name] else ""

    # ------------------------------------------------------------
    # Numbers
    # ------------------------------------------------------------

    def _bde_merge_figures(self):
        """Number of records per model that hang on each of these companies.

        :return: list of (label, {company id: number}), those with a number
        """
        # sudo: numbers only, the académie reads no school's record
        companies = self.sudo()
        relations = (
            self.env["bde.relation"]
            .sudo()
            ._read_group(
                [("partner_id", "in", companies.ids)], ["partner_id"], ["company_id:count_distinct"]
            )
        )
        rows = [(self.env._("Schools that follow it"), {p.id: n for p, n in relations})]
        for model in sorted(self.env.registry):
            counts = companies._bde_merge_count(model)
            if counts:
                rows.append((self.env["ir.model"]._get(model).sudo().name, counts))
        return rows

    def _bde_merge_count(self, model):
        """Records of a model that point to each company, straight or by a school's relation."""
        Model = self.env[model].sudo().with_context(active_test=False)
        if Model._abstract or Model._transient or not Model._auto:
            return {}
        if model not in COUNTED and not model.startswith("bde.") or model.startswith("bde.merge"):
            return {}
        by_target = {
            field.comodel_name: name
            for name, field in reversed(Model._fields.items())
            if field.type == "many2one" and field.store and not field.related
        }
        if name := by_target.get("res.partner"):
            if model == "bde.relation":
                name = "partner_id"
            groups = Model._read_group([(name, "in", self.ids)], [name], ["__count"])
            return {partner.id: count for partner, count in groups}
        if name := by_target.get("bde.relation"):
            counts = {}
            groups = Model._read_group(
                [(f"{name}.partner_id", "in", self.ids)], [name], ["__count"]
            )
            for relation, count in groups:
                key = relation.partner_id.id
                counts[key] = counts.get(key, 0) + count
            return counts
        return {}
