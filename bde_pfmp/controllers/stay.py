from odoo import http
from odoo.http import request

from odoo.addons.bde_partnerships.controllers.sections import SectionPage


class StayPage(SectionPage, http.Controller):
    """The page of a stay: what its tutor, company or pupil has to do after the signature.

    The token is checked before anything is read; it opens the stays of its person and no other.
    GET reads, POST acts.
    """

    @http.route("/bde/p/<string:token>", type="http", auth="public", methods=["GET"], sitemap=False)
    def stays(self, token, **_query):
        """The stays of this person; with one alone, that one."""
        link, refusal = self._open(token)
        if refusal:
            return refusal
        stays = link._stays()
        if len(stays) == 1:
            return request.redirect(self._address(token, stays), 303)
        return self._render(
            "bde_pfmp.stay_list",
            {
                "link": link,
                "company": link.company_id,
                "entries": [self._entry(link, token, stay) for stay in stays],
            },
            link.lang,
        )

    @http.route(
        "/bde/p/<string:token>/<string:uuid>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def stay(self, token, uuid, **query):
        """One stay: what is to do, what was done."""
        link, stay, refusal = self._open_stay(token, uuid)
        if refusal:
            return refusal
        roles, key = stay._stay_roles(link._person_refs()), query.get("done")
        told = key and hasattr(stay, f"_stay_post_{key}") and stay._stay_told(roles, key)
        return self._page(link, token, stay, told=told or None, last_key=key)

    @http.route(
        "/bde/p/<string:token>/<string:uuid>/<string:key>.pdf",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def stay_pdf(self, token, uuid, key, **query):
        """The PDF of a section of the page, for those to whom it is shown."""
        link, stay, refusal = self._open_stay(token, uuid)
        if refusal:
            return refusal
        stay = stay.with_context(bde_stay_paper=query.get("paper"))
        roles = stay._stay_roles(link._person_refs())
        offered = {section["key"] for section in stay._stay_sections(roles)}
        pdf = None
        if key in offered and hasattr(stay, f"_stay_pdf_{key}"):
            pdf = getattr(stay, f"_stay_pdf_{key}")(roles)
        if not pdf:
            return self._unknown()
        return self._section_file(pdf, "application/pdf", f"{key}.pdf")

    # csrf=False: the unguessable token is the right, and browsers inside mail applications
    # often keep no cookie; a csrf failure would throw away what was typed
    @http.route(
        "/bde/p/<string:token>/<string:uuid>/<string:key>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        sitemap=False,
    )
    def stay_post(self, token, uuid, key, **_form):
        """Takes what was sent from a section of the page."""
        link, stay, refusal = self._open_stay(token, uuid)
        if refusal:
            return refusal
        roles = stay._stay_roles(link._person_refs())
        offered = {section["key"]: section for section in stay._stay_sections(roles)}
        if key not in offered or not hasattr(stay, f"_stay_post_{key}"):
            return self._unknown()
        if refusal := self._section_too_many(link):
            return refusal
        form, files = request.httprequest.form, request.httprequest.files
        error = self._section_take(stay, f"_stay_post_{key}", roles, form, files, self._proof())
        if error:
            return self._page(link, token, stay, error=error, last_key=key, typed=form)
        return request.redirect(f"{self._address(token, stay)}?done={key}", 303)

    # csrf=False: as above; it sends a message to the address of this link, to no other
    @http.route(
        "/bde/p/<string:token>/renew",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        sitemap=False,
    )
    def stay_renew(self, token, **_form):
        """Sends a fresh link to the address of one that has expired."""
        return self._renewed(token, "stay", "_renew_stays")

    # ------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------

    def _open(self, token):
        """(link, None) of a token that may be used, or (None, response)."""
        return self._open_link(token, "stay")

    def _opens(self, link):
        return bool(link._person_refs())

    def _why_closed(self, link, token):
        if link._status() != "expired":
            return super()._why_closed(link, token)
        return {
            "text": link.env._(
                "Links serve until the end of what there is to do. You can get a fresh one now."
            ),
            "renew_url": f"/bde/p/{token}/renew",
        }

    def _open_stay(self, token, uuid):
        """(link, placement in sudo, None) or (None, None, response)."""
        link, refusal = self._open(token)
        if refusal:
            return None, None, refusal
        stay = link._stays().filtered(lambda one: one.convention_id.uuid == uuid)
        if not stay:
            return None, None, self._unknown()
        return link, stay[0].with_context(bde_stay_link=link.id), None

    def _address(self, token, stay):
        return f"/bde/p/{token}/{stay.convention_id.uuid}"

    def _sections(self, link, stay):
        stay = stay.with_context(bde_stay_link=link.id)
        sections = stay._stay_sections(stay._stay_roles(link._person_refs()))
        return sorted(sections, key=lambda section: section["sequence"])

    def _entry(self, link, token, stay):
        sections = self._sections(link, stay)
        return {
            "heading": stay._stay_heading(stay._stay_roles(link._person_refs())),
            "todo": [one["title"] for one in sections if one["state"] == "todo"],
            "signs": any(
                one["key"] == "attestation" and one["state"] == "todo" for one in sections
            ),
            "url": self._address(token, stay),
        }

    def _page(self, link, token, stay, **state):
        values = {
            "link": link,
            "company": link.company_id,
            "stay": stay,
            "heading": stay._stay_heading(stay._stay_roles(link._person_refs())),
            "list_url": f"/bde/p/{token}" if len(link._stays()) > 1 else None,
            **self._section_values(self._sections(link, stay), self._address(token, stay), **state),
        }
        status = 422 if state.get("error") else 200
        return self._render("bde_pfmp.stay_page", values, link.lang, status)
