"use strict";
// Shows how a look goes on, and its end, without loading the page all the time.
(() => {
  const again = () => setTimeout(ask, 1500);
  const ask = async () => {
    const here = document.getElementById("look");
    if (!here || !("running" in here.dataset)) return;
    try {
      const answer = await fetch(location.pathname);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById("look");
      if (!next || !("running" in next.dataset)) {
        location.reload();
        return;
      }
      for (const part of [".asked", "[role=status]"]) {
        const old = here.querySelector(part), now = next.querySelector(part);
        if (old.textContent !== now.textContent) old.replaceChildren(...now.childNodes);
      }
    } catch {
      // The daemon does not answer now; it may later.
    }
    again();
  };
  again();
})();
