// What cannot be taken back asks to be pressed a second time. Not by a dialog of the browser's: that would hold up the sound of
// a call until it is answered.

const FOR = 5000;
const first = new WeakMap(); // button → what it said before it was pressed once

function calm(button) {
  if (!first.has(button)) return;
  button.replaceChildren(...first.get(button));
  first.delete(button);
}

function pressed(event) {
  const button = event.target.closest?.("[data-twice]");
  if (!button) return;
  if (first.has(button)) return calm(button);
  event.preventDefault();
  event.stopImmediatePropagation();
  first.set(button, [...button.childNodes]);
  button.setAttribute("aria-live", "polite");
  button.textContent = button.dataset.twice;
  setTimeout(() => calm(button), FOR);
}

export function twice() {
  // Before any listener of the button's own.
  document.addEventListener("click", pressed, true);
}
