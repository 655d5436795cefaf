"""What pages by link share that are made of sections: one form each, posted on its own."""

from werkzeug.datastructures import MultiDict

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..rules.sections import SectionError, ordered
from .public import HEADERS, PublicPage


class SectionPage(PublicPage):
    """What controllers of such pages inherit, beside ``http.Controller``; no controller itself.

    A section is a dict ``key`` (of its address), ``sequence``, ``title``, ``state`` (``todo``,
    ``done``, ``later``, ``info``), ``template`` and what the template needs. GET reads, POST
    acts.
    """

    def _section_too_many(self, link):
        """The page for a link that sent too much in the hour; None while it may send."""
        if link._take_post():
            return None
        return self._message(
            link.env._("Too many messages at once"),
            link.env._("Wait a while, then try again. Nothing was lost."),
            link.company_id,
            link.lang,
            429,
        )

    def _section_take(self, record, method, *args):
        """Gives a section what was sent from it; two posts at a time are one after the other.

        :param record: whose page it is
        :param str method: its verb, which raises :class:`SectionError` and returns nothing
        :return: the :class:`SectionError`, None when it was taken
        """
        # the second waits, and sees what the first did
        request.env["bde.document"]._lock_rows(record)
        kept = None
        args = [_typed(one) for one in args]
        try:
            # nothing half done is kept when it is refused
            with request.env.cr.savepoint():
                try:
                    getattr(record, method)(*args)
                except SectionError as error:
                    if not error.keep:
                        raise
                    kept = error
        except (SectionError, UserError) as error:
            record.env.invalidate_all()
            return error if isinstance(error, SectionError) else SectionError(str(error))
        return kept

    def _section_values(self, sections, base, error=None, last_key=None, typed=None, told=None):
        """What the template ``bde_partnerships.public_sections`` needs.

        :param str base: address of the page
        :param error: the :class:`SectionError` of what was sent last
        :param typed: what was typed there, shown again
        """
        return {
            "sections": ordered(sections, last_key, bool(error)),
            "base": base,
            "error": error and str(error),
            "field_errors": error.fields if error else {},
            "last_key": last_key,
            "typed": typed or {},
            "told": told,
        }

    def _section_file(self, content, mimetype, name):
        """A file, shown by the browser and kept by no cache."""
        headers = HEADERS | {
            "Content-Type": mimetype,
            "Content-Disposition": http.content_disposition(name, "inline"),
            "X-Content-Type-Options": "nosniff",
        }
        return request.make_response(content, list(headers.items()))


def _typed(form):
    """A form without the zero bytes that no keyboard types and no database takes."""
    if not isinstance(form, MultiDict):
        return form
    return MultiDict(
        (name, value.replace("\0", " ") if isinstance(value, str) else value)
        for name, value in form.items(multi=True)
    )
