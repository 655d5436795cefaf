from collections import defaultdict
from typing import NamedTuple

from odoo import models
from odoo.tools import split_every

from ..rules.texts import normalise
from .bde_tax_import_reason import reason

# names that are compared with the directory in one go
CHUNK = 1000
# below, a company is not worth a question
ALIKE = 60
# companies that are proposed for one row
CANDIDATES = 5


class Match(NamedTuple):
    """Whose money a row is: ``partner_id`` 0 when nobody knows."""

    status: str
    partner_id: int = 0
    why: tuple = ()  # sentences: what is asked
    remarks: tuple = ()
    candidates: tuple = ()  # (id, score, reasons)


class BdeTaxImport(models.Model):
    """Finding the company of each row: SIRET, SIREN, then the name, which a person confirms."""

    _inherit = "bde.tax.import"

    def _match_companies(self, rows):
        """The company of each row; constant queries, but for chunks of names.

        :param list rows: of ``rules/soltea_file.py``
        :return: {id(row): Match}
        """
        by_siret = self._companies_by_siret(rows)
        by_siren = self._companies_by_siren(rows)
        learned = self._companies_learned(rows)
        followed = self._followed({*by_siret.values(), *learned.values()}, by_siren)
        matches, unknown = {}, []
        for row in rows:
            partner_id = by_siret.get(row.siret)
            if partner_id:
                matches[id(row)] = self._match_of_siret(row, partner_id, by_siren, followed)
            elif row.employer_key in learned:
                known = (reason(self.env, "learned"),)
                matches[id(row)] = Match("new", learned[row.employer_key], remarks=known)
            elif by_siren.get(row.siren):
                matches[id(row)] = self._match_of_siren(row, by_siren[row.siren], followed)
            else:
                unknown.append(row)
        matches.update(self._match_names(unknown))
        return matches

    def _companies_by_siret(self, rows):
        found = self.env["res.partner"]._bde_find_employers([row.siret for row in rows])
        return {siret: partner.id for siret, partner in found.items()}

    def _companies_by_siren(self, rows):
        """Establishments of each SIREN, the legal entity itself where it has no other."""
        sirens = list({row.siren for row in rows if row.siren})
        # sudo: an archived company is found again, as by its SIRET
        partners = self.env["res.partner"].sudo().with_context(active_test=False).search_fetch(
            [("bde_employer", "=", True), ("bde_siren", "in", sirens)],
            ["bde_siren", "bde_level"],
            order="id",
        )  # fmt: skip
        found = {}
        for siren, group in partners.grouped("bde_siren").items():
            own = group.filtered(lambda partner: partner.bde_level != "entity") or group
            found[siren] = own.ids
        return found

    def _companies_learned(self, rows):
        """What people said of these employers in earlier files, by key of the employer."""
        keys = list({row.employer_key for row in rows if row.employer_key})
        lines = self.env["bde.tax.import.line"].search_fetch(
            [
                ("company_id", "=", self.company_id.id),
                ("employer_key", "in", keys),
                ("decision", "=", "take"),
                ("receipt_id", "!=", False),
            ],
            ["employer_key", "partner_id"],
            order="id",
        )
        return {line.employer_key: line.partner_id.id for line in lines if line.partner_id}

    def _followed(self, partner_ids, by_siren):
        """How near companies are to the school: 3 promised, 2 asked, 1 followed.

        :return: {id of the company: rank}
        """
        ids = {*partner_ids, *(one for group in by_siren.values() for one in group)}
        relations = self.env["bde.relation"].search_fetch(
            [("company_id", "=", self.company_id.id), ("partner_id", "in", list(ids))],
            ["partner_id"],
        )
        ranks = dict.fromkeys(relations.partner_id.ids, 1)
        money = [("company_id", "=", self.company_id.id), ("relation_id", "in", relations.ids)]
        campaigns = [("campaign_id", "=", self.campaign_id.id)]
        targets = self.env["bde.tax.target"].search_fetch(money + campaigns, ["partner_id"])
        ranks.update(dict.fromkeys(targets.partner_id.ids, 2))
        pledges = self.env["bde.pledge"].search_fetch(
            [*money, *campaigns, ("state", "!=", "cancelled")], ["partner_id"]
        )
        ranks.update(dict.fromkeys(pledges.partner_id.ids, 3))
        return ranks

    def _match_of_siret(self, row, partner_id, by_siren, followed):
        """The very establishment, unless the school deals with another one of the company."""
        if partner_id in followed:
            return Match("new", partner_id)
        others = by_siren.get(row.siren, ())
        near = max(others, key=lambda one: (followed.get(one, 0), -one), default=0)
        if followed.get(near, 0) > 1:
            return Match("new", near, remarks=(reason(self.env, "by_siren"),))
        return Match("new", partner_id, remarks=(reason(self.env, "follows"),))

    def _match_of_siren(self, row, partner_ids, followed):
        """The establishment that promised, or was asked, else the only one, else a question."""
        best = max(followed.get(one, 0) for one in partner_ids)
        nearest = [one for one in partner_ids if followed.get(one, 0) == best]
        remarks = (reason(self.env, "by_siren"),) if row.siret else ()
        candidates = tuple((one, 100, "") for one in nearest[:CANDIDATES])
        if row.doubt:
            why = (reason(self.env, "siret_doubt"),)
            return Match("to_confirm", nearest[0], why, candidates=candidates)
        if len(nearest) == 1:
            if not best:
                remarks += (reason(self.env, "follows"),)
            return Match("new", nearest[0], remarks=remarks)
        why = (reason(self.env, "several"),)
        return Match("to_confirm", nearest[0], why, remarks, candidates)

    # ------------------------------------------------------------
    # Names
    # ------------------------------------------------------------

    def _match_names(self, rows):
        """Rows without a number that is known: companies of a like name, for confirmation.

        The school's own companies come first. Equal employers are looked for once.
        """
        groups = defaultdict(list)
        for row in rows:
            groups[row.employer_key if row.name else ""].append(row)
        nameless = groups.pop("", [])
        why = (reason(self.env, "employer_missing"),)
        matches = {id(row): Match("unmatched", why=why) for row in nameless}
        for chunk in split_every(CHUNK, groups.values()):
            firsts = [group[0] for group in chunk]
            found = self._alike(firsts)
            for group, match in zip(chunk, found, strict=True):
                matches.update((id(row), match) for row in group)
        return matches

    def _alike(self, rows):
        """What is proposed for each of these employers."""
        found = self.env["res.partner"]._bde_lookalikes(
            [
                {
                    "name": row.name,
                    "zip": row.zip,
                    "city": row.city,
                    "company_registry": row.siret or row.siren,
                }
                for row in rows
            ],
            limit=2 * CANDIDATES,
        )
        partners = self.env["res.partner"].browse(
            {partner.id for group in found for partner, _score, _said in group}
        )
        # sudo: shared companies
        partners.sudo().fetch(["bde_siren", "name"])
        relations = self.env["bde.relation"].search_fetch(
            [("company_id", "=", self.company_id.id), ("partner_id", "in", partners.ids)],
            ["partner_id"],
        )
        own = set(relations.partner_id.ids)
        return [
            self._match_of_name(row, group, own) for row, group in zip(rows, found, strict=True)
        ]

    def _match_of_name(self, row, found, own):
        """The company of a like name, the school's own first; never without a question."""
        alike = []
        for partner, score, said in found:
            # sudo: a shared company; two numbers that differ are two companies
            siren = partner.sudo().bde_siren
            if score >= ALIKE and not (row.siren and siren and siren != row.siren):
                alike.append((partner.id, score, ", ".join(said)))
        if not alike:
            return Match("unmatched", why=(reason(self.env, "unmatched"),))
        alike.sort(key=lambda one: (one[0] not in own, -one[1]))
        candidates = tuple(alike[:CANDIDATES])
        why = (reason(self.env, "by_name"), candidates[0][2])
        return Match("to_confirm", candidates[0][0], tuple(filter(None, why)), (), candidates)

    # ------------------------------------------------------------
    # Whose school
    # ------------------------------------------------------------

    def _own_places(self, campaigns):
        """What the school and its components are called: {UAI, SIRET or name: component}.

        :param campaigns: ``bde.tax.campaign`` of the rows
        """
        Component = self.env["bde.tax.component"]
        school = self.company_id
        places = {}
        for campaign in campaigns:
            for key in (
                school.uai, campaign.soltea_uai, school.company_registry, campaign.soltea_siret,
                normalise(school.name), normalise(campaign.soltea_name),
            ):  # fmt: skip
                places[campaign.id, key] = Component
            for component in campaign.component_ids:
                for key in (component.uai, component.siret, normalise(component.name)):
                    places[campaign.id, key] = component
        return {key: component for key, component in places.items() if key[1]}

    def _place_of(self, row, campaign, places, labels):
        """(component, code, value): the code says why the row is of another school.

        :param places: see :meth:`_own_places`
        :param labels: names of schools in the file; a file that knows one alone speaks of it
        """
        none = self.env["bde.tax.component"]
        for code, key in (("not_ours_uai", row.uai), ("not_ours_siret", row.component_siret)):
            if key:
                found = places.get((campaign.id, key))
                return (none, code, key) if found is None else (found, "", "")
        label = normalise(row.component)
        if not label:
            return none, "", ""
        if (campaign.id, label) in places:
            return places[campaign.id, label], "", ""
        for (campaign_id, name), component in places.items():
            if campaign_id == campaign.id and _same_school(label, name):
                return component, "", ""
        if len(labels) == 1:
            return none, "other_label", row.component
        return none, "not_ours_name", row.component


def _same_school(label, name):
    """Whether two names are one school's: "LP Jean Moulin", "Lycée professionnel Jean Moulin"."""
    words = {"lycee", "professionnel", "polyvalent", "lp", "lpo", "des", "metiers", "prive"}
    first, second = set(label.split()) - words, set(name.split()) - words
    if not first or not second or name.isdigit():
        return False
    return first == second
