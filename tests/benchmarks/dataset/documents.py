"""Conventions with their document, one version, the parties' signatures and a journal.

Numbers, states, versions, signatures and chains of the journal are those the engine would have
left; its own check of the journals finds them in order. To stay under ten minutes and a few
gigabytes, two things are smaller than in life: the text of the articles in a version's content is
cut short, and every PDF is one and the same small file. Sealed files and the erasable details of
the journal are left out.
"""

import base64
import json
import re

from .core import proof, step

ARTICLE_LENGTH = 40
IN_SIGNATURE = ("to_sign", "partly_signed")
# states in which everybody has signed
SIGNED = ("signed", "running", "ended", "attested", "closed", "interrupted")
SENT = (*IN_SIGNATURE, *SIGNED, "refused", "cancelled")
PLACEHOLDER_PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n%%EOF\n"


def _listed(states):
    return ", ".join(f"'{state}'" for state in states)


@step("bde.convention")
def conventions(build):
    """One convention per placement that has come so far; scratch table ``b_document``."""
    count = build.count["bde.convention"]
    document = build.reserve("bde.document", count)
    version = build.reserve("bde.document.version", count)
    build.template = build.env["bde.document.template"]._template_for(
        build.schools[0], "pfmp", "fr_FR", build.academy._bde_today()
    )
    build.scratch(
        "b_document",
        None,
        query="""
        SELECT p.*, %(document)s + p.c AS document_id, %(version)s + p.c AS version_id,
               %(convention)s + p.c AS convention_id,
               md5('document' || p.c)::uuid::text AS uuid,
               substr(md5('token' || p.c), 1, 22) AS check_token,
               s.uai || '-' || extract(year FROM y.date_start) || '-' || to_char(
                   row_number() OVER (PARTITION BY p.school ORDER BY p.c), 'FM000000') AS number,
               p.birth + interval '18 years' <= current_date AS adult,
               h.partner_id, h.signatory_id, h.tutor_id, t.user_id AS referent_user_id,
               e.name AS host, b.name AS division, q.name AS period, h.i AS policy
          FROM b_placement p
          JOIN b_host h ON h.school = p.school AND h.k = p.host_k
          JOIN b_school s ON s.n = p.school
          JOIN bde_school_year y ON y.id = p.year_id
          JOIN res_partner e ON e.id = h.partner_id
          JOIN bde_division b ON b.id = p.division_id
          JOIN bde_period q ON q.id = p.period_id
          JOIN bde_teacher t ON t.id = p.referent_id
         WHERE p.c IS NOT NULL""",
        document=document,
        version=version,
        convention=build.base["bde.convention"],
    )
    build.run("CREATE INDEX ON b_document (c)")
    build.insert(
        "bde.convention",
        {
            "id": "convention_id",
            "document_id": "document_id",
            "active": "true",
            "company_id": "company_id",
            "school_year_id": "year_id",
            "placement_id": "%(placement)s + n",
            "student_id": "student_id",
            "student_name": "student_name",
            "division_id": "division_id",
            "period_id": "period_id",
            "date_start": "date_start",
            "date_end": "date_end",
            "absence_days": "0",
            "absence_hours": "0",
            "effective_days": "presence_days",
            "effective_hours": "total_hours",
        },
        "b_document",
        placement=build.base["bde.placement"],
    )


@step("bde.document")
def documents(build):
    """The engine's side of each convention; the sequences of the schools go on after them."""
    signed = f"state IN ({_listed(SIGNED)})"
    build.insert(
        "bde.document",
        {
            "id": "document_id",
            "company_id": "company_id",
            "school_year_id": "year_id",
            "uuid": "uuid",
            "number": "number",
            "kind": "'convention'",
            "title": "student_name || ' – ' || host",
            "group_label": "division",
            "batch_label": "period",
            "res_model": "'bde.convention'",
            "res_id": "convention_id",
            "lang": "'fr_FR'",
            "template_id": "%(template)s",
            "state": "state",
            "state_since": "now() - (n %% 400) * interval '1 hour'",
            "deadline": "date_start - 3",
            "referent_user_id": "referent_user_id",
            "version_id": "version_id",
            "signature_count": "5",
            # of the parties that may sign at first, some have: see the step of signatures
            "signed_count": f"CASE WHEN {signed} THEN 5 WHEN state = 'partly_signed' "
            "THEN 1 + n %% 3 ELSE 0 END",
            "check_token": "check_token",
            "seal_state": f"CASE WHEN {signed} THEN 'done' ELSE 'none' END",
            "seal_tries": "0",
            "sealed_on": f"CASE WHEN {signed} THEN now() - interval '1 day' END",
            "copies_sent_on": f"CASE WHEN {signed} THEN now() - interval '1 day' END",
        },
        "b_document",
        template=build.template.id,
    )
    for school in build.schools:
        school._bde_next_serials(1)
        last = build.value(
            "SELECT count(*) FROM b_document WHERE company_id = %(school)s", school=school.id
        )
        name = f"ir_sequence_{school.bde_sequence_id.id:03d}"
        build.run("SELECT setval(%(name)s, %(last)s)", name=name, last=last + 1)


PARTIES = """
    SELECT d.c, d.document_id, x.ordinal, x.role, x.quality, x.name, x.email, x.phone, x.required,
           CASE x.role WHEN 'head' THEN 20 ELSE 10 END AS sequence, x.user_id, x.partner_id,
           x.kinship, md5('party' || d.c || '/' || x.ordinal)::uuid::text AS party_uuid
      FROM b_document d
      JOIN res_partner s ON s.id = d.signatory_id
      JOIN res_partner t ON t.id = d.tutor_id
      JOIN bde_student p ON p.id = d.student_id
      JOIN bde_teacher r ON r.id = d.referent_id
      JOIN b_staff f ON f.company_id = d.company_id
      JOIN b_guardian g ON g.i = d.i AND g.rank = 1
      JOIN bde_guardian one ON one.id = %(guardian)s + g.g
 LEFT JOIN b_guardian g2 ON g2.i = d.i AND g2.rank = 2
 LEFT JOIN bde_guardian two ON two.id = %(guardian)s + g2.g,
           LATERAL (VALUES
        (1, 'host', s.function, s.name, s.email, s.phone, true, NULL::int, s.id, NULL),
        (2, 'tutor', t.function, t.name, t.email, t.phone, true, NULL, t.id, NULL),
        (3, 'student', NULL, p.name, p.email, p.phone, d.adult, NULL, NULL, NULL),
        (4, 'guardian', 'mère', one.name, one.email, one.phone, true, NULL, NULL, 'mother'),
        (5, 'guardian', 'père', two.name, two.email, two.phone, false, NULL, NULL, 'father'),
        (6, 'referent', NULL, r.name, r.email, r.phone, true, r.user_id, NULL, NULL),
        (7, 'head', 'Chef d’établissement', f.head_name, f.head_email, NULL, true, f.head_id,
            NULL, NULL)
           ) AS x (ordinal, role, quality, name, email, phone, required, user_id, partner_id,
                   kinship)
     WHERE x.name IS NOT NULL AND (x.role <> 'guardian' OR NOT d.adult)"""


@step("bde.document.version")
def versions(build):
    """One version each; its content is that of a convention of the same period, with the names
    put in; its PDF is the common file.

    Scratch tables ``b_party`` (who signs) and ``b_content`` (the model text of each period, cut
    where the values of a document go: ``t0``, ``t1``…).
    """
    build.scratch("b_party", None, query=PARTIES, guardian=build.base["bde.guardian"])
    build.run("CREATE INDEX ON b_party (c)")
    marks, rows = _model_contents(build)
    columns = ", ".join(f"t{number} text" for number in range(len(marks) + 1))
    build.scratch("b_content", f"period_id int, {columns}", rows)
    _placeholder_pdfs(build)
    school = build.env["bde.link"]._base_url() + "/bde/v/"
    source = f"""
      (SELECT d.*, {_filled(marks)} AS content
         FROM b_document d
         JOIN b_content m USING (period_id)
         JOIN (SELECT c, string_agg(
                   '{{"function":' || COALESCE(to_json(quality)::text, 'null') || ',"name":'
                   || to_json(name)::text || ',"required":' || required || ',"role":"' || role
                   || '","uuid":"' || party_uuid || '"}}', ',' ORDER BY ordinal) AS parties,
                   COALESCE(string_agg('{{"kinship":"' || kinship || '","name":'
                   || to_json(name)::text || '}}', ',' ORDER BY ordinal)
                   FILTER (WHERE role = 'guardian'), '') AS guardians
                 FROM b_party GROUP BY c) AS parties USING (c)
         JOIN res_partner e ON e.id = d.partner_id
         JOIN res_partner s ON s.id = d.signatory_id
         JOIN res_partner t ON t.id = d.tutor_id
         JOIN bde_teacher r ON r.id = d.referent_id
         JOIN b_training_of f ON f.division_id = d.division_id) AS t"""
    build.run(
        """CREATE TEMP VIEW b_training_of AS
           SELECT b.division_id, t.name
             FROM b_division b JOIN bde_training t ON t.id = b.training_id"""
    )
    pdf = f"state IN ({_listed(SENT)})"
    build.insert(
        "bde.document.version",
        {
            "id": "version_id",
            "company_id": "company_id",
            "document_id": "document_id",
            "serial": "1",
            "template_id": "%(template)s",
            "lang": "'fr_FR'",
            "referent_user_id": "referent_user_id",
            "content": "content",
            "content_sha256": "encode(sha256(convert_to(content, 'UTF8')), 'hex')",
            "pdf_attachment_id": f"CASE WHEN {pdf} THEN %(attachment)s + c END",
            "pdf_sha256": f"CASE WHEN {pdf} THEN %(digest)s END",
        },
        source,
        template=build.template.id,
        attachment=build.base["ir.attachment"],
        digest=build.pdf_digest,
        check_url=school,
    )


# leaf of the content -> SQL value put in its place; every value is written as JSON text
LEAVES = {
    ("document",): "d.uuid",
    ("number",): "d.number",
    ("check_url",): "%(check_url)s || d.check_token",
    ("student", "name"): "d.student_name",
    ("student", "birth_date"): "d.birth::text",
    ("student", "division"): "d.division",
    ("student", "adult"): "d.adult",
    ("host", "name"): "d.host",
    ("host", "siret"): "e.company_registry",
    ("host", "naf"): "e.naf_code",
    ("host", "phone"): "e.phone",
    ("host", "address"): "ARRAY[e.street, e.zip || ' ' || e.city]",
    ("host", "signatory", "name"): "s.name",
    ("host", "insurance", "policy"): "to_char(d.policy, 'FM00000000')",
    ("tutor", "name"): "t.name",
    ("tutor", "phone"): "t.phone",
    ("tutor", "email"): "t.email",
    ("referent", "name"): "r.name",
    ("referent", "email"): "r.email",
    ("training", "title"): "f.name",
}


MARK = re.compile(r'"@@([\w.]+)@@"')


def _filled(marks):
    """SQL expression: the pieces of the model text with the values of a document between them."""
    values = {".".join(path): f"to_json({value})::text" for path, value in LEAVES.items()}
    pieces = ["m.t0"]
    for number, mark in enumerate(marks, 1):
        # parties and guardians are JSON already
        pieces += [f"COALESCE({values.get(mark, mark)}, 'null')", f"m.t{number}"]
    return " || ".join(pieces)


def _model_contents(build):
    """The text of one convention per period, as the engine makes it, names left open.

    :return: the names of what is left open, in their order; rows of the pieces between them
    """
    from odoo.addons.bde_partnerships.rules.canonical import canonical

    build.run("SELECT DISTINCT ON (period_id) period_id, document_id FROM b_document ORDER BY 1, c")
    pairs = build.cr.fetchall()
    build.env.invalidate_all()
    documents = build.env["bde.document"].browse([document for _period, document in pairs])
    contents = {}
    for batch in documents._as_engine():
        for document, text in batch._build_contents().items():
            contents[document.id] = json.loads(text)
    marks, rows = None, []
    for period, document in pairs:
        pieces = MARK.split(canonical(_opened(contents[document])))
        if marks not in (None, pieces[1::2]):
            raise ValueError("the contents of two conventions have not the same parts")
        marks = pieces[1::2]
        rows.append((period, *pieces[::2]))
    return marks, rows


def _opened(content):
    """A content with its articles cut short and marks where the values of a document go."""
    template = content["template"]
    for part, key in ((template, "preamble"), *((a, "body") for a in template["articles"])):
        part[key] = part[key][:ARTICLE_LENGTH]
    for path in LEAVES:
        _leaf(content, path)[path[-1]] = f"@@{'.'.join(path)}@@"
    for name in ("parties", "guardians"):
        content[name] = [f"@@{name}@@"]
    return content


def _leaf(content, path):
    for key in path[:-1]:
        content = content[key]
    if path[-1] not in content:
        raise KeyError(f"the content of a convention has no {'.'.join(path)} any more")
    return content


def _placeholder_pdfs(build):
    """An attachment row for every PDF that was shown; one file stands behind them all."""
    Attachment = build.env["ir.attachment"]
    first = Attachment.create(
        {
            "name": "banc.pdf",
            "datas": base64.b64encode(PLACEHOLDER_PDF),
            "mimetype": "application/pdf",
            "res_model": "bde.document",
            "res_id": build.base["bde.document"] + 1,
        }
    )
    build.env.flush_all()
    from odoo.addons.bde_partnerships.rules.canonical import sha256_hex

    build.pdf_digest = sha256_hex(PLACEHOLDER_PDF)
    base = build.reserve("ir.attachment", build.count["bde.convention"])
    build.insert(
        "ir.attachment",
        {
            "id": "%(base)s + c",
            "name": "number || '-v1.pdf'",
            "res_model": "'bde.document'",
            "res_id": "document_id",
            "company_id": "d.company_id",
            "type": "'binary'",
            "public": "false",
            "mimetype": "a.mimetype",
            "store_fname": "a.store_fname",
            "db_datas": "a.db_datas",
            "checksum": "a.checksum",
            "file_size": "a.file_size",
        },
        f"b_document d JOIN ir_attachment a ON a.id = %(first)s WHERE d.state IN ({_listed(SENT)})",
        base=base,
        first=first.id,
    )


@step("bde.document.signature")
def signatures(build):
    """Five required signatures a document, and the acknowledgements of minors and second
    guardians.

    Of a partly signed document the first ones have signed; the head comes last.
    """
    count = build.value("SELECT count(*) FROM b_party")
    base = build.reserve("bde.document.signature", count)
    build.scratch(
        "b_signature",
        None,
        query=f"""
        SELECT p.*, d.state AS document_state, d.version_id, d.company_id, d.year_id,
               d.referent_user_id, d.student_name || ' – ' || d.host AS title, d.division, d.period,
               row_number() OVER (ORDER BY p.c, p.ordinal) AS i,
               CASE WHEN d.state IN ({_listed(SIGNED)})
                      OR d.state = 'partly_signed' AND p.required AND p.role <> 'head'
                         AND rank <= 1 + d.n %% 3
                    THEN CASE WHEN p.required THEN 'signed' ELSE 'acknowledged' END
                    WHEN d.state = 'refused' AND p.role = 'host' THEN 'refused'
                    WHEN d.state IN ('draft', 'refused', 'cancelled') THEN 'void'
                    WHEN d.state IN ({_listed(IN_SIGNATURE)}) AND p.role <> 'head' THEN 'to_sign'
                    ELSE 'waiting' END AS state
          FROM (SELECT *, count(*) FILTER (WHERE required) OVER (PARTITION BY c ORDER BY ordinal)
                          AS rank FROM b_party) AS p
          JOIN b_document d USING (c)""",
    )
    done = "state IN ('signed', 'acknowledged')"
    begun = f"document_state IN ({_listed(SENT)})"
    build.insert(
        "bde.document.signature",
        {
            "id": "%(base)s + i",
            "uuid": "md5('signature' || i)::uuid::text",
            "company_id": "company_id",
            "school_year_id": "year_id",
            "document_id": "document_id",
            "version_id": "version_id",
            "is_current": "true",
            "role": "role",
            "quality": "quality",
            "party_uuid": "party_uuid",
            "sequence": "sequence",
            "required": "required",
            "name": "name",
            "email": "email",
            "phone": "phone",
            "lang": "'fr_FR'",
            "user_id": "user_id",
            "partner_id": "partner_id",
            # same person, same key; the real one folds accents and the order of names
            "signer_key": "encode(sha256(convert_to(lower(name) || '|mail:' || email, 'UTF8')), "
            "'hex')",
            "referent_user_id": "referent_user_id",
            "title": "title",
            "group_label": "division",
            "batch_label": "period",
            "state": "state",
            "since": f"CASE WHEN {begun} THEN now() - (i %% 300) * interval '1 hour' END",
            "notified_on": f"CASE WHEN {begun} THEN now() - (i %% 300) * interval '1 hour' END",
            "unreachable": "false",
            "by_delegation": "false",
            "reminder_count": "CASE WHEN state = 'to_sign' THEN i %% 3 ELSE 0 END",
            "refusal_reason": "CASE WHEN state = 'refused' THEN 'Plus de place' END",
            "signed_on": f"CASE WHEN {done} THEN date_trunc('second', now() AT TIME ZONE 'UTC') "
            "- (i %% 200) * interval '1 hour' END",
            "method": f"CASE WHEN {done} THEN CASE WHEN user_id IS NULL THEN 'typed' "
            "ELSE 'session' END END",
            "signed_name": f"CASE WHEN {done} THEN name END",
            "signed_by_id": f"CASE WHEN {done} THEN user_id END",
        },
        "b_signature",
        base=base,
    )


@step("bde.journal")
def journals(build):
    """The chain of each document: the version was made, it was sent, who signed.

    Scratch table ``b_event``: what each row says, before it is chained.
    """
    build.run(
        r"""
        CREATE FUNCTION pg_temp.link(previous text, at timestamp, uuid text, event text,
                                     payload text, serial bigint)
        RETURNS text LANGUAGE sql IMMUTABLE AS $$
        SELECT encode(sha256(convert_to(previous || E'\n{"at":"' || at
            || '","commitment":"","document":"' || uuid || '","event":"' || event
            || '","payload":' || to_json(payload)::text || ',"serial":' || serial || '}', 'UTF8')),
            'hex') $$"""
    )
    build.scratch(
        "b_event",
        None,
        query=f"""
        SELECT d.c, d.uuid, t.event, t.payload,
               date_trunc('second', now() AT TIME ZONE 'UTC') AS at,
               row_number() OVER (PARTITION BY d.c ORDER BY t.place) AS serial
          FROM b_document d
          JOIN (SELECT d.c, 0 AS place, 'version' AS event,
                       '{{"content_sha256":"' || v.content_sha256 || '","serial":1}}' AS payload
                  FROM b_document d JOIN bde_document_version v ON v.id = d.version_id
                 UNION ALL
                SELECT c, 1, 'sent', '{{}}' FROM b_document WHERE state IN ({_listed(SENT)})
                 UNION ALL
                SELECT b.c, 1 + b.ordinal, s.state,
                       '{{"by_delegation":false,"content_sha256":"' || v.content_sha256
                       || '","image_sha256":"","method":"' || s.method || '","pdf_sha256":"'
                       || v.pdf_sha256 || '","role":"' || s.role || '","signature":"' || s.uuid
                       || '","signed_on":"' || s.signed_on || '","version":1}}'
                  FROM b_signature b
                  JOIN bde_document_signature s ON s.id = %(signature)s + b.i
                  JOIN bde_document_version v ON v.id = b.version_id
                 WHERE s.state IN ('signed', 'acknowledged')) AS t USING (c)""",
        signature=build.base["bde.document.signature"],
    )
    build.run("CREATE INDEX ON b_event (serial, c)")
    base = build.reserve("bde.journal", build.value("SELECT count(*) FROM b_event"))
    build.strip("bde_journal")
    # no log columns here, hence not by insert()
    build.run(
        """
        INSERT INTO bde_journal (id, document_id, company_id, serial, at, event, payload,
                                 prev_hash, hash)
        WITH RECURSIVE chain AS (
            SELECT c, serial, event, payload, at, uuid, '' AS prev_hash,
                   pg_temp.link('', at, uuid, event, payload, serial) AS hash
              FROM b_event WHERE serial = 1
             UNION ALL
            SELECT e.c, e.serial, e.event, e.payload, e.at, e.uuid, chain.hash,
                   pg_temp.link(chain.hash, e.at, e.uuid, e.event, e.payload, e.serial)
              FROM chain JOIN b_event e ON e.c = chain.c AND e.serial = chain.serial + 1)
        SELECT %(base)s + row_number() OVER (ORDER BY chain.serial, chain.c), d.document_id,
               d.company_id, chain.serial, chain.at, chain.event, chain.payload, chain.prev_hash,
               chain.hash
          FROM chain JOIN b_document d USING (c)""",
        base=base,
    )
    build.run("ANALYZE bde_journal")


@proof
def journals_hold(env, sample):
    """The engine's own check of chains, contents, files and signatures."""
    faults = env["bde.journal.check"]._check_documents(sample("bde.document"))
    return [f"{document.number} : {'; '.join(found)}" for document, found in faults.items()]


@step("ir.cron")
def jobs(build):
    """Jobs are switched off: a server on this database must not begin to render and to send."""
    build.run("UPDATE ir_cron SET active = false")
    build.count["ir.cron"] = 0
