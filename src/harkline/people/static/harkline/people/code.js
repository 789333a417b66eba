// A printed code, shown once: to be printed or written down, and a group of it asked back.

/** Show it, and give the function that says whether the group asked for has been typed. */
export function showCode(text) {
  const place = document.getElementById("code-step");
  const groups = text.split(" ");
  const asked = 1 + Math.floor(Math.random() * (groups.length - 1)); // which one is no secret
  place.querySelector("[data-code]").textContent = text;
  place.querySelector("[data-asked]").textContent = String(asked + 1);
  const field = place.querySelector("input");
  field.required = true;
  place.hidden = false;
  field.focus();
  place.querySelector("[data-print]").addEventListener("click", () => print());
  return () => field.value.trim().toUpperCase() === groups[asked];
}
