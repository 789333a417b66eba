// On a narrow screen the three zones become tabs. On a wide one all are shown and the tabs are hidden by the style sheet.

const zones = ["waiting", "hand", "beside"];

/** Show one zone. With `focus` its content is next for the keyboard. */
export function show(name, focus = false) {
  for (const one of zones) {
    const chosen = one === name;
    const tab = document.getElementById(`tab-${one}`);
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    document.getElementById(`zone-${one}`).classList.toggle("shown", chosen);
  }
  if (focus) document.getElementById(`zone-${name}`).focus();
}

/** Who waits for an answer, or may be called back at this moment, and what is in one's own hand. */
function counts() {
  const due = document.querySelectorAll("#callbacks .callback.now").length;
  for (const [name, more] of [["waiting", due], ["mine", 0]]) {
    const shown = document.querySelector(`[data-count="${name}"]`)?.textContent ?? "";
    const number = Number(shown.replace(/\D/g, "")) + more;
    document.getElementById(`count-${name}`).textContent = number ? String(number) : "";
  }
}

export function tabs() {
  for (const name of zones) document.getElementById(`tab-${name}`).addEventListener("click", () => show(name));
  document.querySelector("[role=tablist]").addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const forward = document.documentElement.dir === "rtl" ? -step : step;
    const at = zones.findIndex((name) => document.getElementById(`tab-${name}`) === document.activeElement);
    const next = zones[(at + forward + zones.length) % zones.length];
    show(next);
    document.getElementById(`tab-${next}`).focus();
  });
  show(document.querySelector("#in-hand [data-contact]") ? "hand" : "waiting");
  counts();
  document.addEventListener("harkline:fresh", counts);
}
