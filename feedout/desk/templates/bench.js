"use strict";
(() => {
  const form = document.getElementById("bench");
  if (!form) return;
  const byId = (id) => document.getElementById(id);
  const stop = byId("stop"), counts = byId("slot-counts"), where = byId("where");
  const running = {};
  let timer;

  // place puts an answer where its part of the page is, and what of it belongs elsewhere there.
  const place = (part, html) => {
    const into = byId(part);
    into.innerHTML = html;
    for (const one of into.querySelectorAll("[data-slot]")) {
      byId(one.dataset.slot).replaceChildren(...one.childNodes);
      one.remove();
    }
    where.setAttribute("aria-invalid", byId("slot-wrong").childElementCount > 0);
    for (const copy of into.querySelectorAll("[data-copy]")) copy.hidden = !navigator.clipboard;
  };

  const end = (part) => {
    running[part]?.abort();
    delete running[part];
    if (part === "rehearsal") stop.hidden = true;
  };

  const ask = async (part) => {
    end(part);
    const mine = running[part] = new AbortController();
    byId(part).setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.dataset[part], {
        method: "POST", body: new URLSearchParams(new FormData(form)), headers: {"Desk-Fragment": "1"}, signal: mine.signal,
      });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      const html = await answer.text();
      if (running[part] === mine) place(part, html);
    } catch (e) {
      if (running[part] === mine) counts.textContent = form.dataset.broken;
    } finally {
      if (running[part] === mine) {
        end(part);
        byId(part).removeAttribute("aria-busy");
      }
    }
  };

  const look = () => ask("matches");
  form.addEventListener("input", () => {
    end("rehearsal");
    byId("rehearsal").replaceChildren();
    clearTimeout(timer);
    timer = setTimeout(look, 300);
  });
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    clearTimeout(timer);
    if (e.submitter?.id !== "rehearse") return look();
    ask("rehearsal");
    byId("rehearsal").textContent = form.dataset.running;
    stop.hidden = false;
  });
  stop.addEventListener("click", () => {
    end("rehearsal");
    byId("rehearsal").removeAttribute("aria-busy");
    byId("rehearsal").replaceChildren();
  });
  if (!byId("matches").childElementCount && !byId("slot-wrong").childElementCount && !byId("rehearsal").childElementCount) look();
})();
