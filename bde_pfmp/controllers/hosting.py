import base64
import binascii
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from odoo import http
from odoo.http import request

from odoo.addons.bde_partnerships.controllers.public import PublicPage
from odoo.addons.bde_partnerships.rules.identifiers import is_siret, normalize_siret

from ..rules import hosting_form

PHOTO_BYTES = 10 * 1024 * 1024
PHOTO_PIXELS = 60_000_000
PHOTO_FORMATS = ("JPEG", "PNG")
PHOTO_SIDE = 2400
# a host who handed in his form in this browser may correct it
SESSION_KEY = "bde_hostings"


class PhotoError(ValueError):
    """A photo that is not taken; the code says why."""


class HostingController(PublicPage, http.Controller):
    """The accord d'accueil on a phone, without an account. GET reads, POST acts.

    Everything typed stays in one staging row (``bde.hosting``). The page tells of the pupil
    his first name, an initial, the class, the training and the dates, nothing else.
    """

    # ------------------------------------------------------------------
    # Routes
    # ------------------------------------------------------------------

    # csrf=False: the unguessable token is the right, and browsers inside mail applications
    # often keep no cookie; a csrf failure would throw away what the host has typed
    @http.route(
        "/bde/a/<string:token>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,
        sitemap=False,
    )
    def hosting(self, token, **post):
        """Shows the form, takes what is posted."""
        link_sudo, hosting_sudo, refusal = self._open(token)
        if refusal:
            return refusal
        if request.httprequest.method != "POST":  # HEAD comes here too
            return self._get(link_sudo, hosting_sudo, done=bool(post.get("done")))
        if not link_sudo._take_post():
            return self._say("busy", hosting_sudo, 429)
        # two posts at the same time: the second sees what the first did
        hosting_sudo.lock_for_update()
        hosting_sudo.invalidate_recordset()
        if hosting_sudo.state == "accepted":
            return self._say("accepted", hosting_sudo)
        if post.get("step") == "unlock":
            return self._unlock(token, link_sudo, hosting_sudo, post)
        if self._locked(link_sudo, hosting_sudo):
            return self._page("locked", hosting_sudo)
        return self._save(token, hosting_sudo, post)

    @http.route("/bde/a/<string:token>/company", type="jsonrpc", auth="public", methods=["POST"])
    def company(self, token, siret=""):
        """Name and address of a company that the directory has already, by its SIRET."""
        link_sudo, hosting_sudo, refusal = self._open(token)
        if refusal or not isinstance(siret, str) or not link_sudo._take_post():
            return {}
        siret = normalize_siret(siret[:30])
        if not is_siret(siret):
            return {"error": self._error("siret")}
        return {"company": hosting_sudo._directory_entry(siret)}

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def _open(self, token):
        """The link and the agreement of a token, or the page that refuses it.

        :returns: (link in sudo, agreement in sudo, response or None)
        """
        request.update_context(lang=self._lang())
        link_sudo = request.env["bde.link"]._find(token, "hosting")
        if not link_sudo or link_sudo.res_model != "bde.hosting":
            return None, None, self._say("unknown", status=404)
        hosting_sudo = link_sudo.env["bde.hosting"].browse(link_sudo.res_id).exists()
        hosting_sudo = hosting_sudo.with_context(lang=self._lang())
        if not hosting_sudo or not hosting_sudo.active or link_sudo._status() == "revoked":
            # an accepted form closes its links: the host who comes back reads that it is done
            if hosting_sudo and hosting_sudo.state == "accepted":
                return None, None, self._say("accepted", hosting_sudo)
            return None, None, self._say("closed", hosting_sudo, 410)
        if link_sudo._status() == "expired":
            return None, None, self._say("closed", hosting_sudo, 410)
        return link_sudo, hosting_sudo, None

    def _lang(self):
        return request.env["bde.hosting"].sudo()._reader_lang()

    def _locked(self, link_sudo, hosting_sudo):
        """Whether somebody handed this form in, and nothing shows that it was this visitor.

        A printed sheet goes through many hands; a mailed link went to the signatory alone.
        """
        if hosting_sudo.state not in ("submitted", "returned"):
            return False
        if hosting_sudo.source == "desk":
            return True
        mailed = link_sudo.email and link_sudo.email == hosting_sudo.signatory_email
        return not mailed and hosting_sudo.id not in request.session.get(SESSION_KEY, [])

    def _get(self, link_sudo, hosting_sudo, done=False):
        if hosting_sudo.state == "accepted":
            return self._say("accepted", hosting_sudo)
        if self._locked(link_sudo, hosting_sudo):
            return self._page("locked", hosting_sudo)
        if done and hosting_sudo.state == "submitted":
            return self._page("done", hosting_sudo)
        values, _ticked = hosting_sudo._as_inputs()
        return self._form(hosting_sudo, values)

    def _unlock(self, token, link_sudo, hosting_sudo, post):
        """The mail address or phone that was typed opens the form again."""
        if not self._locked(link_sudo, hosting_sudo) or hosting_sudo.source == "desk":
            return request.redirect(f"/bde/a/{token}", code=303)
        typed = hosting_form.plain_text(post.get("contact"), 120)
        known = {hosting_sudo.signatory_email, hosting_sudo.signatory_phone} - {False, ""}
        if not known & {typed.lower(), hosting_form.normalize_phone(typed)}:
            return self._page("locked", hosting_sudo, wrong=True)
        self._remember(hosting_sudo)
        return request.redirect(f"/bde/a/{token}", code=303)

    def _save(self, token, hosting_sudo, post):
        offered = hosting_sudo.training_id.activity_ids.ids
        vals, codes = hosting_form.clean(post, offered)
        errors = {name: self._error(code) for name, code in codes.items()}
        photo = request.httprequest.files.get("photo")
        if photo and photo.filename:
            try:
                vals["photo"] = self._read_photo(photo)
            except PhotoError as error:
                errors["photo"] = self._error(str(error))
        if errors:
            return self._form(hosting_sudo, post, errors)
        hosting_sudo._submit(vals)
        self._remember(hosting_sudo)
        return request.redirect(f"/bde/a/{token}?done=1", code=303)

    def _remember(self, hosting_sudo):
        mine = request.session.get(SESSION_KEY, [])
        if hosting_sudo.id not in mine:
            request.session[SESSION_KEY] = [*mine, hosting_sudo.id]

    def _read_photo(self, upload):
        """The photo as a plain JPEG: what else the file holds (place, author) is dropped."""
        data = upload.stream.read(PHOTO_BYTES + 1)
        if len(data) > PHOTO_BYTES:
            raise PhotoError("photo_size")
        try:
            image = Image.open(BytesIO(data), formats=PHOTO_FORMATS)
            if image.width * image.height > PHOTO_PIXELS:
                raise PhotoError("photo_size")
            image = ImageOps.exif_transpose(image).convert("RGB")
        except (UnidentifiedImageError, OSError, SyntaxError, binascii.Error) as error:
            raise PhotoError("photo_type") from error
        except Image.DecompressionBombError as error:
            raise PhotoError("photo_size") from error
        image.thumbnail((PHOTO_SIDE, PHOTO_SIDE))
        stream = BytesIO()
        image.save(stream, "JPEG", quality=80)
        return base64.b64encode(stream.getvalue())

    # ------------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------------

    def _say(self, code, hosting_sudo=None, status=200):
        """A page that says in plain words why there is no form."""
        env = request.env
        title, text = {
            "unknown": (
                env._("This address does not work"),
                env._(
                    "It may have been copied only in part. Scan the code of the sheet again, or "
                    "ask the school for a new one."
                ),
            ),
            "closed": (
                env._("This link is closed"),
                env._(
                    "The period has begun, or the school has given out a newer sheet. Please "
                    "call the school: it can open the form for you again."
                ),
            ),
            "busy": (
                env._("Too many attempts"),
                env._(
                    "This form was sent many times within the hour. Please try again later, or "
                    "call the school."
                ),
            ),
            "accepted": (
                env._("The school has accepted this agreement"),
                env._(
                    "Thank you. The convention is made from what you wrote; you receive it to "
                    "sign. To change something now, please call the school."
                ),
            ),
        }[code]
        company = hosting_sudo.company_id if hosting_sudo else None
        return self._message(title, text, company, self._lang(), status)

    def _page(self, name, hosting_sudo, **values):
        values |= {"hosting": hosting_sudo, "company": hosting_sudo.company_id}
        return self._render(f"bde_pfmp.hosting_page_{name}", values, self._lang())

    def _form(self, hosting_sudo, values, errors=None):
        """The form with what was typed; errors beside their boxes and in a summary.

        The status stays 200: views of a page inside other applications replace error pages.
        """
        activities = hosting_sudo.training_id.activity_ids
        photo = request.httprequest.files.get("photo")
        days = hosting_sudo._day_names()
        labels = self._labels(days)
        errors = errors or {}
        return self._page(
            "form",
            hosting_sudo,
            pupil=hosting_sudo._shown_pupil(),
            placement=hosting_sudo.placement_id,
            tasks=activities.filtered(lambda one: one.kind == "task"),
            competences=activities.filtered(lambda one: one.kind == "competence"),
            values=values,
            errors={name: errors[name] for name in labels if name in errors},
            photo_lost=bool(errors and photo and photo.filename),
            days=days,
            labels=labels,
            limits=hosting_form.TEXTS,
        )

    def _labels(self, days):
        """{box: label} in the order of the form, in the language of the page."""
        env = request.env
        labels = {
            "siret": env._("SIRET"),
            "host_name": env._("Name of the company"),
            "host_street": env._("Number and street"),
            "host_zip": env._("Postcode"),
            "host_city": env._("City"),
            "activity": env._("What you do"),
            "site_address": env._("Place where the pupil works, if it is another"),
            "signatory_name": env._("First name and name of the signatory"),
            "signatory_function": env._("Function of the signatory"),
            "signatory_email": env._("E-mail of the signatory"),
            "signatory_phone": env._("Phone of the signatory"),
            "tutor_name": env._("First name and name of the tutor"),
            "tutor_function": env._("Function of the tutor"),
            "tutor_email": env._("E-mail of the tutor"),
            "tutor_phone": env._("Phone of the tutor"),
        }
        sides = {
            "0_from": env._("%(day)s, morning, from"),
            "0_to": env._("%(day)s, morning, to"),
            "1_from": env._("%(day)s, afternoon, from"),
            "1_to": env._("%(day)s, afternoon, to"),
        }
        for key, day in days:
            for side, label in sides.items():
                labels[f"{key}_{side}"] = label % {"day": day}
        return labels | {
            "tasks": env._("Other tasks"),
            "insurance_company": env._("Insurer (civil liability of the company)"),
            "insurance_policy": env._("Number of the policy"),
            "meals": env._("Meals"),
            "transport": env._("Transport"),
            "gratification": env._("Gratification"),
            "remarks": env._("Something to tell the school"),
            "photo": env._("Photo of the stamped paper sheet"),
        }

    def _error(self, code):
        """Sentence of an error code, in the language of the page."""
        env = request.env
        messages = {
            "required": env._("Please fill in this box."),
            "siret": env._("This is not a SIRET: check its 14 digits, on your invoices."),
            "zip": env._("A postcode has 5 digits."),
            "email": env._("This e-mail address is not complete."),
            "phone": env._("This phone number is not complete: 10 digits."),
            "contact": env._("Give an e-mail address or a phone number."),
            "tasks": env._("Tick a task above, or write one here."),
            "hours": env._("Give the hours of at least one day."),
            "time": env._("Write the hour as 8h, 8h30 or 08:30."),
            "incomplete": env._("The other hour is missing."),
            "order": env._("The end comes before the beginning."),
            "overlap": env._("The afternoon begins before the end of the morning."),
            "photo_size": env._("This photo is too large (10 MB at most). Take it again, smaller."),
            "photo_type": env._("This file is not a photo (JPEG or PNG)."),
        }
        return messages.get(code, env._("Please check this box."))
