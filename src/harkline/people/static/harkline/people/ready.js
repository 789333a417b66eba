// Just signed in: open the keys with what the passphrase gave, then go on. Signed in by passkey, they stay locked for now.

import { settle } from "../seal/keyring.js";

try {
  await settle();
} finally {
  location.replace(document.getElementById("onward").href);
}
