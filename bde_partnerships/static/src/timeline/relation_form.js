/** @odoo-module **/

import { registry } from "@web/core/registry";
import { FormRenderer } from "@web/views/form/form_renderer";
import { formView } from "@web/views/form/form_view";

/** The right of the page is the timeline's: messages stay below, however wide the screen. */
export class BdeRelationFormRenderer extends FormRenderer {
    mailLayout() {
        return this.mailStore ? "BOTTOM_CHATTER" : "NONE";
    }
}

registry.category("views").add("bde_relation_form", {
    ...formView,
    Renderer: BdeRelationFormRenderer,
});
