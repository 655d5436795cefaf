/** @odoo-module **/

import { registry } from "@web/core/registry";
import { MonetaryField, monetaryField } from "@web/views/fields/monetary/monetary_field";

/** An amount that nobody knows yet is shown as nothing, not as 0,00 €. */
export class BdeMonetaryBlankField extends MonetaryField {
    static template = "bde_partnerships.MonetaryBlank";
    static props = { ...MonetaryField.props, placeholder: { type: String, optional: true } };

    get formattedValue() {
        return this.value ? super.formattedValue : "";
    }

    /** The symbol comes with the first digit, so that it does not stand upon the placeholder. */
    get currencySymbol() {
        return this.state.value ? super.currencySymbol : "";
    }
}

export const bdeMonetaryBlankField = {
    ...monetaryField,
    component: BdeMonetaryBlankField,
    supportedTypes: ["monetary"],
    extractProps: (info) => ({
        ...monetaryField.extractProps(info),
        placeholder: info.placeholder || info.attrs.placeholder,
    }),
};

registry.category("fields").add("bde_monetary_blank", bdeMonetaryBlankField);
