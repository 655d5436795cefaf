from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from .bde_placement_stay import STAY_STATES, StayError
from .bde_stay import Ask

# letters of a school and day about its sites: mail is scarce
ASKS_A_DAY = 20
# whoever has not welcomed for longer is called, not written to
ASK_YEARS = 3
TEXTS = {"activity": 120, "phone": 30, "email": 120, "website": 120, "remark": 500}
CHOICES = {"takes_minors": ("yes", "no"), "accessible": ("yes", "partly", "no")}


class BdeRelation(models.Model):
    """When the school last knew that what it knows of a site is right."""

    _inherit = "bde.relation"

    site_confirmed_on = fields.Date(
        string="Site confirmed on",
        readonly=True,
        index=True,
        copy=False,
        default=lambda self: self.env.company._bde_today(),
        help="By the company, by an accord d'accueil, or by hand. After a year an update is asked "
        "by link.",
    )
    site_places = fields.Integer(string="Trainees at once")
    site_takes_minors = fields.Selection([("yes", "Yes"), ("no", "No")], string="Takes minors")
    site_accessible = fields.Selection(
        [("yes", "Yes"), ("partly", "In part"), ("no", "No")],
        string="Open to disabled persons",
    )
    site_update_ids = fields.One2many("bde.site.update", "relation_id", readonly=True)

    def action_confirm_site(self):
        """What is known of the site is right today: somebody of the bureau checked it."""
        for company, relations in self.grouped("company_id").items():
            company._bde_check_user_is("secretary")
            relations.site_confirmed_on = company._bde_today()
        return True

    @api.model
    def _confirm_limit(self, company):
        """Sites confirmed before this day are to be confirmed again."""
        days = self.env["bde.quality.term"]._days("confirm_days")
        return company._bde_today() - timedelta(days=days)


class BdeHosting(models.Model):
    _inherit = "bde.hosting"

    def _accept_one(self):
        """The company has just typed what the school knows of it."""
        result = super()._accept_one()
        placement = self.placement_id
        if placement.host_id:
            relation = self.env["bde.relation"]._bde_ensure(placement.host_id, self.company_id)
            # sudo: a teacher who accepts an agreement does not write pages of companies
            relation.sudo().site_confirmed_on = self.company_id._bde_today()
        return result


class BdeStay(models.AbstractModel):
    _inherit = "bde.stay"

    @api.model
    def _asks(self, company, today):
        return super()._asks(company, today) + self._site_asks(company, today)

    @api.model
    def _site_asks(self, company, today):
        """Companies whose site was not confirmed for a year, by their last stay; a few a day."""
        relations = self.env["bde.relation"].search(
            [
                ("company_id", "=", company.id),
                ("site_confirmed_on", "<", self.env["bde.relation"]._confirm_limit(company)),
                ("last_hosted_on", ">=", today - timedelta(days=365 * ASK_YEARS)),
                ("status", "!=", "avoid"),
                ("closed_on", "=", False),
                ("site_update_ids", "not any", [("state", "=", "to_accept")]),
            ],
            order="site_confirmed_on, id",
        )
        if not relations:
            return []
        stays = self._last_stays(company, relations)
        # sudo: nobody writes letters
        Letter = self.env["bde.stay.letter"].sudo()
        letters = Letter.search([("company_id", "=", company.id), ("kind", "=", "site")])
        # the day of the school: overseas most of it is another one in UTC
        left = ASKS_A_DAY - sum(company._bde_date_of(one.sent_on) == today for one in letters)
        asked = {(letter.placement_id, letter.person_ref) for letter in letters}
        fresh = [
            placement
            for placement in (stays.get(relation.partner_id) for relation in relations)
            if placement
            and (person := placement._stay_person("host"))
            and (placement, person["person_ref"]) not in asked
        ]
        return [Ask(one, "host", "site", self._site_line) for one in fresh[: max(left, 0)]]

    @api.model
    def _last_stays(self, company, relations):
        """{company: its last stay with somebody who signs}."""
        placements = self.env["bde.placement"].search(
            [
                ("company_id", "=", company.id),
                ("host_id", "in", relations.partner_id.ids),
                ("state", "in", STAY_STATES),
                ("signatory_id", "!=", False),
            ],
            order="date_end, id",
        )
        return {placement.host_id: placement for placement in placements}

    @api.model
    def _site_line(self, env):
        return env._("Is what we know of your site still right? One minute, once a year.")


class BdePlacement(models.Model):
    """Section ``site`` of the page of a stay: the company says what is still right."""

    _inherit = "bde.placement"

    def _stay_sections(self, roles):
        sections = super()._stay_sections(roles)
        if "host" in roles and (section := self._site_section()):
            sections.append(section)
        return sections

    def _site_relation(self):
        # sudo: the page of the company at the school of this stay; the link is the right
        return (
            self.env["bde.relation"]
            .sudo()
            .search(
                [("company_id", "=", self.company_id.id), ("partner_id", "=", self.host_id.id)],
                limit=1,
            )
        )

    def _site_section(self):
        relation = self._site_relation()
        if not relation:
            return None
        waiting = relation.site_update_ids.filtered(lambda update: update.state == "to_accept")
        limit = relation._confirm_limit(self.company_id)
        today = self.company_id._bde_today()
        due = not relation.site_confirmed_on or relation.site_confirmed_on < limit
        if not due and not waiting and relation.site_confirmed_on != today:
            return None
        return {
            "key": "site",
            "sequence": 60,
            "title": self.env._("Your site: still right?"),
            "state": "todo" if due and not waiting else "done",
            "template": "bde_pfmp.stay_site",
            "address": relation.address,
            "values": self._site_values(relation),
            "trainings": self._site_trainings(relation),
            "limits": TEXTS,
        }

    def _site_values(self, relation):
        """What the school knows today, as the form shows it."""
        partner = relation.partner_id
        return {
            "activity": partner.activity or "",
            "phone": partner.phone or "",
            "email": partner.email or "",
            "website": partner.website or "",
            "places": str(relation.site_places or ""),
            "takes_minors": relation.site_takes_minors or "",
            "accessible": relation.site_accessible or "",
        }

    def _site_trainings(self, relation):
        """Trainings of the school, with whether the company welcomes them."""
        # sudo: names of the trainings of the school, shown on the page of its own companies
        trainings = (
            self.env["bde.training"].sudo().search([("company_id", "=", self.company_id.id)])
        )
        known = set(relation.partner_id.bde_training_ids.mapped("code"))
        return [
            {"id": one.id, "name": one.name, "known": one._bde_shared_code() in known}
            for one in trainings
        ]

    def _stay_post_site(self, roles, form, _files, _proof):
        """What did not change confirms the site; what did waits for the bureau."""
        if "host" not in roles:
            raise StayError(self.env._("This is for the person who signs for the company."))
        relation = self._site_relation()
        known = self._site_values(relation)
        typed, faults = self._site_typed(form)
        if faults:
            raise StayError(
                self.env._("Some boxes need a correction. Nothing that you typed is lost."), faults
            )
        chosen = {int(value) for value in form.getlist("training") if value.isdecimal()}
        trainings = self._site_trainings(relation)
        new = [one["id"] for one in trainings if one["id"] in chosen and not one["known"]]
        changed = {name: value for name, value in typed.items() if value != known.get(name, "")}
        relation.site_update_ids.filtered(lambda update: update.state == "to_accept").unlink()
        if not changed and not new:
            relation.site_confirmed_on = self.company_id._bde_today()
            return
        vals = dict(changed)
        if "places" in vals:
            vals["places"] = int(vals["places"] or 0)
        # sudo: no role writes what a company answered; the link is the right
        self.env["bde.site.update"].sudo().create(
            vals
            | {
                "company_id": self.company_id.id,
                "relation_id": relation.id,
                "name": self.signatory_id.name,
                "changed": sorted(changed),
                "training_ids": [fields.Command.set(new)],
            }
        )

    def _site_typed(self, form):
        """(values, faults by box) of what was typed."""
        faults = {}
        typed = {name: (form.get(name) or "").strip() for name in TEXTS}
        for name, limit in TEXTS.items():
            if len(typed[name]) > limit:
                faults[name] = self.env._("At most %(count)s characters, please.", count=limit)
        if typed["email"] and not email_normalize(typed["email"]):
            faults["email"] = self.env._("This is no e-mail address: name@company.fr")
        typed["places"] = (form.get("places") or "").strip()
        if typed["places"] and not (typed["places"].isdecimal() and int(typed["places"]) <= 99):
            faults["places"] = self.env._("A number from 0 to 99.")
        for name, listed in CHOICES.items():
            value = form.get(name) or ""
            typed[name] = value if value in listed else ""
        return typed, faults


class BdeSiteUpdate(models.Model):
    """Staff accept what a company answered, or put it aside."""

    _inherit = "bde.site.update"

    def _check_open(self):
        for company in self.company_id:
            company._bde_check_user_is("secretary")
        if self.filtered(lambda update: update.state != "to_accept"):
            raise UserError(self.env._("This answer was dealt with already."))

    def action_accept(self):
        """Writes what the company answered where it belongs; the site is confirmed."""
        self._check_open()
        for update in self:
            update._accept_one()
        return True

    def _accept_one(self):
        relation, changed = self.relation_id, self.changed or []
        shared = {name: self[name] for name in ("activity", "phone", "email", "website")
                  if name in changed}  # fmt: skip
        if shared:
            relation.partner_id._bde_change_employer(shared, self.company_id)
        own = {f"site_{name}": self[name] for name in ("places", "takes_minors", "accessible")
               if name in changed}  # fmt: skip
        relation.write(own | {"site_confirmed_on": self.company_id._bde_date_of(self.answered_on)})
        if self.training_ids:
            relation.partner_id._bde_note_trainings(self.training_ids)
        self._decide("accepted")

    def action_put_aside(self):
        """Nothing of it is taken; the site stays to be confirmed."""
        self._check_open()
        self._decide("refused")
        return True

    def _decide(self, state):
        # sudo: no role writes what a company answered; the right was checked
        self.sudo().write(
            {"state": state, "decided_by_id": self.env.uid, "decided_on": fields.Datetime.now()}
        )
