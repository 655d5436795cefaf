from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..rules import identifiers, lookalike

# what is compared of a company
COMPARED_FIELDS = ("name", "street", "zip", "city", "company_registry")
# rows that one typed name may bring to be scored; the best by trigrams come first
CANDIDATES = 30


def _trigram(column):
    """An index for ``%`` and ``LIKE '%…%'`` on a key; none where PostgreSQL has no trigrams."""

    def definition(registry):
        return f"USING gin ({column} gin_trgm_ops)" if registry.has_trigram else ""

    return models.Index(definition)


class ResPartner(models.Model):
    """Companies that look alike, found before one is registered twice.

    Names, streets and towns are stored as keys without accents, legal forms and abbreviations
    (``rules/lookalike.py``); the search of the directory reads the same keys.
    """

    _inherit = "res.partner"

    bde_name_key = fields.Char(
        string="Name as compared", compute="_compute_bde_keys", store=True, precompute=True
    )
    bde_street_key = fields.Char(
        string="Street as compared", compute="_compute_bde_keys", store=True, precompute=True
    )
    bde_town_key = fields.Char(
        string="Town as compared", compute="_compute_bde_keys", store=True, precompute=True
    )
    bde_search = fields.Char(
        string="Company, SIRET or SIREN", store=False, search="_search_bde_search"
    )
    bde_place_search = fields.Char(
        string="Town or postcode", store=False, search="_search_bde_place_search"
    )

    _bde_name_key_trgm = _trigram("bde_name_key")
    _bde_town_key_trgm = _trigram("bde_town_key")
    _bde_name_key_idx = models.Index("(bde_name_key, zip) WHERE bde_name_key IS NOT NULL")
    _bde_zip_idx = models.Index("(zip, bde_street_key) WHERE bde_employer")
    _bde_town_key_idx = models.Index("(bde_town_key) WHERE bde_employer")

    @api.depends("bde_employer", "name", "street", "city")
    def _compute_bde_keys(self):
        for partner in self:
            if partner.bde_employer:
                partner.bde_name_key = lookalike.name_key(partner.name)
                partner.bde_street_key = lookalike.street_key(partner.street)
                partner.bde_town_key = lookalike.town_key(partner.city)
            else:
                partner.bde_name_key = partner.bde_street_key = partner.bde_town_key = False

    # ------------------------------------------------------------
    # Searching the directory
    # ------------------------------------------------------------

    @api.model
    def _search_bde_search(self, operator, value):
        """Companies by SIRET, SIREN or words of the name, without accents and legal forms."""
        if operator != "ilike" or not isinstance(value, str):
            return NotImplemented
        digits = identifiers.compact(value)
        if digits.isdigit() and len(digits) >= 5:
            return Domain("company_registry", "=like", f"{digits}%")
        return _holds_words("bde_name_key", lookalike.name_key(value))

    @api.model
    def _search_bde_place_search(self, operator, value):
        """Companies by the beginning of the postcode or words of the town."""
        if operator != "ilike" or not isinstance(value, str):
            return NotImplemented
        digits = identifiers.compact(value)
        if digits.isdigit():
            return Domain("zip", "=like", f"{digits}%")
        return _holds_words("bde_town_key", lookalike.town_key(value))

    # ------------------------------------------------------------
    # Look-alikes
    # ------------------------------------------------------------

    @api.model
    def _bde_lookalikes(self, vals_list, limit=5):
        """Known companies that may be the ones of these values, the most alike first.

        Two queries for one or many. With a town or postcode, companies of that place and those
        of the very same name in the department are compared; without, companies of a like name
        anywhere.

        :param vals_list: dicts with ``name``, ``street``, ``zip``, ``city``,
            ``company_registry``; ``id``: a company that is not compared with itself
        :return: for each, a list of (company, score from 0 to 100, reasons as sentences)
        :rtype: list[list[tuple]]
        """
        self.env["res.partner"].flush_model()
        cards = [lookalike.Card.of(vals) for vals in vals_list]
        found = self._bde_lookalike_candidates(cards)
        ids = {partner_id for candidates in found for partner_id in candidates}
        # sudo: shared companies, which the user reads anyway; spares a look at the rules
        partners = self.sudo().browse(ids)
        known = {
            partner.id: lookalike.Card.of({name: partner[name] for name in COMPARED_FIELDS})
            for partner in partners
        }
        labels = self._bde_lookalike_labels()
        result = []
        for vals, card, candidates in zip(vals_list, cards, found, strict=True):
            scored = []
            for partner_id, former in candidates.items():
                if partner_id == vals.get("id"):
                    continue
                score, reasons = lookalike.compare(card, known[partner_id], former)
                if score >= lookalike.THRESHOLD:
                    scored.append((score, partner_id, reasons))
            scored.sort(key=lambda one: (-one[0], one[1]))
            result.append(
                [
                    (self.browse(partner_id), score, [labels[reason] for reason in reasons])
                    for score, partner_id, reasons in scored[:limit]
                ]
            )
        return result

    @api.model
    def _bde_lookalike_candidates(self, cards):
        """Ids of the companies worth a look, with the former SIRETs that made them one.

        :param cards: list of ``lookalike.Card``
        :rtype: list[dict[int, list]]
        """
        found = [{} for _card in cards]
        if not cards:
            return found
        query = SQL(
            """
            WITH asked AS (
                SELECT * FROM unnest(%(i)s, %(name)s, %(street)s, %(zip)s, %(town)s, %(siret)s)
                    AS asked(i, name, street, zip, town, siret)
            )
            SELECT asked.i, known.id, NULL AS former
              FROM asked JOIN res_partner known ON known.company_registry = asked.siret
             WHERE asked.siret != '' AND known.bde_employer AND known.company_registry IS NOT NULL
             UNION
            SELECT asked.i, former.partner_id, former.siret
              FROM asked JOIN bde_former_siret former ON former.siret = asked.siret
             WHERE asked.siret != ''
             UNION
            SELECT asked.i, known.id, NULL
              FROM asked JOIN res_partner known ON known.bde_siren = left(asked.siret, 9)
             WHERE length(asked.siret) >= 9 AND known.bde_siren IS NOT NULL AND known.active
             UNION
            SELECT asked.i, known.id, NULL
              FROM asked JOIN res_partner known ON known.bde_name_key = asked.name
             WHERE asked.name != '' AND known.active AND known.bde_employer
               AND (asked.zip = '' OR known.zip IS NULL OR left(known.zip, 2) = left(asked.zip, 2))
             UNION
            SELECT asked.i, known.id, NULL
              FROM asked JOIN res_partner known ON known.zip = asked.zip AND known.bde_employer
             WHERE asked.zip != '' AND known.active AND (
                       known.bde_name_key %% asked.name
                       OR asked.street != '' AND known.bde_street_key = asked.street)
             UNION
            SELECT asked.i, known.id, NULL
              FROM asked JOIN res_partner known
                ON known.bde_town_key = asked.town AND known.bde_employer
             WHERE asked.town != '' AND known.active AND known.bde_name_key %% asked.name
             UNION
            SELECT asked.i, near.id, NULL
              FROM asked CROSS JOIN LATERAL (
                       SELECT known.id
                         FROM res_partner known
                        WHERE known.bde_name_key %% asked.name AND known.active
                          AND known.bde_employer
                        ORDER BY similarity(known.bde_name_key, asked.name) DESC
                        LIMIT %(candidates)s) near
             WHERE asked.zip = '' AND asked.town = '' AND asked.name != ''
            """,
            i=list(range(len(cards))),
            candidates=CANDIDATES,
            **{
                name: [getattr(card, name) for card in cards]
                for name in ("name", "street", "zip", "town", "siret")
            },
        )
        for index, partner_id, former in self.env.execute_query(query):
            sirets = found[index].setdefault(partner_id, [])
            if former:
                sirets.append(former)
        return found

    @api.model
    def _bde_lookalike_labels(self):
        """Sentences for the reasons of ``rules/lookalike.py``."""
        return {
            "same_siret": self.env._("Same SIRET"),
            "former_siret": self.env._("Had this SIRET before"),
            "same_siren": self.env._("Same legal entity (SIREN)"),
            "other_siret": self.env._("Another SIRET"),
            "same_name": self.env._("Same name"),
            "close_name": self.env._("Name that looks alike"),
            "same_address": self.env._("Same address"),
            "same_town": self.env._("Same town"),
            "other_town": self.env._("Another town"),
        }


def _holds_words(name, key):
    """Every word of the key, in any order: ``like`` reads the trigram index."""
    return Domain.AND([Domain("bde_employer", "=", True)] + [
        Domain(name, "like", word) for word in key.split()
    ])  # fmt: skip
