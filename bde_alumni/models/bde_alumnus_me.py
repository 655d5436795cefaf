from datetime import timedelta

from odoo import fields, models
from odoo.tools import email_normalize

from odoo.addons.bde_partnerships.rules.sections import SectionError
from odoo.addons.bde_partnerships.rules.texts import clean_phone, is_phone

from ..rules.addresses import is_school_address

LIMITS = {"usage_name": 60, "email": 120, "phone": 20, "zip": 10, "city": 60}
CONFIRM_DAYS = 7


class BdeAlumnus(models.Model):
    """Page of an alumnus: his private addresses, and his pages at other schools."""

    _inherit = "bde.alumnus"

    email_pending = fields.Char(
        string="E-mail to confirm",
        readonly=True,
        copy=False,
        help="Typed on the page; it counts once the person has opened the link sent to it.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "email" in vals and "email_pending" not in vals:
            # an address that was put right, or erased, ends the one that waits for its link
            # sudo: kept field, the right was checked
            self.sudo().filtered("email_pending").email_pending = False
        return result

    def _page_sections(self):
        sections = super()._page_sections()
        reached = bool(self.email or self.email_pending)
        sections.append(
            {
                "key": "me",
                "sequence": 10,
                "title": self.env._("How to reach me"),
                "state": "done" if reached else "todo",
                "template": "bde_alumni.page_me",
                "limits": LIMITS,
                "values": {name: self[name] or "" for name in LIMITS},
            }
        )
        if others := self._elsewhere():
            sections.append(
                {
                    "key": "elsewhere",
                    "sequence": 90,
                    "title": self.env._("My other schools"),
                    "state": "info",
                    "template": "bde_alumni.page_elsewhere",
                    "others": others,
                }
            )
        return sections

    def _page_told(self, key):
        if key == "me" and self.email_pending:
            return self.env._(
                "It is saved. A message is on its way to %(email)s: open the link that it holds, "
                "so that we are sure of the address.",
                email=self.email_pending,
            )
        if key == "elsewhere":
            return self.env._("The link is on its way to your address.")
        return super()._page_told(key)

    # ------------------------------------------------------------
    # How to reach me
    # ------------------------------------------------------------

    def _page_post_me(self, form, files, proof):
        """Takes name in use, addresses and town.

        :raise SectionError: what is wrong with which box
        """
        # in one line: the name stands in the head of mails
        values = {
            name: " ".join((form.get(name) or "").split())[:size] for name, size in LIMITS.items()
        }
        email, phone = email_normalize(values["email"]), clean_phone(values["phone"])
        self._check_reach(values, email, phone)
        link = self._page_link()
        news = {
            "usage_name": values["usage_name"] or False,
            "zip": values["zip"] or False,
            "city": values["city"] or False,
            "phone": phone or False,
        }
        changed = {name: value for name, value in news.items() if (self[name] or False) != value}
        if email == self.email_normalized:
            changed["email_pending"] = False
        elif link.channel == "desk" or not email:
            # said in front of the bureau, or given up
            changed |= {"email": email or False, "email_pending": False}
        else:
            self._ask_email(email)
        if changed:
            self.write(changed)
        if link.channel == "sms" and "phone" in changed:
            # whoever holds the telephone goes on with this link until he leaves the page
            link.write({"phone": phone})

    def _check_reach(self, values, email, phone):
        errors = {}
        if values["email"] and not email:
            errors["email"] = self.env._("This is not an e-mail address, for instance lea@mail.fr.")
        elif is_school_address(email or "", self.company_id.bde_email or ""):
            errors["email"] = self.env._("This address of the school stops: give a private one.")
        if phone and not is_phone(phone):
            errors["phone"] = self.env._("This is no number that can be dialled: 06 12 34 56 78.")
        if self._page_link().channel == "sms" and not phone and not errors:
            errors["phone"] = self.env._("Your link came to this telephone: give a number.")
        if errors:
            raise SectionError(
                self.env._("Something is to be corrected. Nothing that you typed is lost."), errors
            )

    def _ask_email(self, email):
        """Sends a link to a new address; until it is opened the old one serves."""
        self.email_pending = email
        person = self._page_person() | {"email": email, "phone": False}
        [(link, token)] = self.env["bde.link"]._mint(
            [
                {
                    **self._page_link_vals(self, "email"),
                    **person,
                    "purpose": "alumni_mail",
                    "signer_key": self._page_key(person),
                    "expires_on": fields.Datetime.now() + timedelta(days=CONFIRM_DAYS),
                }
            ]
        )
        Delivery = self.env["bde.delivery"]
        env = self.with_context(lang=person["lang"]).env
        Delivery._queue(
            [
                {
                    "company": self.company_id,
                    "email_to": Delivery._to(person["name"], email),
                    "subject": env._(
                        "Confirm your address – %(school)s", school=self.company_id.name
                    ),
                    "body_html": env["ir.qweb"]._render(
                        "bde_alumni.mail_confirm",
                        {
                            "company": self.company_id,
                            "lang": person["lang"],
                            "name": person["name"],
                            "url": link._url(token),
                        },
                        minimal_qcontext=True,
                    ),
                    "signer_key": link.signer_key,
                    "kind": "alumni",
                }
            ]
        )
        Delivery._trigger_queue()

    def _tell_old_address(self):
        """Whoever holds the address until now is told that another one serves: was it he?"""
        if not self.email:
            return
        person, company = self._page_person(), self.company_id
        env = self.with_context(lang=person["lang"]).env
        Delivery = self.env["bde.delivery"]
        body = env["ir.qweb"]._render(
            "bde_alumni.mail_changed",
            {"company": company, "lang": person["lang"], "name": person["name"]},
            minimal_qcontext=True,
        )
        Delivery._queue(
            [
                {
                    "company": company,
                    "email_to": Delivery._to(person["name"], self.email),
                    "subject": env._("Your address has changed – %(school)s", school=company.name),
                    "body_html": body,
                }
            ]
        )
        Delivery._trigger_queue()

    # ------------------------------------------------------------
    # Other schools
    # ------------------------------------------------------------

    def _elsewhere(self):
        """Records of the same person at other schools, with the address that this link proves.

        To the schools they are two persons: none sees the other's.

        :return: alumni in sudo
        """
        self.ensure_one()
        link = self._page_link()
        proved = link.channel == "email" and email_normalize(link.email)
        if not (proved and self.person_key and proved == self.email_normalized):
            return self.browse()
        # sudo: the person himself, of whom each school knows its own alone
        return self.sudo().search(
            [
                ("person_key", "=", self.person_key),
                ("email_normalized", "=", proved),
                ("company_id", "!=", self.company_id.id),
                ("is_deceased", "=", False),
            ]
        )

    def _page_post_elsewhere(self, form, files, proof):
        """Sends the link of the page at another school, to the same address."""
        chosen = self._elsewhere().filtered(lambda one: str(one.id) == form.get("page"))
        if not chosen:
            raise SectionError(self.env._("Choose a school of the list."))
        chosen._send_page_links()


class BdeLink(models.Model):
    """The link by which an alumnus confirms his new address, ``/bde/mc/<token>``."""

    _inherit = "bde.link"

    purpose = fields.Selection(
        selection_add=[("alumni_mail", "New address of an alumnus")],
        ondelete={"alumni_mail": "cascade"},
    )

    def _paths(self):
        return super()._paths() | {"alumni_mail": "mc"}

    def _alumnus_to_confirm(self):
        """Whose new address this link proves; nobody once he gave another one.

        :return: the alumnus in sudo
        """
        self.ensure_one()
        alumnus = self.env["bde.alumnus"].browse(self.res_id).exists()
        waits = (
            self.purpose == "alumni_mail"
            and self._status() == "valid"
            and alumnus.company_id == self.company_id
            and not alumnus.is_deceased
            and alumnus.email_pending == self.email
        )
        return alumnus if waits else alumnus.browse()

    def _confirm_address(self):
        """The person holds the new address: it serves from now on.

        :return: address of his page
        """
        alumnus = self._alumnus_to_confirm()
        alumnus._tell_old_address()
        alumnus.write({"email": alumnus.email_pending, "email_pending": False})
        self.revoked = True
        return alumnus._mint_page_links("email")[alumnus][1]
