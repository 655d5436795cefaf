"""What strangers typed is a text in every export, and never runs as a formula."""

import csv
import io
import json

import openpyxl

from odoo import http
from odoo.tests import HttpCase, tagged

from .common import BdeCase

EVIL = ("=1+1", "+33 6", "-1", "@SUM(A1)", "\t=1", "\r=1", "{=1+1}", "external:c:\\x", "Bordeaux")


@tagged("post_install", "-at_install")
class TestExport(BdeCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.firms = self.env["res.partner"].create(
            [{"name": f"Firm {n}", "city": f"x{n}", "is_company": True} for n in range(len(EVIL))]
        )
        for firm, text in zip(self.firms, EVIL, strict=True):
            self.cr.execute("UPDATE res_partner SET city = %s WHERE id = %s", [text, firm.id])
        self.env.invalidate_all()
        self.authenticate("admin", "admin")

    def export(self, kind, groupby=()):
        data = {
            "model": "res.partner",
            "fields": [{"name": "city", "label": "=1+2", "type": "char"}],
            "ids": False if groupby else self.firms.ids,
            "domain": [("id", "in", self.firms.ids)],
            "groupby": list(groupby),
            "import_compat": False,
            "context": {},
        }
        answer = self.url_open(
            f"/web/export/{kind}",
            data={"data": json.dumps(data), "csrf_token": http.Request.csrf_token(self)},
        )
        self.assertEqual(answer.status_code, 200, answer.text[:500])
        return answer.content

    def assert_texts(self, content):
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        self.assertGreaterEqual(len(cells), len(EVIL))
        self.assertFalse([cell.value for cell in cells if cell.data_type == "f"])
        self.assertFalse([cell.value for cell in cells if cell.hyperlink])
        return {cell.value for cell in cells}

    def test_workbook(self):
        values = self.assert_texts(self.export("xlsx"))
        self.assertLessEqual({"=1+1", "+33 6", "Bordeaux", "=1+2"}, values)

    def test_workbook_in_groups(self):
        self.assert_texts(self.export("xlsx", ["city"]))

    def test_csv(self):
        rows = list(csv.reader(io.StringIO(self.export("csv").decode())))
        for (cell,) in rows[1:]:
            self.assertFalse(cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell)

    def test_pivot(self):
        data = {
            "title": "x",
            "model": "x",
            "measure_count": 1,
            "col_group_headers": [[{"title": "=1+1", "width": 1, "height": 1}]],
            "measure_headers": [{"title": "{=1+1}", "is_bold": True}],
            "rows": [{"title": "=1+1", "indent": 0, "values": [{"value": "=1+1"}, {"value": 3}]}]
            * len(EVIL),
        }
        answer = self.url_open(
            "/web/pivot/export_xlsx",
            data={"data": json.dumps(data), "csrf_token": http.Request.csrf_token(self)},
        )
        self.assert_texts(answer.content)
