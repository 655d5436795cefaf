def uninstall_hook(env):
    """Takes the guard off the journal, so that nothing of the module stays in the database."""
    env["bde.journal"]._drop_trigger()
