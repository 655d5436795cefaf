def migrate(cr, version):
    """Nobody was evaluated before: no placement needs to be read to know it."""
    cr.execute(
        "ALTER TABLE bde_placement"
        " ADD COLUMN IF NOT EXISTS evaluation_state varchar DEFAULT 'none',"
        " ADD COLUMN IF NOT EXISTS self_evaluation_state varchar DEFAULT 'none'"
    )
    cr.execute(
        "ALTER TABLE bde_placement ALTER COLUMN evaluation_state DROP DEFAULT,"
        " ALTER COLUMN self_evaluation_state DROP DEFAULT"
    )
