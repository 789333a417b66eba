// Trusted Types on signed-in pages. htmx puts the server's fragments in as HTML: those pass. Nothing may turn text into a
// script, and a script or worker may come from our own static files alone.
(() => {
  "use strict";
  if (!window.trustedTypes?.createPolicy) return;
  window.trustedTypes.createPolicy("default", {
    createHTML: (html) => html,
    createScriptURL: (address) => {
      const url = new URL(address, location.href);
      if (url.origin === location.origin && url.pathname.startsWith("/static/")) return url.href;
      throw new TypeError("a script from elsewhere");
    },
  });
})();
