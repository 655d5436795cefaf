import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useFileUploader } from "@web/core/utils/files";
import {
    Many2ManyBinaryField,
    many2ManyBinaryField,
} from "@web/views/fields/many2many_binary/many2many_binary_field";

import { useState } from "@odoo/owl";

/**
 * Files of an import: a wide area to drop them on, or to click.
 */
export class ImportFilesField extends Many2ManyBinaryField {
    static template = "bde_pfmp.ImportFilesField";

    setup() {
        super.setup();
        this.uploadFiles = useFileUploader();
        this.state = useState({ over: false, busy: false });
    }

    /** All files in one go: nobody previews an import of which half is there. */
    async onFileUploaded(files) {
        const failed = files.find((file) => file.error);
        if (failed) {
            return super.onFileUploaded([failed]);
        }
        await this.operations.saveRecord(files.map((file) => file.id));
    }

    async onDrop(ev) {
        this.state.over = false;
        const files = [...ev.dataTransfer.files];
        if (this.props.readonly || !files.length) {
            return;
        }
        this.state.busy = true;
        try {
            const uploaded = await this.uploadFiles("/web/binary/upload_attachment", {
                csrf_token: odoo.csrf_token,
                model: this.props.record.resModel,
                id: this.props.record.resId || 0,
                ufile: files,
            });
            if (uploaded) {
                await this.onFileUploaded(uploaded);
            }
        } finally {
            this.state.busy = false;
        }
    }
}

registry.category("fields").add("bde_import_files", {
    ...many2ManyBinaryField,
    component: ImportFilesField,
    displayName: _t("Files of an import"),
});
