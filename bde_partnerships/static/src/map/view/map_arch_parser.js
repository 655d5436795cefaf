import { visitXML } from "@web/core/utils/xml";
import { stringToOrderBy } from "@web/search/utils/order_by";

const LIMIT = 3000;
const ATTRIBUTES = ["latitude", "longitude", "heading", "subtitle", "color", "closed", "partner"];

export class MapArchParser {
    /**
     * @param {Element} xmlDoc
     * @returns {{names: Object, shown: Array, limit: number, orderBy: Array}} `names`: fields
     *  by attribute; `shown`: fields of the bubble
     */
    parse(xmlDoc) {
        const names = {};
        const shown = [];
        for (const attribute of ATTRIBUTES) {
            names[attribute] = xmlDoc.getAttribute(attribute) || null;
        }
        visitXML(xmlDoc, (node) => {
            if (node.tagName === "field") {
                shown.push({ name: node.getAttribute("name"), label: node.getAttribute("string") });
            }
        });
        return {
            names,
            shown,
            limit: parseInt(xmlDoc.getAttribute("limit")) || LIMIT,
            orderBy: stringToOrderBy(xmlDoc.getAttribute("default_order") || null),
        };
    }
}
