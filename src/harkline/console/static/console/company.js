// Bringing somebody into what is in hand: the list unfolds by a button or its key, and stays open while its content is fetched anew.

const places = ["bring-in", "pass-on"];
let open = null; // the id of the list that is open

function draw() {
  for (const id of places) {
    const place = document.getElementById(id);
    if (place) place.hidden = open !== id;
  }
  for (const button of document.querySelectorAll("[data-bring-in]")) {
    button.setAttribute("aria-expanded", String(open === button.getAttribute("aria-controls")));
  }
}

function toggle(button) {
  const id = button.getAttribute("aria-controls");
  open = open === id ? null : id;
  draw();
  if (open) document.getElementById(id)?.querySelector("button, select")?.focus();
}

export function company() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-bring-in]");
    if (button) return toggle(button);
    // Chosen: the list has done its work. Elsewhere: it is in the way.
    const chosen = event.target.closest(".company-choices [hx-post]");
    if (open && (chosen || !event.target.closest(".company-choices"))) {
      open = null;
      draw();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !open || document.querySelector("[data-offer]")) return;
    open = null;
    draw();
  });
  document.addEventListener("harkline:fresh", draw);
}
