from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import get_day_names

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import babel_locale_parse, get_lang

from odoo.addons.bde_partnerships.rules.identifiers import is_siret, normalize_siret

from ..rules import hosting_form
from ..rules import schedule as hours

# what is carried over to the placement as it stands
COPIED = (
    "site_address",
    "schedule",
    "tasks",
    "meals",
    "transport",
    "lodging",
    "gratification",
    "insurance_company",
    "insurance_policy",
    "remarks",
)
# written by the verbs alone
COURSE = {
    "active",
    "state",
    "source",
    "sent_on",
    "submitted_on",
    "returned_on",
    "return_code",
    "return_reason",
    "accepted_on",
    "accepted_by",
}
LATE_DAYS = 14
TASKS_ON_SHEET = 16
TASK_LENGTH = 110


class BdeHosting(models.Model):
    """Accord d'accueil: what a host writes of one placement, before the school accepts it.

    What strangers type stays in this row: no company, contact nor placement is made or
    changed before :meth:`action_accept`. The paper sheet typed by the bureau goes the same way.
    """

    _name = "bde.hosting"
    _description = "Accord d'accueil"
    _inherit = ["bde.owned"]
    _order = "submitted_on desc, id desc"
    _rec_name = "placement_id"

    active = fields.Boolean(default=True)
    placement_id = fields.Many2one(
        "bde.placement", required=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(
        related="placement_id.company_id", store=True, precompute=True, default=None
    )
    student_id = fields.Many2one(related="placement_id.student_id", store=True, precompute=True)
    # stored for the rule of teachers: a direct, indexed path
    referent_id = fields.Many2one(
        related="placement_id.referent_id", store=True, precompute=True, index=True
    )
    division_id = fields.Many2one(
        related="placement_id.division_id", store=True, precompute=True, index=True
    )
    period_id = fields.Many2one(
        related="placement_id.period_id", store=True, precompute=True, index=True
    )
    training_id = fields.Many2one(related="placement_id.training_id")
    state = fields.Selection(
        [
            ("draft", "Not printed"),
            ("sent", "With the host"),
            ("submitted", "To check"),
            ("returned", "Sent back"),
            ("accepted", "Accepted"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    source = fields.Selection(
        [("public", "Typed by the host"), ("desk", "Typed by the bureau from paper")],
        readonly=True,
        copy=False,
    )

    # company
    siret = fields.Char(string="SIRET")
    no_siret = fields.Boolean(
        string="No SIRET", help="A company abroad, an association that has none."
    )
    host_name = fields.Char(string="Name of the company")
    host_street = fields.Char(string="Street")
    host_zip = fields.Char(string="Postcode")
    host_city = fields.Char(string="City")
    activity = fields.Char()
    site_address = fields.Text(string="Place of work")
    employer_id = fields.Many2one(
        "res.partner",
        string="Known company",
        compute="_compute_employer_id",
        help="The company of our directory that has this SIRET.",
    )
    chosen_employer_id = fields.Many2one(
        "res.partner",
        string="It is this company",
        domain="[('bde_employer', '=', True)]",
        help="For a company without SIRET that stands in the directory already.",
        check_company=True,
        copy=False,
    )
    name_differs = fields.Boolean(compute="_compute_employer_id")
    name_confirmed = fields.Boolean(
        string="It is the same company", help="The directory keeps its name.", copy=False
    )

    # persons
    signatory_name = fields.Char()
    signatory_function = fields.Char()
    signatory_email = fields.Char(string="Signatory e-mail")
    signatory_phone = fields.Char()
    tutor_same = fields.Boolean(string="The signatory is the tutor")
    tutor_name = fields.Char()
    tutor_function = fields.Char()
    tutor_email = fields.Char(string="Tutor e-mail")
    tutor_phone = fields.Char()

    # conditions
    schedule = fields.Json(string="Weekly hours")
    weekly_hours = fields.Float(string="Hours a week", compute="_compute_weekly_hours")
    activity_ids = fields.Many2many(
        "bde.training.activity",
        string="Tasks and competences",
        check_company=True,
        domain="[('training_id', '=', training_id)]",
    )
    tasks = fields.Text(string="Other tasks")
    meals = fields.Char()
    transport = fields.Char()
    lodging = fields.Char()
    gratification = fields.Char()
    insurance_company = fields.Char(string="Insurer")
    insurance_policy = fields.Char(string="Policy")
    remarks = fields.Text()
    photo = fields.Image(
        string="Photo of the signed sheet", max_width=2400, max_height=2400, copy=False
    )

    # course of events
    sent_on = fields.Datetime(string="Printed on", readonly=True, copy=False)
    submitted_on = fields.Datetime(string="Received on", readonly=True, copy=False)
    returned_on = fields.Datetime(string="Sent back on", readonly=True, copy=False)
    return_code = fields.Selection(
        [
            ("incomplete", "Something is missing"),
            ("identity", "Company or SIRET to correct"),
            ("tasks", "Tasks that do not fit the training"),
            ("hours", "Hours that the law forbids"),
            ("dates", "Dates or place to discuss"),
            ("other", "Other reason"),
        ],
        readonly=True,
        copy=False,
    )
    return_reason = fields.Text(string="Why it was sent back", readonly=True, copy=False)
    accepted_on = fields.Datetime(readonly=True, copy=False)
    accepted_by = fields.Many2one("res.users", readonly=True, copy=False)
    alerts = fields.Html(compute="_compute_alerts", sanitize=False)
    missing = fields.Char(string="Still missing", compute="_compute_missing")

    _placement_uniq = models.UniqueIndex(
        "(placement_id) WHERE active", "This placement has an agreement already."
    )
    _company_state_idx = models.Index("(company_id, state)")

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------

    @api.depends("placement_id.display_name")
    def _compute_display_name(self):
        for hosting in self:
            hosting.display_name = hosting.placement_id.display_name

    @api.depends("siret", "no_siret", "host_name", "chosen_employer_id")
    def _compute_employer_id(self):
        known = self._employers_by_siret(self.mapped("siret"))
        for hosting in self:
            employer = hosting.chosen_employer_id
            if not hosting.no_siret:
                employer = known.get(normalize_siret(hosting.siret), employer.browse())
            hosting.employer_id = employer
            hosting.name_differs = bool(
                employer
                and not hosting.chosen_employer_id
                and not hosting_form.same_company(hosting.host_name, employer.name)
            )

    @api.model
    def _employers_by_siret(self, sirets):
        """{siret: company} of the directory, archived ones included."""
        wanted = {siret for siret in map(normalize_siret, sirets) if is_siret(siret)}
        if not wanted:
            return {}
        # sudo: companies are shared by all schools; only these are looked at
        Partner = self.env["res.partner"].sudo().with_context(active_test=False)
        former = self.env["bde.former.siret"].sudo().search([("siret", "in", list(wanted))])
        employers = Partner.search(
            [("bde_employer", "=", True), ("company_registry", "in", list(wanted))]
        )
        found = {one.siret: one.partner_id for one in former}
        found |= {employer.company_registry: employer for employer in employers}
        return {siret: employer.with_env(self.env) for siret, employer in found.items()}

    @api.depends("schedule")
    def _compute_weekly_hours(self):
        for hosting in self:
            hosting.weekly_hours = hours.week_minutes(hosting.schedule) / 60

    @api.depends("schedule", "placement_id")
    def _compute_alerts(self):
        Placement = self.env["bde.placement"]
        for hosting in self:
            alerts = hosting.placement_id._schedule_alerts(hosting.schedule or {})
            hosting.alerts = Placement._alerts_html(alerts)

    @api.depends(
        "siret", "no_siret", "schedule", "activity_ids", "tutor_same",
        *(name for name in hosting_form.TEXTS if name != "siret"),
    )  # fmt: skip
    def _compute_missing(self):
        for hosting in self:
            hosting.missing = ", ".join(hosting._problems())

    def _problems(self):
        """Labels of the boxes that are empty or wrong, in their order on the form."""
        _vals, errors = hosting_form.clean(*self._as_inputs())
        names = []
        for name in errors:
            if name[:3] in hours.DAYS and name[3:4] == "_":
                name = "schedule"
            if name not in names:
                names.append(name)
        order = list(self._fields)
        return [
            self._fields[name]._description_string(self.env)
            for name in sorted(names, key=order.index)
        ]

    def _as_inputs(self):
        """This row as the boxes of the form: (values, ids that may be ticked)."""
        self.ensure_one()
        values = {name: self[name] or "" for name in hosting_form.TEXTS}
        values |= {name: self[name] for name in hosting_form.TICKS}
        for day, slots in (self.schedule or {}).items():
            for index, (start, end) in enumerate(_columns(slots)):
                values[f"{day}_{index}_from"], values[f"{day}_{index}_to"] = start, end
        ticked = self.activity_ids._origin.ids
        values |= {f"activity_{one}": "1" for one in ticked}
        return values, ticked

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_course(vals)
            self.env["bde.placement"]._normalize_vals(vals)
        hostings = super().create(vals_list)
        for hosting in hostings:
            # sudo: the link back is not the teacher's to write by hand
            hosting.placement_id.sudo().hosting_id = hosting
        return hostings

    def write(self, vals):
        vals = dict(vals)
        self._check_course(vals)
        self.env["bde.placement"]._normalize_vals(vals)
        if vals.get("siret"):
            vals["siret"] = normalize_siret(vals["siret"])
        content = vals.keys() & {*hosting_form.TEXTS, "schedule", "activity_ids", "photo"}
        if content and any(hosting.state == "accepted" for hosting in self):
            raise UserError(self.env._("This agreement is accepted: change the placement itself."))
        return super().write(vals)

    def _check_course(self, vals):
        """An agreement is accepted or sent back by its verbs, never by writing its state."""
        if not self.env.su and vals.keys() & COURSE:
            raise AccessError(self.env._("Use the buttons to accept an agreement or send it back."))

    def _set_course(self, vals):
        """Writes where the agreement stands; the caller checked that the user may."""
        # sudo: these fields are closed to users, see _check_course
        self.sudo().write(vals)

    @api.constrains("siret")
    def _check_siret(self):
        for hosting in self.filtered("siret"):
            if hosting.source != "public" and not is_siret(normalize_siret(hosting.siret)):
                raise ValidationError(self.env._("%(siret)s is not a SIRET.", siret=hosting.siret))

    @api.onchange("siret")
    def _onchange_siret(self):
        """Name and address of a company that the directory has: not typed again."""
        self.siret = normalize_siret(self.siret)
        if self.siret and not is_siret(self.siret):
            return {
                "warning": {
                    "title": self.env._("SIRET"),
                    "message": self.env._(
                        "%(siret)s is not a SIRET: 14 digits, with their check digit.",
                        siret=self.siret,
                    ),
                }
            }
        entry = self._directory_entry(self.siret)
        for name, value in entry.items():
            if value and not self[name]:
                self[name] = value
        return None

    @api.model
    def _directory_entry(self, siret):
        """What the directory tells of a SIRET: name, address and activity, nothing else."""
        employer = self._employers_by_siret([siret]).get(normalize_siret(siret))
        if not employer:
            return {}
        employer = employer.sudo()  # sudo: public facts of a shared company
        return {
            "host_name": employer.name or "",
            "host_street": employer.street or "",
            "host_zip": employer.zip or "",
            "host_city": employer.city or "",
            "activity": employer.activity or "",
        }

    # ------------------------------------------------------------------
    # Links
    # ------------------------------------------------------------------

    def _link_expiry(self):
        """The link of a sheet lives until the period begins, two weeks at least."""
        self.ensure_one()
        company = self.company_id
        last = max(self.placement_id.date_start, company._bde_today() + timedelta(days=LATE_DAYS))
        local = datetime.combine(last, time.min, ZoneInfo(company.bde_tz or "Europe/Paris"))
        return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

    def _mint_links(self, mailed=False):
        """New links to these forms: {hosting: (link, address)}.

        :param mailed: the link goes to the mailbox of the signatory, who may then read again
            what was typed; a printed one goes through many hands
        """
        minted = self.env["bde.link"]._mint(
            [
                {
                    "company_id": hosting.company_id.id,
                    "purpose": "hosting",
                    "res_model": self._name,
                    "res_id": hosting.id,
                    "expires_on": hosting._link_expiry(),
                    "lang": self._reader_lang(),
                    **(hosting._mail_target() if mailed else {}),
                }
                for hosting in self
            ]
        )
        return {
            hosting: (link, link._url(token))
            for hosting, (link, token) in zip(self, minted, strict=True)
        }

    def _mail_target(self):
        return {
            "name": self.signatory_name or self.host_name,
            "email": self.signatory_email,
            "channel": "email",
        }

    def _revoke_links(self):
        # sudo: links belong to the engine; these are only those of the agreements
        self.env["bde.link"].sudo().search(
            [
                ("purpose", "=", "hosting"),
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("revoked", "=", False),
            ]
        ).write({"revoked": True})

    # ------------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------------

    def _submit(self, vals):
        """Takes what a host posted, already cleaned. Called by the public page, in sudo."""
        self.ensure_one()
        vals = dict(vals, activity_ids=[Command.set(vals["activity_ids"])])
        self._set_course(
            vals
            | {
                "state": "submitted",
                "source": "public",
                "submitted_on": fields.Datetime.now(),
                "name_confirmed": False,
                "chosen_employer_id": False,
            }
        )

    def action_print_sheet(self):
        """The paper sheets of these agreements, in one PDF."""
        return self.placement_id.action_print_sheets()

    def action_desk_submit(self):
        """The bureau has typed the sheet that the pupil brought back."""
        for hosting in self:
            problems = hosting._problems()
            if problems:
                raise UserError(
                    self.env._("To complete or correct: %(fields)s.", fields=", ".join(problems))
                )
        self.check_access("write")
        self.filtered(lambda hosting: hosting.state in ("draft", "sent", "returned"))._set_course(
            {"state": "submitted", "source": "desk", "submitted_on": fields.Datetime.now()}
        )

    def action_accept(self):
        """Accepts agreements: registers the host and its contacts, fills in the placements.

        Nothing is typed again. The same SIRET is never registered twice; a SIRET that the
        directory knows by another name has to be confirmed first.
        """
        self.check_access("write")
        for hosting in self:
            hosting._check_acceptable()
        for hosting in self:
            hosting._accept_one()
        self._revoke_links()

    def _check_acceptable(self):
        name = self.placement_id.display_name
        if self.state == "accepted":
            raise UserError(self.env._("%(name)s is accepted already.", name=name))
        problems = self._problems()
        if problems:
            raise UserError(
                self.env._(
                    "%(name)s – to complete or correct: %(fields)s.",
                    name=name,
                    fields=", ".join(problems),
                )
            )
        if self.name_differs and not self.name_confirmed:
            raise UserError(
                self.env._(
                    "%(name)s – our directory has this SIRET as %(known)s, the host wrote "
                    "%(typed)s. Tick that it is the same company, or send the form back.",
                    name=name,
                    known=self.employer_id.name,
                    typed=self.host_name,
                )
            )
        convention = self.placement_id.state
        if convention not in ("to_place", "hosting", "agreed", "refused", "cancelled"):
            raise UserError(
                self.env._("%(name)s has a convention already: correct that one.", name=name)
            )

    def _accept_one(self):
        """Host, contacts, placement and insurance from one agreement."""
        company = self.company_id
        employer = self.chosen_employer_id if self.no_siret else self.env["res.partner"]
        if employer:
            self.env["bde.relation"]._bde_ensure(employer, company)
        else:
            # a company that another school registered meanwhile is found by its SIRET
            employer = self._register_employer()
        signatory = self._add_contact(employer, "signatory")
        tutor = signatory
        if not self.tutor_same:
            tutor = self._add_contact(employer, "tutor")
        self._note_insurance(employer)
        vals = {name: self[name] for name in COPIED}
        vals |= {
            "host_id": employer.id,
            "signatory_id": signatory.id,
            "tutor_id": tutor.id,
            "activity_ids": [Command.set(self.activity_ids.ids)],
        }
        self.placement_id.write(vals)
        self._set_course(
            {
                "state": "accepted",
                "accepted_on": fields.Datetime.now(),
                "accepted_by": self.env.uid,
                "source": self.source or "desk",
            }
        )

    def _add_contact(self, employer, person):
        """The signatory or the tutor among the contacts of the host.

        Anybody who holds the sheet knows the name of the boss and can type an e-mail of his
        own: it does not replace the one where the boss gets the links of all his trainees.
        """
        vals = self._contact_vals(person)
        typed = self.source == "public"
        contact = employer._bde_add_contact(self.company_id, vals, keep_addresses=typed)
        kept = [
            vals[name]
            for name in ("email", "phone")
            if typed and vals[name] and not _same_address(contact[name], vals[name])
        ]
        if kept:
            # sudo: teachers accept forms but do not write relations
            contact.sudo().bde_relation_id.message_post(
                body=self.env._(
                    "%(name)s: the form of %(pupil)s gives %(addresses)s, what was known is kept."
                    " Correct the contact if it changed.",
                    name=contact.name,
                    pupil=self.placement_id.display_name,
                    addresses=", ".join(kept),
                )
            )
        return contact

    def _register_employer(self):
        return self.env["res.partner"]._bde_register_employer(
            {
                "company_registry": self.siret or False,
                "name": self.host_name,
                "street": self.host_street,
                "zip": self.host_zip,
                "city": self.host_city,
                "activity": self.activity,
                "country_id": False if self.no_siret else self.env.ref("base.fr").id,
            },
            self.company_id,
        )

    def _contact_vals(self, person):
        flags = {"bde_signatory": True} if person == "signatory" else {"bde_tutor": True}
        if self.tutor_same:
            flags = {"bde_signatory": True, "bde_tutor": True}
        return {
            "name": self[f"{person}_name"],
            "function": self[f"{person}_function"] or False,
            "email": self[f"{person}_email"] or False,
            "phone": self[f"{person}_phone"] or False,
            **flags,
        }

    def _note_insurance(self, employer):
        """The school keeps the insurer of the company for the next placement."""
        # sudo: teachers accept forms but do not write relations
        relation = (
            self.env["bde.relation"]
            .sudo()
            .search([("company_id", "=", self.company_id.id), ("partner_id", "=", employer.id)])
        )
        vals = {
            name: self[name]
            for name in ("insurance_company", "insurance_policy")
            if self[name] and relation[name] != self[name]
        }
        if vals:
            relation.write(vals)

    def action_open_return(self):
        """Asks why the agreement goes back to the host."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send back to the host"),
            "res_model": "bde.hosting.return",
            "view_mode": "form",
            "target": "new",
            "context": {"default_hosting_ids": self.ids},
        }

    def action_return(self, reason, code="other"):
        """Sends agreements back to their hosts, who get a fresh link when their mail is known.

        :param str reason: read by the host
        :param str code: one of the reasons of ``return_code``
        """
        self.check_access("write")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the host reads it."))
        if any(hosting.state == "accepted" for hosting in self):
            raise UserError(
                self.env._("An accepted agreement is not sent back: change the placement.")
            )
        self._set_course(
            {
                "state": "returned",
                "returned_on": fields.Datetime.now(),
                "return_code": code,
                "return_reason": reason.strip(),
            }
        )
        self._mail_return()

    def _mail_return(self):
        reachable = self.filtered("signatory_email")
        links = reachable._mint_links(mailed=True)
        Delivery = self.env["bde.delivery"]
        lang = self._reader_lang()
        messages = []
        for hosting, (_link, url) in links.items():
            values = {"hosting": hosting.sudo(), "company": hosting.company_id, "url": url}
            # sudo: the letter shows what the public page shows, whoever sends it back
            body = (
                self.env["ir.qweb"]
                .sudo()
                .with_context(lang=lang)
                ._render("bde_pfmp.mail_hosting_returned", values, minimal_qcontext=True)
            )
            subject = self.with_context(lang=lang).env._(
                "Your form for the school needs a correction – %(school)s",
                school=hosting.company_id.name,
            )
            messages.append(
                {
                    "company": hosting.company_id,
                    "email_to": Delivery._to(
                        hosting.signatory_name or hosting.host_name, hosting.signatory_email
                    ),
                    "subject": subject,
                    "body_html": body,
                }
            )
        Delivery._queue(messages)
        if messages:
            Delivery._trigger_queue()

    def action_restart(self):
        """Begins again with an empty form, for another company; the old one is kept aside."""
        self.check_access("write")
        if any(hosting.state == "accepted" for hosting in self):
            raise UserError(
                self.env._("This agreement is accepted: change the host on the placement.")
            )
        placements = self.placement_id
        self._revoke_links()
        self._set_course({"active": False})
        self.flush_recordset(["active"])  # the new one takes its place in the unique index
        # sudo: the link back is not the teacher's to write by hand
        placements.sudo().hosting_id = False
        placements._ensure_hostings()
        return placements[:1].action_view_hosting()

    @api.model
    def _reader_lang(self):
        """Language of hosts: French, where it is installed."""
        return "fr_FR" if self.env["res.lang"]._get_data(code="fr_FR") else "en_US"

    @api.model
    def _day_names(self):
        """[(key, name)] of the days of the week, in the language of the reader."""
        locale = babel_locale_parse(get_lang(self.env).code)
        names = get_day_names("wide", locale=locale)
        return [(key, names[index].capitalize()) for index, key in enumerate(hours.DAYS)]

    def _sheet_values(self, url):
        """What the paper sheet shows; it goes through the pupil's hands and bears his name."""
        self.ensure_one()
        # one page: the tasks that fit on it, in small letters when they are long
        tasks = [text[:TASK_LENGTH] for text in self.training_id.activity_ids.mapped("name")]
        tasks = tasks[:TASKS_ON_SHEET]
        return {
            "hosting": self,
            "placement": self.placement_id,
            "pupil": self.student_id.name,
            "url": url,
            "tasks": tasks,
            "dense": sum(len(text) // 55 + 1 for text in tasks) > 12,
        }

    def _shown_pupil(self):
        """First name and initial: all that a stranger who holds the sheet may read."""
        self.ensure_one()
        student = self.sudo().student_id  # sudo: only this much of the name leaves the school
        initial = (student.lastname or "")[:1].upper()
        return f"{student.firstname} {initial}." if initial else student.firstname


def _same_address(known, typed):
    """Whether two e-mails or two phones are one, however they are written."""
    pair = known or "", typed or ""
    if "@" in typed:
        return len({text.strip().lower() for text in pair}) == 1
    return len({hosting_form.normalize_phone(text) for text in pair}) == 1


def _columns(slots):
    """Slots in the two columns of the form: an afternoon alone stands in the second."""
    slots = [list(slot) for slot in slots or []]
    if len(slots) == 1 and hours.parse_time(slots[0][0]) >= 12 * 60:
        return [["", ""], slots[0]]
    return slots[:2]


class BdePlacement(models.Model):
    _inherit = "bde.placement"

    def _ensure_hostings(self):
        """The agreements of these placements, made where there is none."""
        missing = self.filtered(lambda placement: not placement.hosting_id)
        self.env["bde.hosting"].create([{"placement_id": one.id} for one in missing])
        return self.hosting_id

    def action_print_sheets(self):
        """One paper sheet a pupil with his QR code, in one PDF.

        Each printing makes new links: the old sheets stay valid until the period begins.
        """
        placements = self.filtered(
            lambda placement: (
                placement.state in ("to_place", "hosting") and placement.hosting_state != "accepted"
            )
        )
        if not placements:
            raise UserError(
                self.env._("These pupils have a host already: there is no sheet to print.")
            )
        hostings = placements._ensure_hostings()
        links = hostings._mint_links()
        hostings.check_access("write")
        hostings.filtered(lambda hosting: hosting.state == "draft")._set_course({"state": "sent"})
        hostings._set_course({"sent_on": fields.Datetime.now()})
        sheet = self.env["bde.hosting.sheet"]._make(
            {hosting: url for hosting, (_link, url) in links.items()}
        )
        return sheet._download()
