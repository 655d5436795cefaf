def migrate(cr, version):
    """Days of absence that staff typed are put aside: the fields become computed."""
    cr.execute(
        """
        CREATE TABLE IF NOT EXISTS bde_typed_absence AS
        SELECT id AS convention_id, placement_id, absence_days, absence_hours
          FROM bde_convention
         WHERE COALESCE(absence_days, 0) != 0 OR COALESCE(absence_hours, 0) != 0
        """
    )
