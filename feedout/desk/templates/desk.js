"use strict";
// Everything here works without script, too: it makes the desk quick.
(() => {
  const here = document.currentScript.src, one = (s, of = document) => of.querySelector(s), all = (s, of = document) => [...of.querySelectorAll(s)];
  for (const e of all(".script")) e.hidden = false;

  // Copying: <button data-copy="ID" hidden> copies the text of #ID, and says data-copied for a while.
  for (const b of all("[data-copy]")) b.hidden = !navigator.clipboard;
  document.addEventListener("click", async e => {
    const copy = e.target.closest("[data-copy]"), open = e.target.closest("[data-dialog]");
    if (open) document.getElementById(open.dataset.dialog).showModal();
    if (!copy) return;
    const from = document.getElementById(copy.dataset.copy);
    await navigator.clipboard.writeText(from.value ?? from.textContent);
    const words = copy.textContent;
    if (!copy.dataset.copied || words === copy.dataset.copied) return;
    copy.textContent = copy.dataset.copied;
    setTimeout(() => { copy.textContent = words; }, 2000);
  });

  // The queue: acts without leaving it, and what others did meanwhile.
  const queue = one("#queue"), lines = () => queue ? all("li[data-story]", queue) : all("#found li[data-story]");
  const fresh = async (url, options) => {
    const answer = await fetch(url, options);
    return { answer, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
  };
  const count = page => { const n = one("#waits", page); if (n && one("#waits")) one("#waits").textContent = n.textContent; };
  const focus = line => { const a = line && (one("h2 a", line) || line); if (a) { a.focus(); line.scrollIntoView({ block: "nearest" }); } };

  const settle = (line, page) => {
    const old = lines(), at = old.indexOf(line), next = old[at + 1] || old[at - 1];
    const now = lineIn(page, line.dataset.story);
    one("#status").replaceWith(document.adoptNode(one("#status", page)));
    count(page);
    if (now) { line.replaceWith(document.adoptNode(now)); focus(now); return; }
    line.remove();
    if (next) focus(next); else one("#status").focus();
  };
  const lineIn = (page, story) => all("#queue>li", page).find(l => l.dataset.story === story);

  document.addEventListener("submit", async e => {
    const form = e.target, line = form.closest("#queue>li");
    if (!line || form.method !== "post" || form.dataset.native) return;
    e.preventDefault();
    if (line.hasAttribute("aria-busy")) return;
    const body = new URLSearchParams(new FormData(form, e.submitter)), button = e.submitter;
    line.setAttribute("aria-busy", "true");
    try {
      const { answer, page } = await fresh(form.getAttribute("action"), { method: "POST", body });
      if (answer.ok && answer.redirected && one("#queue", page) && one("#status *", page)) { settle(line, page); return; }
    } catch { /* the browser says what is wrong */ }
    line.removeAttribute("aria-busy");
    form.dataset.native = "1"; // it was not done: the server's page says why, with all that was typed
    form.requestSubmit(button);
  });

  const look = async () => {
    if (!queue) return;
    const { answer, page } = await fresh(location.pathname + (/\?from=\d+/.exec(location.search) || [""])[0]).catch(() => ({}));
    if (!answer || !answer.ok || !one("#queue", page)) return;
    count(page);
    const idle = one("#idle"), now = one("#idle", page);
    if (idle) idle.replaceChildren(...(now ? now.childNodes : [])); // how far it is read; what came is told below
    const paged = one(".paging", page); // then a line that is missing may be on another page
    const known = lines().map(l => l.dataset.story);
    for (const line of lines()) {
      const now = lineIn(page, line.dataset.story);
      if (now && now.dataset.mark === line.dataset.mark || line.hasAttribute("aria-busy")) continue;
      line.classList.toggle("past", !now && !paged);
      let told = one(".told", line);
      if (!told) {
        told = document.createElement("p");
        told.className = "told meta";
        told.setAttribute("role", "status");
        one("h2", line).after(told);
      }
      told.textContent = now ? queue.dataset.changed : paged ? queue.dataset.moved : queue.dataset.gone;
    }
    const n = all("#queue>li", page).filter(l => !known.includes(l.dataset.story)).length, box = one("#news");
    box.hidden = !n;
    one("a", box).textContent = n === 1 ? box.dataset.single : box.dataset.many.replace("%d", n);
  };
  let stream, timer;
  const listen = () => {
    if (document.hidden || !one("#waits")) { if (stream) stream.close(); stream = null; return; }
    if (stream) return;
    stream = new EventSource(new URL("events", here));
    stream.addEventListener("queue", e => {
      try { one("#waits").textContent = JSON.parse(e.data).waits; } catch { return; }
      clearTimeout(timer);
      timer = setTimeout(look, 300);
    });
  };
  document.addEventListener("visibilitychange", () => { listen(); if (!document.hidden) look(); });
  addEventListener("pagehide", () => { if (stream) stream.close(); stream = null; });
  addEventListener("pageshow", listen);

  // Keys.
  const dialog = one("#keys"), keysOn = one("#keys-on");
  const stored = { get off() { try { return localStorage.getItem("desk-keys") === "off"; } catch { return false; } }, set off(v) { try { localStorage.setItem("desk-keys", v ? "off" : "on"); } catch { /* for this page only */ } } };
  if (keysOn) { keysOn.checked = !stored.off; keysOn.addEventListener("change", () => { stored.off = !keysOn.checked; }); }
  const current = () => document.activeElement.closest("li[data-story]");
  const scope = () => current() || (queue || one("#found") && !one("#acts") ? null : document);
  const step = by => { const list = lines(), at = list.indexOf(current()); focus(list[at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(Math.max(at + by, 0), list.length - 1)]); };
  const press = value => { const s = scope(), b = s && one(`.quick button[value=${value}]`, s); if (b) b.click(); };
  const write = act => {
    const s = scope(), d = s && one(`details[data-act=${act}]`, s);
    if (!d) return;
    d.open = true;
    const field = one("input:not([type=hidden]),textarea", d);
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  };
  const go = part => {
    const line = current(), there = one("#" + part), link = line && one(`h2 a[href*="/stories/"]`, line);
    if (line) { if (link) location.href = link.href + "#" + part; return; }
    if (there) { there.scrollIntoView(); (part === "merge" ? one("#q") : one("#splitting input:not([type=hidden])") || there).focus(); }
  };
  const keys = {
    j: () => step(1), k: () => step(-1), a: () => press("approve"), h: () => press("hide"), p: () => press("pin"),
    t: () => write("retitle"), n: () => write("note"), g: () => write("tag"), m: () => go("merge"), s: () => go("split"),
    u: () => { const b = one("#status button[value=undo]"); if (b) b.click(); },
    "/": () => { const q = one("form[role=search] input"); if (q) q.focus(); else location.href = new URL("stories/", here); },
  };
  document.addEventListener("keydown", e => {
    const writing = e.key === "Escape" && !e.isComposing && e.target.closest("details.write[open]");
    if (writing) { writing.open = false; one("summary", writing).focus(); return; }
    if (!dialog || dialog.open || e.ctrlKey || e.altKey || e.metaKey || e.isComposing || stored.off || e.target.closest("input:not([type=checkbox]):not([type=radio]),textarea,select,[contenteditable]")) return;
    if (e.key === "?") { e.preventDefault(); dialog.showModal(); return; }
    const does = keys[e.key];
    if (!does || e.repeat && !"jk".includes(e.key)) return;
    e.preventDefault();
    does();
  });
})();
