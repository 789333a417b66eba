// The button that prints.

document.getElementById("print-card")?.addEventListener("click", () => window.print());
