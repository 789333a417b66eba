// Argon2id beside the page, which stays awake meanwhile. Takes the parameters of argon2id, gives {share} as it goes and {key} at the end.

import { argon2id } from "./argon2.js";

addEventListener("message", ({ data }) => {
  const key = argon2id(data, (share) => postMessage({ share }));
  postMessage({ key }, [key.buffer]);
});
