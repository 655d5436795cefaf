from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..rules import tax
from .base import as_id
from .bde_tax_target import FACTS, SOURCES

# what a company may be found by in one click; "hand" is for those that somebody names
FOUND_BY = ("giver", "host", "alumni", "event")
# offers that bring a company into the school
EVENT_OFFERS = ("visits", "forum", "jury")
# read once for all new targets, so that what is computed from them asks for nothing more
RELATION_FIELDS = ("partner_id", "company_id", "contact_ids")
COMPANY_FIELDS = (
    "name", "city", "zip", "naf_id", "headcount", "closed_on", "parent_id", "bde_siren",
)  # fmt: skip
CONTACT_FIELDS = ("bde_relation_id", "bde_tax", "bde_signatory", "active")


class BdeTaxCampaign(models.Model):
    """Whom a campaign asks: found among the companies of the school, or named by hand."""

    _inherit = "bde.tax.campaign"

    # ------------------------------------------------------------
    # Building the list
    # ------------------------------------------------------------

    def _build_targets(self, sources, partners=None):
        """Adds the companies of these sources, judged; as many queries for one as for 5,000.

        Doing it twice adds nothing twice, and keeps what was typed, left out or brought back.

        :param sources: of ``FOUND_BY``
        :param partners: companies of the directory (``res.partner``) that somebody chose
        :return: the targets that are new
        :rtype: bde.tax.target
        :raise UserError: the campaign is closed
        """
        self.ensure_one()
        self.company_id._bde_check_user_is("secretary")
        self._check_open()
        found = self._found_by(sources)
        chosen = self.env["bde.relation"]
        if partners:
            chosen = chosen._bde_ensure(partners.filtered("bde_employer"), self.company_id)
        # two clicks at the same time: the second finds the targets of the first
        self.lock_for_update(allow_referencing=True)
        return self._add_relations(found, chosen)

    def _check_open(self):
        """Stops where the campaign is closed: its figures hold."""
        if any(campaign.state == "closed" for campaign in self):
            raise UserError(
                self.env._("This campaign is closed: open the one of the year, or make it.")
            )

    def _found_by(self, sources):
        """Relations that each of these sources finds.

        :rtype: dict[str, bde.relation]
        """
        self.ensure_one()
        finders = {
            "giver": self._tax_givers,
            "host": self._tax_hosts,
            "alumni": self._tax_alumni,
            "event": self._tax_guests,
        }
        return {source: finders[source]() for source in FOUND_BY if source in sources}

    def _add_relations(self, found, chosen):
        """Targets of relations that have none yet; the others learn where they were found too."""
        Relation = self.env["bde.relation"]
        known = self._known_targets(Relation.union(chosen, *found.values()))
        flags = {"from_" + source: set(relations.ids) for source, relations in found.items()}
        for name, ids in flags.items():
            told = known.filtered(lambda t, n=name, i=ids: not t[n] and t.relation_id.id in i)
            # sudo: where it was found is noted by verbs alone; the campaign was checked
            told.sudo().write({name: True})
        flags["from_hand"] = set(chosen.ids)
        wanted = Relation.union(*found.values(), chosen) - known.relation_id
        new = self._make_targets(
            [
                {"relation_id": relation.id}
                | {name: True for name, ids in flags.items() if relation.id in ids}
                for relation in wanted
            ]
        )
        new._settle()
        new._judge()
        return new

    def _known_targets(self, relations):
        """Targets that the campaign has of these relations."""
        return self.env["bde.tax.target"].search_fetch(
            [("campaign_id", "=", self.id), ("relation_id", "in", relations.ids)],
            ["relation_id", *("from_" + source for source in FOUND_BY)],
        )

    def _make_targets(self, vals_list):
        """Creates targets after reading what is computed from, at once."""
        if not vals_list:
            return self.env["bde.tax.target"]
        relations = self.env["bde.relation"].browse(vals["relation_id"] for vals in vals_list)
        relations.fetch(RELATION_FIELDS)
        relations.contact_ids.fetch(CONTACT_FIELDS)
        relations.partner_id.fetch(COMPANY_FIELDS)
        # nobody follows 5,000 companies, and a message in each that it was made tells nothing
        quiet = {"mail_create_nolog": True, "mail_create_nosubscribe": True}
        # given where core takes it: what it computes of drafts, one by one, is slow
        targets = (
            self.env["bde.tax.target"]
            .with_context(**quiet, tracking_disable=True)
            .create(
                [
                    {
                        "campaign_id": self.id,
                        "contact_id": (relation._tax_people()[:1] or relation.partner_id).id,
                        "accountant_contact_id": False,
                    }
                    | vals
                    for relation, vals in zip(relations, vals_list, strict=True)
                ]
            )
        )
        return targets.with_env(self.env)

    # ------------------------------------------------------------
    # One company
    # ------------------------------------------------------------

    def _target_of(self, relation):
        """The target of one company, made when the campaign has none.

        For those that promise or give without having been asked.

        :rtype: bde.tax.target
        """
        return self._targets_of(relation)[relation]

    def _targets_of(self, relations):
        """As :meth:`_target_of` for many; constant queries.

        :rtype: dict[bde.relation, bde.tax.target]
        """
        found, new = self._found_or_made(relations)
        new._settle()
        new._judge()
        return found

    def _found_or_made(self, relations, received=None):
        """As :meth:`_targets_of`; those that are new wait to be settled, then judged.

        :param dict received: by relation, what is about to be counted: a new target begins with
            it, instead of being written again when it is settled
        :return: ({bde.relation: bde.tax.target}, the new targets)
        """
        self.ensure_one()
        known = self._known_targets(relations)
        missing = relations - known.relation_id
        new = self._make_targets(
            [
                {"relation_id": relation.id, "from_hand": True}
                | ({"received_amount": received[relation]} if received else {})
                for relation in missing
            ]
        )
        by_relation = (known | new).grouped("relation_id")
        return {relation: by_relation[relation] for relation in relations}, new

    # ------------------------------------------------------------
    # Where companies are found: modules add theirs to these
    # ------------------------------------------------------------

    def _tax_hosts(self):
        """Companies that hosted a pupil since the beginning of last school year."""
        year = self.env["bde.school.year"]._current(self.company_id)
        return self._tax_relations(
            Domain("last_hosted_on", ">=", year.date_start - relativedelta(years=1))
        )

    def _tax_givers(self):
        """Companies from which money came in an earlier campaign of the school."""
        given = self.env["bde.tax.target"].search_fetch(
            [
                ("company_id", "=", self.company_id.id),
                ("year", "<", self.year),
                ("received_amount", ">", 0),
            ],
            ["relation_id"],
        )
        return given.relation_id

    def _tax_guests(self):
        """Companies that come to the school: visits, forums, juries, agreed or talked of."""
        talks = Domain("purpose", "=", "events") & Domain("outcome", "=", "agreed")
        return self._tax_relations(
            Domain("offer_ids.code", "in", EVENT_OFFERS) | Domain("talk_ids", "any", talks)
        )

    def _tax_alumni(self):
        """Companies where a former pupil works, as their contacts say."""
        return self._tax_relations(Domain("contact_ids", "any", Domain("bde_alumni", "=", True)))

    def _tax_relations(self, domain):
        """Companies of the school that a condition holds for, but those that are closed."""
        return self.env["bde.relation"].search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("partner_id.closed_on", "=", False)
            & domain
        )


class BdeTaxTarget(models.Model):
    """What a new target begins with."""

    _inherit = "bde.tax.target"

    @api.model
    def _add_precomputed_values(self, vals_list):
        """Core computes what records begin with on a draft of each, most of the time of 5,000.

        What the page of the company and the campaign say is given here instead: the very
        values that the fields compute.
        """
        salaries = {}
        for vals in vals_list:
            if vals.get("campaign_id") and vals.get("relation_id"):
                for name, value in self._first_values(vals, salaries).items():
                    vals.setdefault(name, value)
        return super()._add_precomputed_values(vals_list)

    @api.model
    def _first_values(self, vals, salaries):
        """Computed fields of a target that is made with these values.

        :param dict salaries: average salary by year, kept from one target to the next
        """
        # sudo: as for any related field; core checks the campaign and the page themselves
        campaign = self.env["bde.tax.campaign"].sudo().browse(as_id(vals["campaign_id"]))
        relation = self.env["bde.relation"].sudo().browse(as_id(vals["relation_id"]))
        partner = relation.partner_id
        company, year = campaign.company_id, campaign.tax_year_id
        if year not in salaries:
            salaries[year] = year._salary_for_estimates()[0] if year else 0
        potential = tax.potential(
            vals.get("payroll") or 0, partner.headcount, salaries[year], year.rate
        )
        found = (code for code, _label in SOURCES if vals.get("from_" + code))
        values = {
            "company_id": company.id, "currency_id": company.currency_id.id,
            "year": campaign.year, "partner_id": partner.id, "partner_name": partner.name,
            "city": partner.city, "naf_id": partner.naf_id.id,
            "naf_section": partner.naf_id.section, "headcount": partner.headcount,
            "source": next(found, "hand"), "potential": float(potential.amount or 0),
            "potential_is_estimate": potential.is_estimate,
        }  # fmt: skip
        if "contact_id" in vals:
            contact_id = as_id(vals["contact_id"])
            values["has_contact"] = bool(contact_id) and contact_id != partner.id
        if not vals.keys() & {*FACTS, "thanked_on"} - {"received_amount"}:
            came = company.currency_id.compare_amounts(vals.get("received_amount") or 0, 0) > 0
            values |= {
                "stage": "received" if came else "targeted",
                "thanks_state": "to_thank" if came else "nothing",
            }
        return values
