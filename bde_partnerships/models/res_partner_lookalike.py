from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..rules import identifiers, lookalike

# companies that a name without a place may bring to be scored, the best by trigrams first
NAMESAKES = 30


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
    bde_own_key = fields.Char(
        string="Name without its trade", compute="_compute_bde_keys", store=True, precompute=True
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
    _bde_own_key_trgm = _trigram("bde_own_key")
    _bde_town_key_trgm = _trigram("bde_town_key")
    _bde_name_key_idx = models.Index("(bde_name_key, zip) WHERE bde_name_key IS NOT NULL")
    _bde_zip_idx = models.Index("(zip, bde_street_key) WHERE bde_employer")
    _bde_town_key_idx = models.Index("(bde_town_key) WHERE bde_employer")

    @api.depends("bde_employer", "name", "street", "city")
    def _compute_bde_keys(self):
        for partner in self:
            if partner.bde_employer:
                partner.bde_name_key = lookalike.name_key(partner.name)
                partner.bde_own_key = lookalike.own_key(partner.bde_name_key)
                partner.bde_street_key = lookalike.street_key(partner.street)
                partner.bde_town_key = lookalike.town_key(partner.city)
            else:
                partner.bde_name_key = partner.bde_own_key = False
                partner.bde_street_key = partner.bde_town_key = False

    # ------------------------------------------------------------
    # Searching the directory
    # ------------------------------------------------------------

    @api.model
    def _search_bde_search(self, operator, value):
        """Companies by SIRET, SIREN or words of the name, without accents and legal forms."""
        if operator != "ilike" or not isinstance(value, str):
            return NotImplemented
        digits = identifiers.compact(value)
        if digits.isdigit() and len(digits) in (9, 14):
            return Domain("bde_siren" if len(digits) == 9 else "company_registry", "=", digits)
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

        Two queries for one or many, a third for names without a place. With a town or
        postcode, companies of that place and those of the very same name in the department are
        compared; without, companies of a like name anywhere.

        :param vals_list: dicts with ``name``, ``street``, ``zip``, ``city``,
            ``company_registry``; ``id``: a company that is not compared with itself
        :return: for each, a list of (company, score from 0 to 100, reasons as sentences)
        :rtype: list[list[tuple]]
        """
        self.env["res.partner"].flush_model()
        cards = [lookalike.Card.of(vals) for vals in vals_list]
        found, known = self._bde_lookalike_named(cards)
        pool = self._bde_lookalike_pool(cards)
        labels = self._bde_lookalike_labels()
        result = []
        for vals, card, sirets in zip(vals_list, cards, found, strict=True):
            scored = []
            for partner_id in (sirets.keys() | pool.near(card)) - {vals.get("id")}:
                other = known.get(partner_id) or pool.card(partner_id)
                score, reasons = lookalike.compare(card, other, sirets.get(partner_id, ()))
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
    def _bde_lookalike_pool(self, cards):
        """The companies of the places of these cards.

        :rtype: lookalike.Pool
        """
        zips = list({card.zip for card in cards if card.zip})
        towns = list({card.town for card in cards if card.town})
        query = SQL(
            """
            SELECT known.id, known.bde_own_key, known.bde_name_key, known.bde_street_key,
                   known.zip, known.bde_town_key, known.company_registry
              FROM res_partner known
             WHERE known.bde_employer AND known.active
               AND (known.zip = ANY(%s) OR known.bde_town_key = ANY(%s))
            """,
            zips,
            towns,
        )
        return lookalike.Pool(self.env.execute_query(query))

    @api.model
    def _bde_lookalike_named(self, cards):
        """Companies with the number or the name of these cards, wherever they are.

        :return: for each card {id: former SIRETs that made it one}, and {id: card} of all
        """
        query = SQL(
            """
            WITH asked AS (
                SELECT * FROM unnest(%(i)s::int[], %(name)s::text[], %(zip)s::text[],
                                     %(siret)s::text[]) AS asked(i, name, zip, siret)
            ), found AS (
                SELECT asked.i, known.id, NULL AS former
                  FROM asked JOIN res_partner known ON known.company_registry = asked.siret
                 WHERE known.bde_employer AND known.company_registry IS NOT NULL
                 UNION
                SELECT asked.i, former.partner_id, former.siret
                  FROM asked JOIN bde_former_siret former ON former.siret = asked.siret
                 UNION
                SELECT asked.i, known.id, NULL
                  FROM asked JOIN res_partner known ON known.bde_siren = left(asked.siret, 9)
                 WHERE length(asked.siret) >= 9 AND known.bde_siren IS NOT NULL AND known.active
                 UNION
                SELECT asked.i, known.id, NULL
                  FROM asked JOIN res_partner known ON known.bde_name_key = asked.name
                 WHERE asked.name != '' AND known.active AND known.bde_employer
                   AND (asked.zip = '' OR known.zip IS NULL
                        OR left(known.zip, 2) = left(asked.zip, 2))
            )
            SELECT found.i, found.former, known.id, known.bde_name_key, known.bde_street_key,
                   known.zip, known.bde_town_key, known.company_registry
              FROM found JOIN res_partner known ON known.id = found.id
            """,
            i=list(range(len(cards))),
            name=[card.name for card in cards],
            zip=[card.zip for card in cards],
            siret=[card.siret or None for card in cards],
        )
        found, known = [{} for _card in cards], {}
        rows = self.env.execute_query(query) if cards else []
        rows += self._bde_lookalike_unplaced(cards)
        for index, former, partner_id, *columns in rows:
            known[partner_id] = lookalike.Card(*(value or "" for value in columns))
            found[index].setdefault(partner_id, []).extend([former] if former else [])
        return found, known

    @api.model
    def _bde_lookalike_unplaced(self, cards):
        """Companies of a like name anywhere, for the cards that say no place; rows as above."""
        own = {
            index: lookalike.own_key(card.name)
            for index, card in enumerate(cards)
            if card.name and not (card.zip or card.town)
        }
        if not own:
            return []
        # compiling this query takes longer than running it for a thousand names
        self.env.cr.execute("SET LOCAL jit = off")
        query = SQL(
            """
            SELECT asked.i, NULL, near.*
              FROM unnest(%s::int[], %s::text[]) AS asked(i, own) CROSS JOIN LATERAL (
                       SELECT known.id, known.bde_name_key, known.bde_street_key, known.zip,
                              known.bde_town_key, known.company_registry
                         FROM res_partner known
                        WHERE known.bde_own_key %% asked.own AND known.active
                          AND known.bde_employer
                        ORDER BY similarity(known.bde_own_key, asked.own) DESC
                        LIMIT %s) near
            """,
            list(own),
            list(own.values()),
            NAMESAKES,
        )
        return self.env.execute_query(query)

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
