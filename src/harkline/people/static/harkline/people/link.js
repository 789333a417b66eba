// The whole address of a sign-in link: this browser knows by which name it reached the server.

const link = document.getElementById("link");
link.textContent = location.origin + link.dataset.path;

const copy = document.getElementById("copy");
copy.hidden = !navigator.clipboard;
copy.addEventListener("click", async () => {
  await navigator.clipboard.writeText(link.textContent);
  document.getElementById("copied").hidden = false;
});
