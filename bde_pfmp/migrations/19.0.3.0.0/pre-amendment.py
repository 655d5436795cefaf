def migrate(cr, version):
    """One placement per pupil and period becomes a chain of them: the old constraint goes."""
    cr.execute(
        "ALTER TABLE bde_placement DROP CONSTRAINT IF EXISTS bde_placement_period_schooling_uniq"
    )
