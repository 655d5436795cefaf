"""Exports of SOLTéA in the demonstration: files as the platform gives them, loaded and counted."""

import csv
import io
from base64 import b64encode
from decimal import Decimal

from odoo import fields

TITLES = (
    "SIRET",
    "Raison sociale",
    "Montant versé",
    "Formation fléchée",
    "UAI composante",
    "Date de virement",
    "Campagne",
)


def euros(text, share):
    """An amount of the first school in another one, as SOLTéA writes it."""
    if not text:
        return ""
    amount = Decimal(text.replace(" ", "").replace(",", "."))
    return f"{(amount * share).quantize(Decimal('0.01'))}".replace(".", ",")


def gift_rows(gifts, givers, days, share):
    """Rows of the export: (transfer, company, amount, day)."""
    return [
        (number, target.partner_id, euros(gift[number - 1], share), days[number - 1])
        for number in (1, 2)
        for target, gift in zip(givers, gifts, strict=True)
        if gift[number - 1]
    ]


def load_export(campaign, rows, filename):
    """The export of the school's space in SOLTéA, as a file; each holds those before it."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";")
    writer.writerow(TITLES)
    courses = campaign.course_ids.mapped("name")
    # one in three leaves it to the school
    said = {partner: [*courses[:2], ""][rank % 3] for rank, partner in enumerate(
        dict.fromkeys(row[1] for row in rows)
    )}  # fmt: skip
    for _number, partner, amount, day in rows:
        name, number = ("ATELIERS DU CONFLUENT", "") if partner is None else (
            partner.name.upper(), partner._bde_legal_siret() or "",
        )  # fmt: skip
        writer.writerow(
            (
                number,
                name,
                amount,
                said[partner],
                campaign.soltea_uai,
                f"{day:%d/%m/%Y}",
                campaign.year,
            )
        )
    load = campaign.env["bde.tax.import"].create(
        {
            "campaign_id": campaign.id,
            "filename": filename,
            "file": b64encode(stream.getvalue().encode("utf-8-sig")),
        }
    )
    load.action_read()
    load.action_preview()
    load.action_apply()
    # lists and names of exports say the day they were loaded, which the database notes itself
    load.env.cr.execute(
        "UPDATE bde_tax_import SET create_date = %s WHERE id = %s", (fields.Datetime.now(), load.id)
    )
    load.invalidate_recordset(["create_date"])
