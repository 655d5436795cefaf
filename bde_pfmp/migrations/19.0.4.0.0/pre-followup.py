def migrate(cr, version):
    """What follows from visits, departures and the end of a stay is known without reading stays.

    Nobody was visited or held before; an académie has hundreds of thousands of placements, which
    the ORM would read one thousand at a time. The day of attestations follows in
    post-attestation.
    """
    cr.execute(
        """
        ALTER TABLE bde_placement
            ADD COLUMN IF NOT EXISTS visit_count integer DEFAULT 0,
            ADD COLUMN IF NOT EXISTS last_visit_on date,
            ADD COLUMN IF NOT EXISTS next_visit_on date,
            ADD COLUMN IF NOT EXISTS visit_status varchar DEFAULT 'none',
            ADD COLUMN IF NOT EXISTS meeting_done boolean DEFAULT false,
            ADD COLUMN IF NOT EXISTS departure_decision varchar,
            ADD COLUMN IF NOT EXISTS attested_on date,
            ADD COLUMN IF NOT EXISTS attestation_due_on date;
        ALTER TABLE bde_placement
            ALTER COLUMN visit_count DROP DEFAULT,
            ALTER COLUMN visit_status DROP DEFAULT,
            ALTER COLUMN meeting_done DROP DEFAULT;
        UPDATE bde_placement SET attestation_due_on = (date_end + interval '2 months')::date
        """
    )
