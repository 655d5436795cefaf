def migrate(cr, version):
    """Articles get the key that they keep from version to version; own wordings their base.

    The key is the place and number that the copies of one national text share.
    """
    cr.execute(
        """
        UPDATE bde_document_article AS article
           SET key = CASE WHEN rank.place = 1 THEN rank.name
                          ELSE article.section || ':' || article.id END
          FROM (SELECT id, name,
                       row_number() OVER (PARTITION BY template_id, name ORDER BY id) AS place
                  FROM (SELECT id, template_id,
                               CASE WHEN COALESCE(number, 0) > 0 THEN section || ':' || number
                                    ELSE section END AS name
                          FROM bde_document_article) AS named) AS rank
         WHERE rank.id = article.id AND article.key IS NULL
        """
    )
    # the nearest ancestor that an académie handed down
    cr.execute(
        """
        WITH RECURSIVE line AS (
            SELECT own.id, own.origin_id, 1 AS depth
              FROM bde_document_template AS own
              JOIN res_company AS school ON school.id = own.company_id
             WHERE school.bde_kind = 'school' AND own.national_id IS NULL
             UNION ALL
            SELECT line.id, above.origin_id, line.depth + 1
              FROM line
              JOIN bde_document_template AS above ON above.id = line.origin_id
             WHERE line.depth < 100
        )
        UPDATE bde_document_template AS own
           SET national_id = found.origin_id
          FROM (SELECT DISTINCT ON (line.id) line.id, line.origin_id
                  FROM line
                  JOIN bde_document_template AS national ON national.id = line.origin_id
                  JOIN res_company AS academy ON academy.id = national.company_id
                 WHERE academy.bde_kind = 'academy'
                 ORDER BY line.id, line.depth) AS found
         WHERE own.id = found.id
        """
    )
