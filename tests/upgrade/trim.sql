-- What the upgrade does not read and would fill the repository. See README.md.

-- scripts and styles, compiled again on demand
DELETE FROM ir_attachment WHERE url LIKE '/web/assets/%' OR url LIKE '/%/static/%';
-- descriptions of the modules that are not installed: the list is read again from the disk
UPDATE ir_module_module SET description = NULL, summary = NULL, icon = NULL
 WHERE state <> 'installed';
DELETE FROM ir_logging;
DELETE FROM bus_bus;
DELETE FROM res_device_log;
DELETE FROM ir_profile;
DELETE FROM mail_mail;
-- random values of one machine
UPDATE ir_config_parameter SET value = 'upgrade-test' WHERE key IN ('database.secret', 'database.uuid');
UPDATE res_users SET password = NULL;
