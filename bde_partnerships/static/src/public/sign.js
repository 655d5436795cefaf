/** @odoo-module ignore
 *
 * The pad to draw a signature, and small helps of the signing page.
 *
 * A plain script, not a module of the web client: the page works without it (the name is
 * then typed), and it weighs three kilobytes on a phone. Strokes are kept as points, so
 * that turning the phone does not lose them.
 */
(function () {
    "use strict";

    class SignaturePad {
        constructor(canvas, output) {
            this.canvas = canvas;
            this.output = output;
            this.strokes = [];
            this.current = null;
            canvas.addEventListener("pointerdown", (ev) => this.start(ev));
            canvas.addEventListener("pointermove", (ev) => this.move(ev));
            for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
                canvas.addEventListener(name, () => this.stop());
            }
            new ResizeObserver(() => this.fit()).observe(canvas);
            this.restore();
        }

        fit() {
            const box = this.canvas.getBoundingClientRect();
            if (!box.width) {
                return;
            }
            const ratio = Math.min(window.devicePixelRatio || 1, 2);
            this.canvas.width = Math.round(box.width * ratio);
            this.canvas.height = Math.round(box.height * ratio);
            this.draw();
        }

        /** Position in the frame, from 0 to 1 on its height for both axes: no distortion. */
        point(ev) {
            const box = this.canvas.getBoundingClientRect();
            return [(ev.clientX - box.left) / box.height, (ev.clientY - box.top) / box.height];
        }

        start(ev) {
            ev.preventDefault();
            this.canvas.setPointerCapture(ev.pointerId);
            this.current = [this.point(ev)];
            this.strokes.push(this.current);
            this.draw();
        }

        move(ev) {
            if (this.current) {
                this.current.push(this.point(ev));
                this.draw();
            }
        }

        stop() {
            if (this.current) {
                this.current = null;
                this.save();
            }
        }

        clear() {
            this.strokes = [];
            this.draw();
            this.save();
        }

        draw() {
            const { width, height } = this.canvas;
            const pen = this.canvas.getContext("2d");
            pen.clearRect(0, 0, width, height);
            pen.lineWidth = Math.max(height / 60, 2);
            pen.lineCap = pen.lineJoin = "round";
            pen.strokeStyle = pen.fillStyle = "#101030";
            for (const stroke of this.strokes) {
                pen.beginPath();
                stroke.forEach(([x, y], index) =>
                    index ? pen.lineTo(x * height, y * height) : pen.moveTo(x * height, y * height)
                );
                if (stroke.length === 1) {
                    pen.arc(stroke[0][0] * height, stroke[0][1] * height, pen.lineWidth, 0, 7);
                    pen.fill();
                } else {
                    pen.stroke();
                }
            }
        }

        save() {
            this.output.value = this.strokes.length ? this.canvas.toDataURL("image/png") : "";
            this.output.dataset.strokes = JSON.stringify(this.strokes);
            sessionStorage.setItem("bde_strokes" + this.output.form.dataset.page, this.output.dataset.strokes);
        }

        /** After a wrong code the page comes back: so does the drawing. */
        restore() {
            const kept = sessionStorage.getItem("bde_strokes" + this.output.form.dataset.page);
            if (this.output.value && kept) {
                this.strokes = JSON.parse(kept);
            }
        }
    }

    function setUpSigning(form) {
        const canvas = form.querySelector("canvas");
        const output = form.querySelector("input[name=drawing]");
        const pad = new SignaturePad(canvas, output);
        form.querySelector(".bde_clear").addEventListener("click", () => {
            pad.clear();
            canvas.focus();
        });
        const choices = form.querySelectorAll("input[name=method]");
        const show = () => {
            const drawn = form.querySelector("input[name=method]:checked").value === "drawn";
            form.querySelector(".bde_drawn").hidden = !drawn;
            form.querySelector(".bde_typed_part").hidden = drawn;
            form.querySelector("input[name=signed_name]").required = !drawn;
            if (drawn) {
                pad.fit();
            }
        };
        choices.forEach((choice) => choice.addEventListener("change", show));
        form.querySelector(".bde_choice").hidden = false;
        show();
    }

    function guardDoubleClick(form) {
        form.addEventListener("submit", (ev) => {
            if (form.dataset.sent) {
                ev.preventDefault();
                return;
            }
            form.dataset.sent = "1";
            // The browser reads the form after this event, and leaves out disabled buttons: the
            // one that was pressed may be the answer.
            setTimeout(() => {
                form.querySelectorAll("button[type=submit]").forEach((button) => {
                    button.disabled = true;
                    button.setAttribute("aria-busy", "true");
                });
            });
        });
        // Coming back by the browser's button must not leave dead buttons.
        window.addEventListener("pageshow", () => {
            delete form.dataset.sent;
            form.querySelectorAll("button[type=submit]").forEach((button) => {
                button.disabled = false;
                button.removeAttribute("aria-busy");
            });
        });
    }

    document.addEventListener("DOMContentLoaded", () => {
        document.querySelectorAll("form[method=post]").forEach(guardDoubleClick);
        document.querySelectorAll("form.bde_sign").forEach(setUpSigning);
        const error = document.querySelector(".bde_error");
        if (error) {
            error.focus();
        }
    });
})();
