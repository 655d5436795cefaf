import base64

from odoo import http
from odoo.http import request
from odoo.tools import format_amount, format_date
from odoo.tools.mimetypes import guess_mimetype

from ..rules import tax_answer
from .public import HEADERS, PublicPage

PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif")


class TaxPage(PublicPage, http.Controller):
    """The page of a company, or of an accountant, about the taxe d'apprentissage.

    The token is checked before anything is read; it opens the companies of its letter and no
    other. GET reads, POST acts. Records are in sudo, in the school of the link alone.
    """

    # csrf=False: the unguessable token is the right, and browsers inside mail applications
    # often keep no cookie; a csrf failure would throw away what was typed
    @http.route(
        "/bde/x/<string:token>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,
        sitemap=False,
    )
    def tax(self, token, **query):
        """Shows what was answered, or the form; takes what is posted."""
        link, refusal = self._open(token)
        if refusal:
            return refusal
        values = link._tax_page_values()
        if request.httprequest.method != "POST":  # HEAD comes here too
            return self._get(token, values, query)
        if not link._take_post():
            return self._busy(link)
        return self._take(token, values, request.httprequest.form)

    # csrf=False: as above; it opens the page to say no, which itself acts by POST
    @http.route(
        "/bde/x/<string:token>/stop",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        sitemap=False,
    )
    def tax_stop(self, token, **_form):
        """Leads to the page where a company says that it wants no more letters."""
        link, refusal = self._open(token)
        if refusal:
            return refusal
        if not link._take_post():
            return self._busy(link)
        url = link._tax_mint_optout()
        if url:
            return request.redirect(url, 303, local=False)
        env = link.env
        return self._message(
            env._("Tell the school"),
            env._("This letter went to no e-mail address: call the school, it notes your no."),
            link.company_id,
            link.lang,
        )

    # csrf=False: as above; it sends a message to the address of this link, to no other
    @http.route(
        "/bde/x/<string:token>/renew",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        sitemap=False,
    )
    def tax_renew(self, token, **_form):
        """Sends a fresh link to the address of one that has expired."""
        return self._renewed(token, "tax", "_renew_tax")

    @http.route(
        "/bde/x/<string:token>/picture",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def tax_picture(self, token, **_query):
        """The picture of what last year's money bought, once a person stated it shows no minor."""
        link, refusal = self._open(token)
        campaign = link and link._tax_targets().campaign_id[:1]
        if refusal or not campaign.picture_checked or not campaign.story_picture:
            return self._unknown()
        picture = base64.b64decode(campaign.with_context(bin_size=False).story_picture)
        kind = guess_mimetype(picture)
        if kind not in PICTURES:
            return self._unknown()
        headers = HEADERS | {"Content-Type": kind, "X-Content-Type-Options": "nosniff"}
        return request.make_response(picture, list(headers.items()))

    # ------------------------------------------------------------
    # OPENING
    # ------------------------------------------------------------

    def _open(self, token):
        """(link, None) of a token that may be used, or (None, response)."""
        return self._open_link(token, "tax")

    def _opens(self, link):
        return bool(link._tax_targets())

    def _why_closed(self, link, token):
        env = link.env
        if link.closed_by == "not_me":
            return {"text": env._("Somebody said here that this address is not the company's.")}
        if link._status() == "expired" and link.email:
            return {
                "text": env._("Links serve for one campaign. You can get a fresh one now."),
                "renew_url": f"/bde/x/{token}/renew",
            }
        return super()._why_closed(link, token)

    def _busy(self, link):
        return self._message(
            link.env._("Too many messages at once"),
            link.env._("Wait a while, then try again. Nothing was lost."),
            link.company_id,
            link.lang,
            429,
        )

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    def _get(self, token, values, query):
        has_answered = any(entry["own"] for entry in values["entries"])
        if not values["campaign"]._tax_takes_answers():
            return self._closed(token, values)
        asked = query.get("answer")
        if has_answered and not asked and not query.get("edit"):
            return self._page("tax_done", token, values, just_now=bool(query.get("done")))
        typed = self._typed(values)
        if asked in values["kinds"] and not values["is_accountant"]:
            typed["kind"] = asked
        return self._form(token, values, typed)

    def _typed(self, values):
        """Boxes of the form as they stand at first."""
        link, typed = values["link"], {}
        for entry in values["entries"]:
            prefix = self._prefix(values, entry)
            for name, value in link._tax_typed(entry).items():
                typed[prefix + name] = value
        if values["is_accountant"]:
            said = [entry["own"] for entry in values["entries"] if entry["own"]]
            typed["remark"] = ""
            typed["name"] = said[0].name if said else link.name or ""
        return typed

    def _prefix(self, values, entry):
        """Boxes of an accountant's clients stand in one form: each has its own names."""
        return f"c{entry['target'].id}_" if values["is_accountant"] else ""

    def _closed(self, token, values, status=200):
        return self._page("tax_closed", token, values, status=status)

    def _form(self, token, values, typed, errors=None, status=200):
        values |= {
            "typed": typed,
            "errors": {name: self._sentence(code, values) for name, code in (errors or {}).items()},
            "limits": tax_answer.TEXTS,
        }
        return self._page("tax_form", token, values, status=status)

    def _page(self, template, token, values, status=200, **more):
        env, now = values["link"].env, values["moment"]
        values |= more | {
            "base": f"/bde/x/{token}",
            "prefixes": {e["target"].id: self._prefix(values, e) for e in values["entries"]},
            "days": {
                name: format_date(env, getattr(now, name), date_format="d MMMM yyyy")
                for name in ("ends", "opens", "ended")
                if getattr(now, name)
            },
            "day": lambda moment: format_date(env, moment, date_format="d MMMM yyyy"),
            # 0,09 %: the rate of the year, as the académie keeps it
            "rate": values["link"]._tax_number(values["campaign"].tax_year_id.rate * 100) + "\xa0%",
            "number": values["link"]._tax_number,
            "money": lambda answer: format_amount(env, answer.amount, answer.currency_id),
        }
        return self._render(f"bde_partnerships.{template}", values, values["link"].lang, status)

    # ------------------------------------------------------------
    # TAKING
    # ------------------------------------------------------------

    def _take(self, token, values, form):
        if not values["campaign"]._tax_takes_answers():
            return self._closed(token, values, 409)
        said, errors = self._read(values, form)
        if errors:
            return self._form(token, values, form, errors, 422)
        answers = values["link"]._tax_take(said)
        if any(answers.mapped("is_stranger")):
            env = values["link"].env
            return self._message(
                env._("Thank you"),
                env._("This link is closed. The school looks for the right address itself."),
                values["company"],
                values["link"].lang,
            )
        return request.redirect(f"/bde/x/{token}?done=1", 303)

    def _read(self, values, form):
        """What was typed.

        :return: ({target: values}, {box: code of a sentence})
        """
        said, errors = {}, {}
        courses, kinds = values["courses"].ids, values["kinds"]
        for entry in values["entries"]:
            prefix = self._prefix(values, entry)
            boxes = {name: form.get(prefix + name) for name in ("kind", "amount", "unit", "course")}
            if values["is_accountant"]:
                if not boxes["kind"] and not boxes["amount"] and not boxes["course"]:
                    continue  # a client about whom nothing is said yet
                # one remark for all: one task, at the first of them
                boxes |= {"name": form.get("name"), "remark": "" if said else form.get("remark")}
            else:
                boxes |= {name: form.get(name) for name in (*tax_answer.TEXTS, "stranger")}
            clean, codes = tax_answer.clean(boxes, courses, kinds)
            errors |= {prefix + name: code for name, code in codes.items()}
            said[entry["target"]] = clean
        if not said:
            errors["page"] = "nothing"
        return said, errors

    def _sentence(self, code, values):
        env = values["link"].env
        return {
            "kind": env._("Choose one of the answers."),
            "nothing": env._("Choose an answer for one client at least."),
            "closed": env._("The windows of this year are over: choose another answer."),
            "number": env._("Write a number, such as 800 or 1200,50. Or leave it empty."),
            "negative": env._("Write a number above zero, without a minus sign."),
            "zero": env._("Write a number above zero, or leave it empty."),
            "thousands": env._(
                "This can be read in two ways: write 1200 for twelve hundred, 1,20 for one"
                " euro twenty."
            ),
            "cents": env._("Two digits at most after the comma."),
            "percent_over": env._("A share is 100 % at most."),
            "amount_over": env._("This amount is too large: look at it again."),
            "course": env._("This training is not in the list: choose it again."),
            "email": env._("This e-mail address is not complete."),
            "phone": env._("This phone number is not complete: 10 digits."),
            "other_name": env._("Add the name of this person."),
        }[code]
