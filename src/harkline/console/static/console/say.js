// One short sentence at the end of the page, for what cannot be said where it happened.

let timer = 0;

/** Show a sentence for a while; null says that something did not get through. */
export function say(sentence) {
  const place = document.getElementById("say");
  place.textContent = sentence ?? place.dataset.failed;
  place.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => (place.hidden = true), 8000);
}
