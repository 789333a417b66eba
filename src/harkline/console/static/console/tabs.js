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

function counts() {
  for (const name of ["waiting", "mine"]) {
    const number = document.querySelector(`[data-count="${name}"]`)?.textContent ?? "0";
    const place = document.getElementById(`count-${name}`);
    place.textContent = number === "0" ? "" : number;
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
