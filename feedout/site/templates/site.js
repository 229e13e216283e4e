"use strict";
// Pages have everything without this script. It copies what stands on the page
// and hands an address to what the device shares with; it asks no server.
function say(button, words) {
  const status = button.parentElement.querySelector("[role=status]");
  if (status) status.textContent = words;
}

function select(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

// Where the clipboard is closed to pages, as it is without TLS, the older way
// copies what is selected; the selection stays for the reader's own hands.
async function copy(button) {
  const element = document.getElementById(button.dataset.copy);
  let done = false;
  try {
    await navigator.clipboard.writeText(element.textContent.trim());
    done = true;
  } catch {
    select(element);
    done = document.execCommand("copy");
  }
  say(button, done ? button.dataset.done : button.dataset.failed);
}

async function share(button) {
  try {
    await navigator.share({ title: button.dataset.title, url: button.dataset.share });
  } catch (e) {
    if (e.name !== "AbortError") say(button, button.dataset.failed);
  }
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
if (navigator.share) {
  for (const button of document.querySelectorAll("button[data-share]")) {
    button.hidden = false;
    button.addEventListener("click", () => share(button));
  }
}
