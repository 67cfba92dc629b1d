/* What pages do beyond plain HTML. Every page also works without it: this keeps drafts, saves clicks and asks first. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.remove("no-js");
  const words = document.getElementById("words")?.dataset || {};
  const $$ = (selector, from = document) => Array.from(from.querySelectorAll(selector));
  const fill = (text, n) => (text || "{n}").replace("{n}", n);

  const toast = (text, isBad = false) => {
    const place = document.getElementById("toasts");
    if (!place || !text) return;
    const line = document.createElement("div");
    line.className = isBad ? "toast-1 bad" : "toast-1";
    line.textContent = text;
    place.append(line);
    setTimeout(() => line.remove(), isBad ? 9000 : 3500);
  };

  /* --- keys: "/" goes to the search box, Escape closes what is open */
  document.addEventListener("keydown", (event) => {
    // 229 and isComposing: the key belongs to a Chinese input method, not to us.
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const at = event.target;
      if (at.closest && at.closest("input, textarea, select, [contenteditable]")) return;
      const box = $$("[data-search]").find((input) => input.offsetParent !== null);
      if (box) { event.preventDefault(); box.focus(); box.select(); }
    }
    if (event.key === "Escape") {
      const open = document.activeElement?.closest("details[open].src, details[open][data-menu]")
        || $$("details[open].src, details[open][data-menu]")[0];
      if (open) { open.open = false; open.querySelector("summary").focus(); }
    }
  });
  /* --- half a word of an input method is neither looked for nor kept: the letters of longquan are not yet 龙泉 */
  document.addEventListener("input", (event) => {
    if (event.isComposing) event.stopImmediatePropagation();
  }, true);
  document.addEventListener("compositionend", (event) => {
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
  });
  /* Some input methods end a word with an Enter that the browser takes for the form's. */
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229) && event.target.form) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    for (const open of $$("details[open].src, details[open][data-menu]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });

  /* --- parts of the menu that somebody opened stay open from page to page; that of the page itself always is */
  const parts = () => { try { return JSON.parse(localStorage.getItem("sh-parts") || "[]"); } catch { return []; } };
  $$("details.sh-part").forEach((part) => {
    if (parts().includes(part.dataset.part)) part.open = true;
    part.querySelector("summary").addEventListener("click", () => {
      const others = parts().filter((code) => code !== part.dataset.part);
      try { localStorage.setItem("sh-parts", JSON.stringify(part.open ? others : [...others, part.dataset.part])); } catch { /* not kept */ }
    });
  });

  /* --- panels that fold on the phone stand open on the desk */
  const wide = window.matchMedia("(min-width: 768px)");
  const unfold = () => $$("details.fold").forEach((fold) => { if (wide.matches) fold.open = true; });
  wide.addEventListener("change", unfold);
  document.addEventListener("click", (event) => {
    const head = event.target.closest?.("details.fold > summary");
    if (head && wide.matches) event.preventDefault();
  });
  window.addEventListener("beforeprint", () => $$("details.fold, details.tog").forEach((fold) => { fold.open = true; }));

  /* --- buttons: print, back, copy as text */
  const asText = (node) => {
    if (!node) return "";
    const copy = document.createElement("div");
    copy.append(node.cloneNode(true));
    $$("script, style, svg:not([role=img]), .sh-acts, .flt, .bulk, form, .chart, .vh, .tabs, .zm, button, .msgs", copy).forEach((x) => x.remove());
    $$("svg[role=img]", copy).forEach((x) => x.replaceWith(`${x.getAttribute("aria-label")} `));
    $$("[role=img]", copy).forEach((x) => x.remove());
    $$("tr", copy).forEach((row) => row.replaceWith(`${$$("th, td", row).map((cell) => cell.textContent.trim().replace(/\s+/g, " ")).filter(Boolean).join("\t")}\n`));
    $$("h1, h2, h3, p, li, section, header, footer, dt, div", copy).forEach((x) => x.append("\n"));
    $$("dd", copy).forEach((x) => { x.prepend(" "); x.append("\n"); });
    return copy.textContent.split("\n").map((line) => line.replace(/[^\S\t]+/g, " ").trim()).join("\n").replace(/\n{3,}/g, "\n\n").trim();
  };
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Plain http on an office network has no clipboard interface.
      const area = document.createElement("textarea");
      area.value = text; area.className = "vh"; document.body.append(area); area.select();
      document.execCommand("copy"); area.remove();
    }
    toast(words.copied);
  };
  const copyFrom = async (address) => {
    // The text stands on a page of its own, which is where whoever has no script goes.
    try {
      const page = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
      await copy(page.querySelector("[data-text]").textContent);
    } catch { window.location.assign(address); }
  };
  document.addEventListener("click", (event) => {
    const at = event.target.closest?.("[data-copy], [data-copy-from], [data-copy-table], [data-print], [data-back]");
    if (!at) return;
    if (at.dataset.copyTable !== undefined) copy(asText(at.closest("details").querySelector("table")));
    if (at.dataset.copy !== undefined) copy(asText(document.querySelector(at.dataset.copy || "#main")));
    if (at.dataset.copyFrom !== undefined) copyFrom(at.href);
    if (at.dataset.print !== undefined) window.print();
    if (at.dataset.back !== undefined && history.length > 1 && document.referrer) history.back();
    else if (at.dataset.back !== undefined) return;
    event.preventDefault();
  });

  /* --- ask before what cannot be taken back */
  const ask = (what) => new Promise((answer) => {
    const dialog = document.getElementById("ask");
    if (!dialog || !dialog.showModal) { answer(window.confirm(what)); return; }
    document.getElementById("ask-what").textContent = what;
    dialog.returnValue = "no";
    dialog.onclose = () => answer(dialog.returnValue === "yes");
    dialog.showModal();
  });
  const sendAnyway = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const what = event.submitter?.dataset.confirm || form.dataset.confirm;
    if (!what || sendAnyway.has(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const by = event.submitter;
    ask(what).then((yes) => {
      if (!yes) { by?.focus(); return; }
      sendAnyway.add(form);
      form.requestSubmit(by);
    });
  }, true);
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question).then((yes) => { if (yes) event.detail.issueRequest(true); });
  });

  /* --- undo: count the time down, then take the offer away */
  const countDown = (form) => {
    if (form.dataset.counting) return;
    form.dataset.counting = "1";
    const end = Date.now() + Number(form.dataset.undo) * 1000;
    const left = form.querySelector(".left");
    const tell = () => {
      const seconds = Math.round((end - Date.now()) / 1000);
      if (seconds <= 0) { form.remove(); return; }
      left.textContent = seconds > 90 ? fill(words.minutesLeft, Math.ceil(seconds / 60)) : fill(words.secondsLeft, seconds);
      setTimeout(tell, seconds > 95 ? 5000 : 1000);
    };
    tell();
  };

  /* --- drafts: to the server while the login lasts, on this device when it does not */
  const storeKey = (form) => `draft:${form.dataset.draftUser}:${form.dataset.draft}:${form.dataset.draftKey || ""}`;
  const typed = (form) => {
    const data = new FormData(form);
    for (const name of ["csrfmiddlewaretoken", "_drop"]) data.delete(name);
    for (const field of $$("input[type=password], input[type=file]", form)) data.delete(field.name);
    return data;
  };
  const keepHere = (form) => {
    try { localStorage.setItem(storeKey(form), JSON.stringify({ at: Date.now(), path: location.pathname, data: Array.from(typed(form)) })); } catch { /* no room, or not allowed */ }
  };
  const forgetHere = (form) => { try { localStorage.removeItem(storeKey(form)); } catch { /* not allowed */ } };
  const toLogin = (form) => {
    keepHere(form);
    // Typing goes on: the login opens only when the writer sends, or follows the link.
    const place = form.querySelector("[data-draft-status]");
    const url = `${words.login || "/"}?next=${encodeURIComponent(location.pathname + location.search)}`;
    if (place) {
      place.textContent = "";
      const link = document.createElement("a");
      link.href = url; link.textContent = words.draftKept;
      place.append(link);
    }
    return url;
  };
  // 403: the token of the page is older than the last login, so the page has to be opened again as well.
  const isLogin = (response) => response.status === 401 || response.status === 403 || (response.redirected && words.login && new URL(response.url).pathname === words.login);
  const keepDraft = async (form) => {
    keepHere(form);
    const place = form.querySelector("[data-draft-status]");
    const data = typed(form);
    data.append("_form", form.dataset.draft);
    data.append("_key", form.dataset.draftKey || "");
    try {
      const response = await fetch(form.dataset.draftUrl, {
        method: "POST", body: data, credentials: "same-origin",
        headers: { "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]")?.value || "" },
      });
      if (isLogin(response)) { toLogin(form); return false; }
      const answer = await response.json();
      if (place) place.textContent = response.ok ? `${words.draftSaved} ${answer.saved_at}` : (answer.detail || words.draftKept);
      return true;
    } catch {
      if (place) place.textContent = words.draftKept;
      return null;
    }
  };
  const putBack = (form) => {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(storeKey(form)) || "null"); } catch { /* broken or not allowed */ }
    if (!kept || kept.path !== location.pathname || Date.now() - kept.at > 7 * 864e5) return;
    const current = JSON.stringify(Array.from(typed(form)));
    if (current === JSON.stringify(kept.data)) { return; }
    const values = new Map();
    for (const [name, value] of kept.data) values.set(name, [...(values.get(name) || []), value]);
    for (const field of Array.from(form.elements)) {
      if (!field.name || ["csrfmiddlewaretoken", "_drop"].includes(field.name) || ["password", "file", "submit", "button"].includes(field.type)) continue;
      const given = values.get(field.name) || [];
      if (field.type === "checkbox" || field.type === "radio") field.checked = given.includes(field.value);
      else if (field.multiple) Array.from(field.options).forEach((option) => { option.selected = given.includes(option.value); });
      else if (given.length) field.value = given.shift();
    }
    toast(words.draftBack);
  };
  const watchDraft = (form) => {
    if (form.dataset.watched) return;
    form.dataset.watched = "1";
    let timer = null;
    // A page that shows errors already holds what was typed.
    if (!form.querySelector(".errs")) putBack(form);
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => keepDraft(form), 1500);
    });
    form.addEventListener("submit", async (event) => {
      clearTimeout(timer);
      if (form.dataset.checked || form.enctype === "multipart/form-data" || event.submitter?.hasAttribute("formaction")) {
        if (event.submitter?.name === "_drop") forgetHere(form);
        return;
      }
      // Is the login still there? If not, the text stays and the login opens; afterwards the text is put back.
      event.preventDefault();
      const by = event.submitter;
      const answer = await keepDraft(form);
      if (answer === false) { location.href = toLogin(form); return; }
      if (answer === null) { toast(words.offline, true); return; }
      form.dataset.checked = "1";
      sessionStorage.setItem("sent", storeKey(form));
      form.requestSubmit(by);
    });
  };
  // The text on this device goes only when the page after the sending is another one, or the form shows no error.
  const settleSent = () => {
    let sent = null;
    try { sent = sessionStorage.getItem("sent"); sessionStorage.removeItem("sent"); } catch { return; }
    if (!sent) return;
    const again = $$("form[data-draft]").find((form) => storeKey(form) === sent);
    if (!again || !again.querySelector(".errs")) { try { localStorage.removeItem(sent); } catch { /* not allowed */ } }
  };
  document.addEventListener("submit", (event) => {
    if (!event.target.hasAttribute?.("data-forget")) return;
    // Logging out: the next person at this machine finds nothing.
    try { Object.keys(localStorage).filter((name) => name.startsWith("draft:")).forEach((name) => localStorage.removeItem(name)); } catch { /* not allowed */ }
  });

  /* --- lists: how many are chosen */
  const tellChosen = (form) => {
    const n = $$("input[name=chosen]:checked", form).length;
    const bar = form.querySelector(".bulk");
    if (bar) bar.hidden = n === 0;
    const place = form.querySelector("[data-chosen]");
    if (place) place.textContent = fill(words.selected, n);
    $$("tr", form).forEach((row) => row.classList.toggle("on", !!row.querySelector("input[name=chosen]:checked")));
  };
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-choose]");
    if (!form) return;
    if (event.target.hasAttribute("data-choose-all")) $$("input[name=chosen]", form).forEach((box) => { box.checked = event.target.checked; });
    tellChosen(form);
  });

  /* --- HTMX: an answer that is the login page is no fragment */
  document.addEventListener("htmx:beforeSwap", (event) => {
    const url = event.detail.xhr.responseURL;
    if (url && words.login && new URL(url).pathname === words.login) {
      event.detail.shouldSwap = false;
      location.href = `${words.login}?next=${encodeURIComponent(location.pathname + location.search)}`;
    }
  });
  document.addEventListener("htmx:sendError", () => toast(words.offline, true));

  /* --- charts: the drawing library comes only where a page has one */
  const load = (url) => new Promise((done) => {
    const script = document.createElement("script");
    script.src = url; script.onload = done; script.onerror = done;
    document.head.append(script);
  });
  let drawing = null;
  const drawCharts = (from) => {
    if (drawing || !from.querySelector?.(".chart[data-spec]") || !words.echarts) return;
    drawing = load(words.echarts).then(() => load(words.charts));
  };

  const settle = (from = document) => {
    drawCharts(from);
    unfold();
    $$("form[data-undo]", from).forEach(countDown);
    $$("form[data-draft]", from).forEach(watchDraft);
    $$("form[data-choose]", from).forEach(tellChosen);
    $$("[data-toast]", from).forEach((line) => setTimeout(() => line.remove(), 9000));
    from.querySelector?.("[data-focus]")?.focus();
  };
  settleSent();
  settle();
  document.addEventListener("htmx:load", (event) => settle(event.detail.elt));
})();
