// The frame's own script: keys, drafts, what is said to screen readers, a session that has ended.
(() => {
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const root = document.documentElement;

  // Said once and politely, by the page's one live region.
  const say = (text) => (one("#said").textContent = text);
  document.addEventListener("say", (event) => say(event.detail.value));
  let heard = "";
  document.addEventListener("htmx:after:swap", () => {
    const text = one("[data-say]")?.dataset.say ?? heard;
    if (text !== heard) say((heard = text));
  });

  const drafts = () => Object.keys(sessionStorage).filter((name) => name.startsWith("draft "));
  const read = (name) => JSON.parse(sessionStorage.getItem(name));
  const write = (name, draft) => sessionStorage.setItem(name, JSON.stringify(draft));
  const unsend = (name) => write(name, { ...read(name), sent: false });

  // The session has ended: the page stays as it is, and says where to sign in and come back.
  const signedOut = () => {
    drafts().forEach(unsend);
    one("#live")?.remove();
    const banner = one("#signed-out");
    if (!banner.hidden) return;
    banner.hidden = false;
    say(one("p", banner).textContent);
  };
  document.addEventListener("htmx:after:request", (event) => {
    if (event.detail.ctx.response.status !== 401) return;
    event.preventDefault();
    signedOut();
  });
  document.addEventListener("htmx:sse:error", (event) => event.detail.status === 401 && signedOut());

  // Keys: "/" "?" "j" "k" "n", "g" and the letter of a place; none while somebody writes.
  let going = 0;
  const move = (step) => {
    const lines = all("main li h3 a, main tbody th a");
    const at = lines.indexOf(document.activeElement);
    lines[at < 0 ? 0 : Math.min(Math.max(at + step, 0), lines.length - 1)]?.focus();
  };
  const keys = {
    "/": () => (all("input[type=search]").find((field) => field.offsetParent) ?? one("#to-search"))?.focus(),
    "?": () => one("a[href^='/help']")?.click(),
    j: () => move(1),
    k: () => move(-1),
    n: () => one("[aria-keyshortcuts~=n]")?.click(),
    g: () => (going = Date.now()),
  };
  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest("input,textarea,select,[contenteditable]");
    if (event.key === "Escape" && writing) writing.blur();
    if (writing || event.ctrlKey || event.metaKey || event.altKey || root.dataset.keys === "off") return;
    const place = Date.now() - going < 1500 && one(`[data-key="${CSS.escape(event.key)}"]`);
    const act = place ? () => place.click() : keys[event.key];
    if (event.key !== "g") going = 0;
    if (!act) return;
    event.preventDefault();
    act();
  });

  // Drafts: what is typed into a form with `data-draft` is kept until it is sent, or one signs out.
  const named = (form) => `draft ${root.dataset.who} ${form.dataset.draft}`;
  const fields = (form) => [...form.elements].filter((field) => field.name && !/hidden|password|file|submit|button/.test(field.type));
  const value = (field) => (/checkbox|radio/.test(field.type) ? field.checked : field.value);
  const typed = (form) => JSON.stringify(fields(form).map((field) => [field.name, value(field)]));
  const hour = (at) => {
    const minutes = String(at.getMinutes()).padStart(2, "0");
    return root.lang === "fr" ? `${at.getHours()}\u00a0h\u00a0${minutes}` : `${at.getHours()}:${minutes}`;
  };
  const restore = (form, text) => {
    const kept = JSON.parse(text);
    fields(form).forEach((field) => {
      const at = kept.findIndex(([name]) => name === field.name);
      if (at < 0) return;
      const [[, was]] = kept.splice(at, 1);
      if (typeof was === "boolean") field.checked = was;
      else field.value = was;
    });
    fields(form)[0]?.focus();
  };
  const offer = (form, draft) => {
    const line = one("#draft").content.firstElementChild.cloneNode(true);
    one("time", line).textContent = hour(new Date(draft.at));
    const [take, drop] = all("button", line);
    take.addEventListener("click", () => (line.remove(), restore(form, draft.typed)));
    drop.addEventListener("click", () => (line.remove(), sessionStorage.removeItem(named(form))));
    form.prepend(line);
  };
  document.addEventListener("DOMContentLoaded", () => {
    const forms = all("form[data-draft]");
    for (const name of drafts()) {
      const form = forms.find((here) => named(here) === name);
      const isBack = form && one("[aria-invalid]", form);
      if (isBack && read(name).sent) write(name, { ...read(name), typed: typed(form) });
      if (one("[data-error]") || isBack) unsend(name);
      const draft = read(name);
      if (draft.sent) sessionStorage.removeItem(name);
      else if (form && draft.typed !== typed(form)) offer(form, draft);
    }
    for (const form of forms) {
      const keep = (sent) => write(named(form), { at: Date.now(), typed: typed(form), sent });
      form.addEventListener("input", () => keep(false));
      form.addEventListener("submit", () => keep(true));
    }
  });
})();
