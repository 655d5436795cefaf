import hashlib
import hmac
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..rules.directory import fold
from .bde_alumni_letters import Ask
from .bde_job_offer import DAYS_SHOWN

# proposals of companies within an hour: from one address, and for one school from everybody
PER_ADDRESS = 5
PER_SCHOOL = 60
# of one alumnus, that the bureau has not read yet
WAITING_MAX = 5
# a letter tells of an offer in the days after it was published, not later
TELL_DAYS = 7

# people behind an offer that is over are kept for a year
PROPOSER_DAYS = 365
PROPOSER = ("proposer_name", "proposer_email", "proposer_phone", "contact_text")


class BdeJobOffer(models.Model):
    _inherit = "bde.job.offer"

    # ------------------------------------------------------------
    # To propose
    # ------------------------------------------------------------

    @api.model
    def _propose(self, company, vals, source, alumnus=None):
        """An offer that waits to be read, from somebody who has no account.

        :param company: the school
        :param dict vals: checked texts of a form
        :param str source: ``company`` or ``alumnus``
        :return: the offer, in sudo
        """
        # sudo: a visitor has no right; what he types is shown to nobody before it was read
        return (
            self.sudo()
            .with_company(company)
            .with_context(mail_create_nosubscribe=True, mail_create_nolog=True)
            .create(
                vals
                | {
                    "company_id": company.id,
                    "source": source,
                    "alumnus_id": alumnus.id if alumnus else False,
                    "relation_id": self._relation_of(company, vals.get("siret")).id,
                    "expires_on": fields.Date.add(company._bde_today(), days=DAYS_SHOWN),
                }
            )
        )

    @api.model
    def _relation_of(self, company, siret):
        """The page of the school about the company of a SIRET; the bureau checks who wrote.

        :rtype: bde.relation
        """
        # sudo: called for visitors, to whom nothing of it is shown
        relations = self.env["bde.relation"].sudo()
        employer = siret and self.env["res.partner"].sudo()._bde_find_employer(siret)
        if not employer:
            return relations
        return relations.search(
            [("company_id", "=", company.id), ("partner_id", "=", employer.id)], limit=1
        )

    @api.model
    def _digest(self, address):
        """Digest of a network address: proposals are counted, addresses are not kept."""
        # sudo: the secret of the instance
        key = self.env["ir.config_parameter"].sudo().get_param("database.secret")
        return hmac.new(key.encode(), f"job\n{address}".encode(), hashlib.sha256).hexdigest()

    @api.model
    def _is_busy(self, company, origin):
        """Whether enough proposals came within the hour, from that address or to that school."""
        since = fields.Datetime.now() - timedelta(hours=1)
        # sudo: called for visitors, who read nothing
        Offer = self.sudo()
        recent = [("create_date", ">=", since), ("source", "=", "company")]
        return (
            Offer.search_count([*recent, ("origin", "=", origin)]) >= PER_ADDRESS
            or Offer.search_count([*recent, ("company_id", "=", company.id)]) >= PER_SCHOOL
        )

    # ------------------------------------------------------------
    # The bureau
    # ------------------------------------------------------------

    def _check_bureau(self):
        self.check_access("write")
        for company in self.company_id:
            company._bde_check_user_is("secretary")

    def action_publish(self):
        """The bureau has read it: alumni see it from now on."""
        self._check_bureau()
        ready = self.filtered(lambda one: one.state in ("proposed", "refused", "expired"))
        for offer in ready:
            if obstacle := offer._obstacle():
                raise UserError(
                    self.env._("%(title)s: %(obstacle)s", title=offer.title, obstacle=obstacle)
                )
        for company, offers in ready.grouped("company_id").items():
            # sudo: kept fields; the right was checked above
            offers.sudo().write(
                {
                    "state": "published",
                    "refusal_reason": False,
                    "published_on": company._bde_today(),
                    "moderated_by_id": self.env.uid,
                }
            )
        return True

    def _obstacle(self):
        """What keeps an offer from being published, as a sentence; None when nothing does."""
        if self.expires_on < self.company_id._bde_today():
            return self.env._("its last day is over: choose another one.")
        if not self.contact_text and not self.url:
            return self.env._("say how to apply, or give the page of the offer.")
        if not self.employer_name and self.kind != "study":
            return self.env._("say which company it is.")
        return None

    def action_refuse(self):
        """Asks why it is not published."""
        self._check_bureau()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse"),
            "res_model": "bde.job.offer.refuse",
            "view_mode": "form",
            "target": "new",
            "context": {"default_offer_ids": self.ids},
        }

    def _refuse(self, reason):
        """Nobody sees these offers; who proposed one is told why.

        An alumnus reads it on his page, a company in a mail to the address that it left.

        :param str reason: of ``REASONS``
        """
        self._check_bureau()
        refused = self.filtered(lambda one: one.state in ("proposed", "published"))
        # sudo: kept fields; the right was checked above
        refused.sudo().write(
            {"state": "refused", "refusal_reason": reason, "moderated_by_id": self.env.uid}
        )
        refused._tell_refused()

    def _tell_refused(self):
        """Tells companies that left an e-mail address why their offer is not shown."""
        told = self.filtered(lambda one: one.source == "company" and one.proposer_email)
        Delivery = self.env["bde.delivery"]
        # sudo: letters of the school, to addresses that its user reads
        Delivery.sudo()._queue([offer._refusal_letter() for offer in told.sudo()])
        if told:
            Delivery._trigger_queue()

    def _refusal_letter(self):
        """The message of ``bde.delivery._queue`` to who proposed an offer (in sudo)."""
        self.ensure_one()
        company = self.company_id
        offer = self.with_context(lang=company.partner_id.lang or "fr_FR")
        reasons = dict(offer._fields["refusal_reason"]._description_selection(offer.env))
        values = {
            "company": company,
            "lang": offer.env.lang,
            "name": offer.proposer_name,
            "title": offer.title,
            "reason": reasons[offer.refusal_reason],
            "url": f"{self.env['bde.link']._base_url()}/bde/c/{company.uai}/job",
        }
        return {
            "company": company,
            "email_to": self.env["bde.delivery"]._to(offer.proposer_name, offer.proposer_email),
            "subject": offer.env._("Your offer “%(title)s”", title=offer.title),
            "body_html": offer.env["ir.qweb"]._render(
                "bde_alumni.mail_offer_refused", values, minimal_qcontext=True
            ),
        }

    def action_filled(self):
        """Somebody got it: it is not shown any more."""
        self._check_bureau()
        # sudo: kept field; the right was checked above
        self.filtered(lambda one: one.state == "published").sudo().state = "filled"
        return True

    def action_prolong(self):
        """Shown for sixty days from today on; what had expired is shown again."""
        self._check_bureau()
        shown = self.filtered(lambda one: one.state in ("published", "expired"))
        for company, offers in shown.grouped("company_id").items():
            offers.expires_on = fields.Date.add(company._bde_today(), days=DAYS_SHOWN)
        shown.filtered(lambda one: one.state == "expired").action_publish()
        return True

    # ------------------------------------------------------------
    # Who sees it
    # ------------------------------------------------------------

    @api.model
    def _shown_domain(self, company, training=None):
        """Offers that are shown today, for one training or for all.

        :rtype: Domain
        """
        domain = Domain(
            [
                ("company_id", "=", company.id),
                ("state", "=", "published"),
                ("expires_on", ">=", company._bde_today()),
            ]
        )
        if training:
            for_all = Domain("training_ids", "=", False)
            domain &= Domain("training_ids", "in", training.ids) | for_all
        return domain

    @api.model
    def _matched(self, company, training, city=None, limit=10):
        """Offers for somebody of a training: those of his town first, then those that end soon.

        :param company: the school; the caller checked who asks
        :param str city: where he lives, if known
        :return: offers, in sudo
        """
        # sudo: pupils and alumni have no account
        found = self.sudo().search(
            self._shown_domain(company, training), order="expires_on, id", limit=200
        )
        return found._ranked_for(training, city)[:limit]

    def _ranked_for(self, training, city=None, wish=None):
        """Those of these offers that are for a training, as somebody of it reads them.

        What he wishes first, then his town, then what ends soon.

        :param str wish: ``wish`` of a plan; one that is no kind of offer ranks nothing
        """
        town = fold(city)
        mine = self.filtered(lambda one: not one.training_ids or training in one.training_ids)
        return mine.sorted(
            lambda one: (
                one.kind != wish,
                not town or fold(one.city) != town,
                one.expires_on,
                one.id,
            )
        )

    # ------------------------------------------------------------
    # Jobs
    # ------------------------------------------------------------

    @api.model
    def _cron_expire_offers(self):
        """Takes off the pages what is over, school by school."""
        rows = self._read_group([("state", "=", "published")], ["company_id"])
        companies = self.env["res.company"].union(*(company for (company,) in rows))
        companies._bde_each(self._expire_offers)

    @api.model
    def _expire_offers(self, company):
        self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "published"),
                ("expires_on", "<", company._bde_today()),
            ]
        ).state = "expired"

    @api.autovacuum
    def _gc_origins(self):
        """What tells where a proposal came from goes after a day."""
        yesterday = fields.Datetime.now() - timedelta(days=1)
        self.search([("origin", "!=", False), ("create_date", "<", yesterday)], limit=5000).write(
            {"origin": False}
        )

    @api.autovacuum
    def _gc_proposers(self):
        """Who proposed an offer, and how he is reached, goes a year after the offer is over."""
        over = [
            ("state", "in", ("refused", "expired", "filled")),
            ("write_date", "<", fields.Datetime.now() - timedelta(days=PROPOSER_DAYS)),
        ]
        named = Domain.OR(Domain(name, "!=", False) for name in PROPOSER)
        self.search(Domain(over) & named, limit=5000).write(dict.fromkeys(PROPOSER, False))


class BdeAlumniLetters(models.AbstractModel):
    _inherit = "bde.alumni.letters"

    @api.model
    def _asks(self, company, today):
        """Alumni who agreed to news are told of the offers of their training, when it is wished."""
        asks = super()._asks(company, today)
        since = fields.Date.subtract(today, days=TELL_DAYS)
        # sudo: published offers, which alumni read
        Offer = self.env["bde.job.offer"].sudo()
        offers = Offer.search(
            Offer._shown_domain(company)
            & Domain([("tell_alumni", "=", True), ("published_on", ">=", since)])
        )
        if not offers:
            return asks
        # sudo: who may be written to
        Alumnus = self.env["bde.alumnus"].sudo()
        alumni = Alumnus.search(
            Domain("company_id", "=", company.id) & Alumnus._may_write_domain("news")
        )
        for offer in offers:
            reached = alumni
            if offer.training_ids:
                reached = alumni.filtered(lambda one, o=offer: one.training_id in o.training_ids)
            line = _line(offer)
            asks += [
                Ask(one, f"offer_{offer.id}", "news", line, _subject, "offers")
                for one in reached - offer.alumnus_id
            ]
        return asks


def _subject(env):
    return env._("An offer for you")


def _line(offer):
    """What a letter says of an offer: what and where."""
    place = ", ".join(one for one in (offer.employer_name, offer.city) if one)

    def line(env):
        if not place:
            return env._("A new offer: %(title)s.", title=offer.title)
        return env._("A new offer: %(title)s (%(place)s).", title=offer.title, place=place)

    return line
