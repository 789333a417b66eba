// The sliders of the need: what they stand for is said at once, and the server reckons a moment after the last move.

const PAUSE = 250;

/** Without this module the form is sent by its button. */
export function whatIf() {
  const form = document.getElementById("what-if");
  const place = document.getElementById("reckoned");
  document.getElementById("reckon").hidden = true;
  let timer = 0;
  let newest = 0;

  async function reckon() {
    const query = new URLSearchParams(new FormData(form)).toString();
    const mine = ++newest;
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${form.dataset.reckoned}?${query}`, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
      const elsewhere = answer.headers.get("HX-Redirect");
      if (elsewhere) return location.assign(elsewhere);
      const text = await answer.text();
      if (mine !== newest) return;
      if (!answer.ok) throw new Error(String(answer.status));
      const open = [...place.querySelectorAll("details")].map((one) => one.open);
      const fresh = document.createElement("template");
      fresh.innerHTML = text;
      place.replaceChildren(fresh.content);
      place.querySelectorAll("details").forEach((one, at) => (one.open = Boolean(open[at])));
      history.replaceState(null, "", `?${query}`);
    } catch {
      if (mine === newest) (await import("./say.js")).say(null);
    } finally {
      if (mine === newest) place.removeAttribute("aria-busy");
    }
  }

  form.addEventListener("input", ({ target }) => {
    if (target.type === "range") document.querySelector(`#out-${target.name} .value`).textContent = target.value;
    clearTimeout(timer);
    timer = setTimeout(reckon, PAUSE);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    reckon();
  });
}
