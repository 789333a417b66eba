// Nothing jumps under the pointer. While the pointer or the focus is in a list (data-steady), its rows stay where they are:
// those that went are greyed, new ones come at the end. When it leaves, the list is put in order. Lists that only grow
// (data-grows) keep the elements they have, with what was opened in them.

const waiting = new WeakMap();

const inUse = (place) => place.matches(":hover") || (place.contains(document.activeElement) && document.hasFocus());
const rowsOf = (root) => new Map([...root.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, row]));

/** Whether the fresh rows were merged into the place, so that nothing is left to be put in. */
export function merge(place, fresh) {
  if ("grows" in place.dataset) return grow(place, fresh);
  if (!("steady" in place.dataset) || !inUse(place)) return false;
  const present = rowsOf(place);
  const coming = rowsOf(fresh);
  if (!present.size || !coming.size) return false;
  for (const [id, row] of present) {
    row.classList.toggle("gone", !coming.has(id));
    row.querySelectorAll("button").forEach((button) => (button.disabled = !coming.has(id)));
  }
  const last = [...present.values()].at(-1);
  for (const [id, row] of coming) {
    if (present.has(id)) continue;
    last.after(row);
    window.htmx.process(row);
  }
  later(place);
  return true;
}

function later(place) {
  if (waiting.has(place)) return;
  waiting.set(place, true);
  const leave = () => {
    if (inUse(place)) return;
    place.removeEventListener("pointerleave", leave);
    place.removeEventListener("focusout", soon);
    waiting.delete(place);
    import("./live.js").then(({ refetch }) => refetch("everything"));
  };
  const soon = () => setTimeout(leave, 50);
  place.addEventListener("pointerleave", leave);
  place.addEventListener("focusout", soon);
}

/** Add the rows that are new at the end, and take over what is said above a row that is there. */
function grow(place, fresh) {
  const present = rowsOf(place);
  const coming = rowsOf(fresh);
  if (!present.size || [...present.keys()].some((id) => !coming.has(id))) return false;
  const list = present.values().next().value.parentElement;
  for (const [id, row] of coming) {
    const here = present.get(id);
    if (here) here.querySelector(".meta")?.replaceWith(row.querySelector(".meta"));
    else list.append(row);
  }
  place.dispatchEvent(new CustomEvent("harkline:fresh", { bubbles: true }));
  return true;
}
