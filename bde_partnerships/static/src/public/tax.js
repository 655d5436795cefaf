/** @odoo-module ignore
 *
 * Buttons that copy what is typed in SOLTéA. The page works without them: each value can be
 * selected, and stands alone on its line.
 */
(function () {
    "use strict";

    /** Browsers copy in secure pages alone; elsewhere the text is selected and copied the old way. */
    async function copy(button) {
        try {
            await navigator.clipboard.writeText(button.dataset.copy);
            return true;
        } catch {
            const range = document.createRange();
            range.selectNodeContents(button.closest(".bde_copy").querySelector("strong"));
            const selection = getSelection();
            selection.removeAllRanges();
            selection.addRange(range);
            return document.execCommand("copy");
        }
    }

    function setUpCopy(button) {
        const status = document.getElementById("copied");
        const label = button.firstChild.textContent;
        button.hidden = false;
        button.addEventListener("click", async () => {
            if (!(await copy(button))) {
                return;
            }
            // read out, also when the same button is pressed again
            status.textContent = "";
            setTimeout(() => (status.textContent = `${status.dataset.text} : ${button.dataset.copy}`));
            button.firstChild.textContent = `✓ ${status.dataset.text}`;
            setTimeout(() => (button.firstChild.textContent = label), 2000);
        });
    }

    document.addEventListener("DOMContentLoaded", () => {
        document.querySelectorAll(".bde_copy_button").forEach(setUpCopy);
    });
})();
