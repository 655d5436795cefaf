def uninstall_hook(env):
    """Takes back what no XML id names: the guard of the journal, rules of optional modules."""
    env["bde.journal"]._drop_trigger()
    env["ir.rule"]._bde_unscope_optional_models()
