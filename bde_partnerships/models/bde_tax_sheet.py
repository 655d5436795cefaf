from odoo import api, models

from ..rules import french
from .bde_document_page import stylesheet
from .bde_tax_funnel import STAGES

STYLE = "bde_partnerships/static/src/css/tax_sheet.css"
STEPS = ("Entreprises sollicitées", "Jointes", "Ont répondu", "Ont promis", "Ont versé")
SOURCES = {
    "giver": "Ont déjà versé",
    "host": "Accueillent nos élèves",
    "alumni": "Emploient d’anciens élèves",
    "event": "Venues à nos rencontres",
    "hand": "Ajoutées à la main",
}
# As many lines as leave the sheet on one page.
MOST_TRAININGS, MOST_USES = 8, 6


class BdeTaxCampaign(models.Model):
    """The campaign on one page for the head and the board: numbers, no company's name.

    French as all papers of a school; the same sums as the funnel of the screen.
    """

    _inherit = "bde.tax.campaign"

    def action_print_sheet(self):
        """Opens the sheets of these campaigns as one PDF."""
        return {
            "type": "ir.actions.act_url",
            "url": "/bde/tax/sheet?ids=" + ",".join(map(str, self.ids)),
            "target": "new",
        }

    def _sheet_pdf(self):
        """PDF of these campaigns, a page each; constant queries.

        :raises AccessError: the user does not read one of them
        :rtype: bytes
        """
        self.check_access("read")
        html = self.env["bde.document.mixin"]._render_page(
            "bde_partnerships.tax_sheet",
            {
                "lang": "fr",
                "css": stylesheet(STYLE),
                "sheets": self._sheets(),
                "title": "Bilan de la taxe d’apprentissage",
            },
        )
        return self.env["bde.document.version"]._render_html(html)

    def _sheets(self):
        """What each page says: texts and widths of bars alone.

        :rtype: list[dict]
        """
        figures = self._funnel_figures()
        trainings = self._sheet_sums("bde.tax.receipt", "training_id", ["amount:sum"])
        sources = self._sheet_sums(
            "bde.tax.report",
            "source",
            ["target_count:sum", "received_count:sum", "received_amount:sum"],
        )
        letterheads = {company: company._tax_letterhead() for company in self.company_id}
        return [
            {
                **letterheads[campaign.company_id],
                **campaign._sheet_head(),
                **campaign._sheet_funnel(figures[campaign]),
                "trainings": campaign._sheet_trainings(trainings),
                "sources": campaign._sheet_sources(sources),
                "uses": campaign._sheet_uses(),
            }
            for campaign in self
        ]

    def _sheet_sums(self, model, field, aggregates):
        """Sums of the campaigns and of the years before, one query: {(company, year): [rows]}."""
        years = {year for campaign in self for year in (campaign.year, campaign.year - 1)}
        groups = self.env[model]._read_group(
            [("company_id", "in", self.company_id.ids), ("year", "in", list(years))],
            ["company_id", "year", field],
            aggregates,
        )
        found = {}
        for company, year, value, *sums in groups:
            found.setdefault((company.id, year), {})[value] = sums
        return found

    # ------------------------------------------------------------
    # Parts of the page
    # ------------------------------------------------------------

    def _sheet_head(self):
        states = {"closed": "campagne close", "running": "campagne en cours"}
        return {
            "year": self.year,
            "before_year": self.year - 1,
            "state": states.get(self.state, "campagne en préparation"),
            "day": french.day(self.company_id._bde_today().isoformat()),
            "aimed_at": self.target_amount and french.euros(self.target_amount),
        }

    def _sheet_funnel(self, figures):
        """The five stages beside those of the year before, and the figures under them."""
        now, before = figures["now"], figures["before"]
        most = max(1, *(now[count] for count, _amount in STAGES))
        beside = self._funnel_beside(now, before)

        def money(sums, name):
            # an estimate to the cent would look like knowledge
            return french.euros(round(sums[name]) if name.endswith("potential") else sums[name])

        return {
            "has_before": bool(before),
            "stages": [
                {
                    "label": label,
                    "count": now[count],
                    "width": round(100 * now[count] / most),
                    "euros": money(now, amount),
                    "is_potential": amount.endswith("potential"),
                    "before_count": before[count] if before else "–",
                    "before_euros": money(before, amount) if before else "–",
                }
                for label, (count, amount) in zip(STEPS, STAGES, strict=True)
            ],
            "received": french.euros(beside["received"]),
            "facts": self._sheet_facts(beside, before and self._funnel_beside(before, None)),
        }

    def _sheet_facts(self, now, before):
        """(label, value, detail) of what a board asks."""
        facts = []
        if self.target_amount:
            share = round(100 * now["received"] / self.target_amount)
            detail = f"reçu {french.euros(now['received'])}"
            facts.append((f"Objectif : {french.euros(self.target_amount)}", f"{share} %", detail))
        if now["average"]:
            detail = before and before["average"] and french.euros(before["average"])
            facts.append(
                (
                    "Versement moyen",
                    french.euros(now["average"]),
                    detail and f"{self.year - 1} : {detail}",
                )
            )
        if now["loyal_of"]:
            share = round(100 * now["loyal"] / now["loyal_of"])
            detail = f"{now['loyal']} des {now['loyal_of']} entreprises qui ont versé l’an passé"
            facts.append(("Fidélité", f"{share} %", detail))
        if now["messages"]:
            detail = f"{now['messages']} envois"
            facts.append(("Reçu par envoi", french.euros(now["per_message"]), detail))
        if now["unexpected"]:
            detail = french.count(now["unexpected"], "entreprise")
            facts.append(("Versé sans promesse", french.euros(now["unexpected_amount"]), detail))
        return facts

    def _sheet_trainings(self, sums):
        """(training, euros, euros of the year before), the highest first; the rest in one line."""
        now = sums.get((self.company_id.id, self.year), {})
        before = sums.get((self.company_id.id, self.year - 1), {})
        rows = [
            (training.name or "", now.get(training, [0])[0], before.get(training, [0])[0])
            for training in {**now, **before}
        ]
        rows = [(name or "Établissement, sans formation précisée", *pair) for name, *pair in rows]
        rows.sort(key=lambda row: (-row[1], -row[2], row[0]))
        rest = rows[MOST_TRAININGS:]
        if rest:
            others = (f"Autres formations ({len(rest)})",)
            rows[MOST_TRAININGS:] = [(*others, *(sum(row[n] for row in rest) for n in (1, 2)))]
        return [(name, french.euros(one), french.euros(two)) for name, one, two in rows]

    def _sheet_sources(self, sums):
        """(source, companies targeted, givers, euros)."""
        now = sums.get((self.company_id.id, self.year), {})
        return [
            (label, *(now[code][:2]), french.euros(now[code][2]))
            for code, label in SOURCES.items()
            if code in now and any(now[code])
        ]

    @api.model
    def _sheet_use(self, use):
        return (use.name, use.course_id.name or "", use.amount and french.euros(use.amount))

    def _sheet_uses(self):
        """What the money of this campaign bought, as the school wrote it."""
        return [self._sheet_use(use) for use in self.use_ids[:MOST_USES]]
