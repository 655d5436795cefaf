import re

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.bde_partnerships.controllers.offer import OfferPage
from odoo.addons.bde_partnerships.controllers.sections import SectionPage
from odoo.addons.bde_partnerships.controllers.template import TemplatePages


class PortraitPictures(OfferPage):
    """Pictures of portraits: of the public page, and of letters; gone as soon as they are."""

    @http.route(
        "/bde/c/<string:school>/portrait/<string:name>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def portrait_picture(self, school, name, **_query):
        """A picture, as long as everybody who has to agrees to that use."""
        company_sudo = self._school(school)
        found = re.fullmatch(r"(\d{1,9})(?:-([0-9a-f]{32}))?\.jpg", name)
        if not company_sudo or not found:
            raise request.not_found()
        # sudo: the picture is looked at here: is it shown today, for this use?
        Picture = company_sudo.env["bde.portrait.picture"].sudo()
        picture, _use = Picture._found(company_sudo, int(found[1]), found[2] or "")
        if not picture:
            raise request.not_found()
        content, mimetype, _name = picture._file()
        headers = {
            "Content-Type": mimetype,
            # no copy outlives a withdrawal
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex, nofollow",
        }
        return request.make_response(content, list(headers.items()))


class PortraitSheets(TemplatePages):
    """Portraits on paper for a class; who may not read one of them gets nothing."""

    @http.route("/bde/alumni/portraits", type="http", auth="user", methods=["GET"])
    def portrait_sheets(self, ids="", **_query):
        """A page a portrait, of what was agreed to for that use."""
        numbers = self._numbers(ids)
        portraits = self._readable("bde.portrait", numbers)
        try:
            return self._pdf(portraits._class_pdf(), request.env._("portraits.pdf"))
        except UserError as error:
            return self._refused(error)


class PortraitPage(SectionPage, http.Controller):
    """The page of a holder of parental authority, ``/bde/g/<token>``: his child's portrait.

    The token is checked before anything is read. GET reads, POST acts.
    """

    @http.route("/bde/g/<string:token>", type="http", auth="public", methods=["GET"], sitemap=False)
    def portrait(self, token, **query):
        """What is to be read, and agreed to or not."""
        link, refusal = self._open_link(token, "portrait")
        if refusal:
            return refusal
        return self._guardian_page(link, token, told=bool(query.get("done")))

    @http.route(
        "/bde/g/<string:token>/file", type="http", auth="public", methods=["GET"], sitemap=False
    )
    def portrait_file(self, token, picture="", **_query):
        """A picture, as it is to be agreed to."""
        link, refusal = self._open_link(token, "portrait")
        if refusal:
            return refusal
        pictures = link._portrait()[0].picture_ids
        found = pictures.filtered(lambda one: str(one.id) == picture)._file()
        return self._section_file(*found) if found else self._unknown()

    # csrf=False: the unguessable token is the right, and browsers inside mail applications
    # often keep no cookie
    @http.route(
        "/bde/g/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        sitemap=False,
    )
    def portrait_post(self, token, **_form):
        """Takes a yes with its uses, a no, or a withdrawal."""
        link, refusal = self._open_link(token, "portrait")
        if refusal:
            return refusal
        if too_many := self._section_too_many(link):
            return too_many
        portrait, guardian = link._portrait()
        form = request.httprequest.form
        channel = "desk" if link.channel == "desk" else "link"
        error = self._section_take(portrait, "_take_form", form, guardian, channel)
        if error:
            return self._guardian_page(link, token, error=error, form=form)
        if not self._opens(link):
            env = link.env
            return self._message(
                env._("It is noted"),
                env._("Nothing is shown of this portrait. Thank you for your answer."),
                link.company_id,
                link.lang,
            )
        return request.redirect(f"/bde/g/{token}?done=1", 303)

    # csrf=False: as above; it sends a message to the address of this link, to no other
    @http.route(
        "/bde/g/<string:token>/renew",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        sitemap=False,
    )
    def portrait_renew(self, token, **_form):
        """Sends a fresh link to the address of one that has expired."""
        return self._renewed(token, "portrait", "_renew_portrait")

    def _opens(self, link):
        return bool(link._portrait()[0])

    def _why_closed(self, link, token):
        expired = link._status() == "expired" and link.channel != "desk"
        if not expired or not self._opens(link):
            return super()._why_closed(link, token)
        return {
            "text": link.env._("This link has served its time. You can get a fresh one now."),
            "renew_url": f"/bde/g/{token}/renew",
        }

    def _guardian_page(self, link, token, error=None, form=None, told=False):
        portrait, guardian = link._portrait()
        values = {
            "link": link,
            "company": link.company_id,
            "child": portrait.alumnus_id.firstname,
            "card": portrait._card(guardian),
            "action": f"/bde/g/{token}",
            "form": form or {},
            "errors": error.fields if error else {},
            "error": error and str(error),
            "told": told,
        }
        status = 422 if error else 200
        return self._render("bde_alumni.portrait_guardian_page", values, link.lang, status)
