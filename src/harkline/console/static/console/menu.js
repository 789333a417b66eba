// The pages behind "More" close by Escape, by a click elsewhere, and when the focus has gone on.

export function menu() {
  const box = document.querySelector("[data-menu]");
  if (!box) return;
  const close = () => box.removeAttribute("open");
  document.addEventListener("click", (event) => box.contains(event.target) || close());
  box.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !box.contains(event.relatedTarget)) close();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !box.open) return;
    // Escape is also what declines an offer.
    event.preventDefault();
    close();
    box.querySelector("summary").focus();
  });
}
