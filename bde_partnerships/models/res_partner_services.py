from collections import namedtuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..rules import identifiers, lookalike, recherche_entreprises
from ..rules.outside import Throttle, Unavailable

BY_HAND = 10 * recherche_entreprises.RATE  # ten seconds in front of a screen

Result = namedtuple("Result", "status detail")


class ResPartner(models.Model):
    """SIRENE, the national directory of companies: what is read there, by hand and by night."""

    _inherit = "res.partner"

    sirene_checked_on = fields.Datetime(
        string="Looked up in SIRENE on",
        readonly=True,
        copy=False,
        help="Last time that the directory answered about this SIRET, whatever it said.",
    )
    sirene_missing_on = fields.Date(
        string="Not in SIRENE since",
        readonly=True,
        copy=False,
        help="The directory does not show this SIRET: wrong digits, or gone. Nothing was erased.",
    )
    sirene_other_name = fields.Char(
        string="Name in SIRENE",
        readonly=True,
        copy=False,
        help="The directory gives this SIRET to another name: nothing was taken from there.",
    )

    _bde_sirene_checked_idx = models.Index(
        "(sirene_checked_on NULLS FIRST, id) WHERE bde_employer AND company_registry IS NOT NULL"
    )

    def write(self, vals):
        if "company_registry" in vals:
            # another number: what was said of the one before says nothing of it
            told = ("sirene_checked_on", "sirene_missing_on", "sirene_other_name")
            vals = dict.fromkeys(told, False) | vals
        elif "name" in vals and "sirene_other_name" not in vals:
            # sudo: compared only. The name may be the right one now: asked again next
            if any(self.sudo().mapped("sirene_other_name")):
                vals = {"sirene_checked_on": False} | vals
        return super().write(vals)

    # ------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------

    @api.model
    def _bde_search_sirene(self, query, throttle=None):
        """Establishments of the national directory, for a SIRET or a name.

        :raise Unavailable: switched off, no network, an error of the service
        :rtype: list[recherche_entreprises.Establishment]
        """
        url = self.env["bde.services"]._get("bde.recherche_entreprises_url")
        if not url:
            raise Unavailable("switched off", off=True)
        return recherche_entreprises.search(query, base_url=url, throttle=throttle)

    @api.model
    def _bde_sirene_values(self, establishment):
        """Values of ``res.partner`` from an establishment; what it does not say is left out."""
        brand = establishment.brand
        name = establishment.name
        if brand and brand.lower() not in name.lower():
            name = f"{name} ({brand})" if name else brand
        values = {
            "name": name,
            "company_registry": establishment.siret,
            "naf_code": establishment.naf,
            "headcount": establishment.headcount
            if establishment.headcount in dict(self._fields["headcount"].selection)
            else False,
            "street": establishment.street,
            "zip": establishment.zip,
            "city": establishment.city,
            "closed_on": establishment.closed_on,
            "bde_legal_category": establishment.legal_category,
        }
        return {name: value for name, value in values.items() if value}

    @api.model
    def _bde_why_no_sirene(self, error):
        """What to tell people when the directory cannot be asked."""
        if error.off:
            return self.env._(
                "The directory of companies is switched off on this server. Type by hand."
            )
        if error.retry_after:
            return self.env._(
                "Too many questions at once for the directory of companies. "
                "Try again in %(count)s seconds.",
                count=error.retry_after,
            )
        return self.env._("The directory of companies does not answer. Try later.")

    # ------------------------------------------------------------
    # Taking the answer
    # ------------------------------------------------------------

    def _bde_take_sirene(self, found, company):
        """Writes what the directory says of this employer, with its history.

        Nothing is ever wiped: what it no longer shows, or shows for another name, is told.

        :param found: ``Establishment`` of the SIRET, or None when it is not shown
        :param company: in whose name it is written
        :return: ``Result``: status missing, other_name, masked, closed, changed or same
        """
        self.ensure_one()
        if found is None:
            since = self.sirene_missing_on or company._bde_today()
            self._bde_write_shared({"sirene_missing_on": since}, company, source="sirene")
            return Result("missing", self.env._("SIRENE does not show this SIRET."))
        if not self.sirene_on and found.name and not self._bde_is_named(found):
            vals = {"sirene_other_name": found.name, "sirene_missing_on": False}
            self._bde_write_shared(vals, company, source="sirene")
            return Result(
                "other_name",
                self.env._(
                    "In SIRENE this SIRET is that of %(name)s, %(city)s. Correct the SIRET, or "
                    "the name if it is the same company.",
                    name=found.name,
                    city=found.city or "?",
                ),
            )
        vals = self._bde_sirene_changes(found, company)
        old = {name: self._bde_readable(name) for name in vals}
        self._bde_write_shared(vals, company, source="sirene")
        return self._bde_sirene_result(found, old)

    def _bde_is_named(self, found):
        """Whether the directory's name or brand is, roughly, the one that people typed."""
        typed = lookalike.name_key(self.name)
        return any(
            lookalike.name_score(typed, lookalike.name_key(name)) >= lookalike.THRESHOLD
            for name in (found.name, found.brand)
            if name
        )

    def _bde_sirene_changes(self, found, company):
        """Values to write: the directory's, without those that differ in their writing alone."""
        vals = self._bde_sirene_values(found)
        vals.pop("company_registry")
        for name in ("name", "street", "city"):
            # capitals without accents: what people wrote reads better
            if name in vals and lookalike.fold(vals[name]) == lookalike.fold(self[name]):
                del vals[name]
        if found.closed:
            vals["closed_on"] = found.closed_on or self.closed_on or company._bde_today()
        elif self.sirene_on:
            # open again; a closing that people typed before the first reading stays
            vals["closed_on"] = False
        return vals | {
            "bde_masked": found.masked,
            "sirene_missing_on": False,
            "sirene_other_name": False,
        }

    def _bde_sirene_result(self, found, old):
        lines = [
            f"{self._fields[name]._description_string(self.env)}: "
            f"{before or '-'} → {self._bde_readable(name) or '-'}"
            for name, before in old.items()
            if before != self._bde_readable(name)
        ]
        detail = "; ".join(lines)
        if found.closed:
            closed = self.env._(
                "Closed since %(date)s.", date=format_date(self.env, self.closed_on)
            )
            return Result("closed", f"{closed} {detail}".strip())
        if found.masked:
            masked = self.env._("Asked not to be shown: SIRENE gives little of it.")
            return Result("masked", f"{masked} {detail}".strip())
        return Result("changed" if lines else "same", detail)

    def _bde_mark_sirene(self, results):
        """Notes when these employers were looked up: two writes, however many they are.

        :param dict results: ``{partner: Result}``
        """
        now = fields.Datetime.now()
        ids = {status: [] for status in ("shown", "masked", "told")}
        for partner, result in results.items():
            shown = result.status in ("changed", "same", "closed")
            ids["shown" if shown else "masked" if result.status == "masked" else "told"].append(
                partner.id
            )
        # sudo: no role writes shared companies directly; the callers checked
        Partner = self.sudo()
        Partner.browse(ids["shown"]).write({"sirene_checked_on": now, "sirene_on": now})
        # what a masked firm does not publish is for people to type
        Partner.browse(ids["masked"]).write({"sirene_checked_on": now, "sirene_on": False})
        Partner.browse(ids["told"]).write({"sirene_checked_on": now})

    # ------------------------------------------------------------
    # By hand
    # ------------------------------------------------------------

    def action_bde_refresh_sirene(self):
        """Reads the employer again in SIRENE, in the name of the user's school.

        :raise UserError: the directory does not answer, does not know the SIRET, or gives it
            to another name
        """
        self.ensure_one()
        self.env.company._bde_check_user_is("secretary")
        if not identifiers.is_siret(self.company_registry):
            raise UserError(self.env._("Give the SIRET first."))
        try:
            found = self._bde_search_sirene(self.company_registry)
        except Unavailable as error:
            raise UserError(self._bde_why_no_sirene(error))
        if not found:
            raise UserError(self.env._("The directory of companies does not show this SIRET."))
        result = self._bde_take_sirene(found[0], self.env.company)
        if result.status == "other_name":
            raise UserError(result.detail)
        self._bde_mark_sirene({self: result})
        return True

    def action_bde_refresh_listed(self, throttle=None):
        """Reads the chosen employers again in SIRENE and tells, line by line, what came out.

        :raise UserError: more than the directory answers while somebody waits
        :return: action of the report
        """
        company = self.env.company
        company._bde_check_user_is("secretary")
        employers = self.filtered("bde_employer")
        if len(employers) > BY_HAND:
            raise UserError(
                self.env._(
                    "Choose at most %(count)s companies: the directory answers seven a second. "
                    "The others are read by night.",
                    count=BY_HAND,
                )
            )
        results = employers._bde_refresh_all(company, throttle)
        return self.env["bde.service.report"]._open(self.env._("Read in SIRENE"), results)

    def _bde_refresh_all(self, company, throttle=None):
        """``{employer: Result}``; once the directory fails, the rest is not asked."""
        throttle = throttle or Throttle(recherche_entreprises.RATE)
        results, failure = {}, None
        for partner in self:
            if not identifiers.is_siret(partner.company_registry):
                results[partner] = Result("no_siret", self.env._("No SIRET."))
            elif failure:
                results[partner] = Result("unavailable", failure)
            else:
                try:
                    found = self._bde_search_sirene(partner.company_registry, throttle)
                    results[partner] = partner._bde_take_sirene(
                        found[0] if found else None, company
                    )
                except Unavailable as error:
                    message = self._bde_why_no_sirene(error)
                    results[partner] = Result("unavailable", message)
                    failure = None if error.refused else message
        asked = {p: r for p, r in results.items() if r.status not in ("no_siret", "unavailable")}
        self._bde_mark_sirene(asked)
        return results
