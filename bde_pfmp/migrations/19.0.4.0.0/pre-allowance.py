def migrate(cr, version):
    """Every schooling is to be counted, by the job and not while the server waits."""
    cr.execute(
        """
        ALTER TABLE bde_schooling ADD COLUMN IF NOT EXISTS allowance_stale boolean DEFAULT true;
        ALTER TABLE bde_schooling ALTER COLUMN allowance_stale DROP DEFAULT;
        ALTER TABLE bde_schooling ADD COLUMN IF NOT EXISTS consent_state varchar DEFAULT 'missing';
        ALTER TABLE bde_schooling ALTER COLUMN consent_state DROP DEFAULT
        """
    )
