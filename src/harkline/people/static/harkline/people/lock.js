// On every page of sign-in: signing out forgets the keys at this browser, and so do three minutes without a touch.

import { lock, watch } from "../seal/keyring.js";

watch();
for (const form of document.querySelectorAll("form[data-lock]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await lock();
    } finally {
      form.submit();
    }
  });
}
