// The consultation keeps itself while she writes and taps. Without this script the form's own buttons do it.
(() => {
  const form = document.querySelector("form[data-sync]");
  if (!form || !window.keeper) return;
  document.documentElement.classList.add("scripted");
  const url = form.dataset.sync;
  const status = form.querySelector("[data-status]");
  const list = form.querySelector("[data-captured]");
  const changed = new Map(); // typed, and not on the device yet
  let timer = 0;

  const say = (words) => { if (status.textContent !== words) status.textContent = words; };
  const clock = () => new Date().toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit", hour12: true });
  const KEPT = "Kept on this device, will be sent";
  const WORDS = {
    sending: "Saving …",
    offline: `${KEPT}. No connection`,
    signed_out: `${KEPT}. You are signed out: sign in again in another tab`,
    lost: "This consultation is not here any more",
  };
  addEventListener("keeper", ({ detail: { state, refused } }) => {
    if (state === "saved") say(`Saved ${clock()}`);
    else if (state === "waiting") say(navigator.onLine ? "Saving …" : WORDS.offline);
    else if (WORDS[state]) say(WORDS[state]);
    for (const [key, why] of Object.entries(refused ?? {})) {
      list.querySelector(`[data-key="${key}"]`)?.remove();
      unpress(key);
      complain(form.querySelector("[data-complaint]"), why);
    }
  });

  // What was typed is on the device within a third of a second, and at once when she leaves.
  async function keepTyped() {
    clearTimeout(timer);
    if (!changed.size) return;
    const fields = Object.fromEntries(changed);
    changed.clear();
    await window.keeper.add(url, { kind: "typed", fields });
  }
  form.addEventListener("input", ({ target }) => {
    if (!target.name) return;
    changed.set(target.name, target.type === "checkbox" ? (target.checked ? target.value : "") : target.value);
    const stage = target.closest("[data-stage]");
    if (stage) changed.set("stage", stage.dataset.stage);
    clearTimeout(timer);
    timer = setTimeout(keepTyped, 300);
  });
  addEventListener("pagehide", keepTyped);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keepTyped(); });

  // One tap.
  const words = (entry) => {
    const { kind, what, person, details: d = {} } = entry;
    if (kind === "size") return `${d.of} size ${what}${person ? `, ${person}` : ""}`;
    if (kind === "person") return `${person && d.relation ? `${person} (${d.relation})` : person || d.relation}${d.wears ? `, wears ${d.wears}` : ""}`;
    if (kind === "date") return `${d.occasion}${person ? ` (${person})` : ""}, ${[d.day, d.monthName, d.year].filter(Boolean).join(" ")}`;
    return `${kind[0].toUpperCase()}${kind.slice(1)}: ${what}`;
  };
  function show(key, entry, at) {
    const row = document.createElement("li");
    row.dataset.key = key;
    const [time, text, back] = ["span", "span", "button"].map((name) => document.createElement(name));
    time.className = "small";
    time.textContent = new Date(at).toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit", hour12: true });
    text.dir = "auto";
    text.textContent = words(entry);
    Object.assign(back, { type: "button", className: "plain", textContent: "Take back", ariaLabel: `Take back: ${text.textContent}` });
    row.append(time, text, back);
    list.append(row);
    list.hidden = false;
  }
  async function note(entry) {
    const key = await window.keeper.add(url, entry);
    show(key, entry, Date.now());
    return key;
  }
  async function takeBack(key) {
    list.querySelector(`[data-key="${key}"]`)?.remove();
    unpress(key);
    await window.keeper.add(url, { kind: "taken_back", of: key });
  }
  function unpress(key) {
    const button = form.querySelector(`button[data-pressed="${key}"]`);
    if (!button) return;
    button.setAttribute("aria-pressed", "false");
    delete button.dataset.pressed;
  }
  list.addEventListener("click", ({ target }) => {
    const row = target.closest("button") && target.closest("li");
    if (!row) return;
    const next = row.nextElementSibling ?? row.previousElementSibling;
    takeBack(row.dataset.key);
    (next?.querySelector("button") ?? form.querySelector("#captured-name")).focus();
  });

  form.addEventListener("click", async ({ target }) => {
    const tap = target.closest("button[data-tap]");
    if (tap) {
      if (tap.dataset.pressed) return takeBack(tap.dataset.pressed);
      if (tap.disabled) return;
      tap.disabled = true; // until it is on the device: two taps are one
      tap.setAttribute("aria-pressed", "true");
      tap.dataset.pressed = await note({ kind: tap.dataset.tap, what: tap.dataset.what, product_id: tap.dataset.product });
      tap.disabled = false;
      if (document.activeElement === document.body) tap.focus(); // unless she is at something else by now
      return;
    }
    const keep = target.closest("button[data-keep]");
    if (keep) keepParts(keep);
  });
  // Enter in a field of these keeps what stands there; by itself it would send the whole form.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input[data-part]") || event.isComposing) return;
    event.preventDefault();
    keepParts(event.target.closest("[data-capture]").querySelector("button[data-keep]"));
  });
  const complain = (place, words) => { place.textContent = words; place.hidden = !words; };
  async function keepParts(button) {
    const box = button.closest("[data-capture]");
    const part = (name) => box.querySelector(`[data-part="${name}"]`);
    const read = (name) => { const at = part(name); return !at ? "" : at.type === "checkbox" ? (at.checked ? "1" : "") : at.value.trim(); };
    const kind = button.dataset.keep;
    const details = {};
    for (const name of ["of", "relation", "wears", "occasion", "day", "month", "year", "told", "handling"]) {
      if (read(name)) details[name] = read(name);
    }
    const missing = {
      size: !read("what") && "Say the size.",
      person: !(read("person") || read("relation")) && "Say the name, or who it is to the client.",
      date: (!read("occasion") && "Say what the day is.") || (!read("month") && "Say at least the month."),
    };
    const wrong = missing[kind] ?? (!read("what") && "Say which piece.");
    complain(box.querySelector(".error"), wrong || "");
    if (wrong) return;
    if (details.month) details.monthName = part("month").selectedOptions[0].textContent;
    const entry = { kind, what: read("what"), person: read("person"), details };
    // Emptied before the device has it: she may be at the next one by then.
    for (const field of box.querySelectorAll("[data-part]")) {
      if (field.type === "checkbox") field.checked = false;
      else if (field.tagName === "SELECT") field.selectedIndex = 0;
      else field.value = "";
    }
    box.querySelector("[data-part]").focus();
    await note(entry);
  }

  // Nothing closes before all that waits has arrived.
  let sure = false;
  form.addEventListener("submit", async (event) => {
    if (sure) return;
    event.preventDefault();
    const button = event.submitter;
    await keepTyped();
    await window.keeper.send();
    if (!navigator.onLine || (await window.keeper.waiting(url)).length) {
      say(`${KEPT}. It can be closed once the connection is back`);
      return;
    }
    sure = true;
    form.requestSubmit(button);
  });

  // What this device still holds from before is shown where it was.
  window.keeper.waiting(url).then((rows) => {
    for (const { key, at, entry } of rows) {
      if (entry.kind === "typed") {
        for (const [name, value] of Object.entries(entry.fields)) {
          const field = form.elements[name];
          if (!field) continue;
          if (field instanceof RadioNodeList) field.value = value;
          else if (field.type === "checkbox") field.checked = Boolean(value);
          else field.value = value;
        }
      } else if (entry.kind === "taken_back") list.querySelector(`[data-key="${entry.of}"]`)?.remove();
      else if (!list.querySelector(`[data-key="${key}"]`)) show(key, entry, at);
    }
  });

  // Minutes count up from what the server said, so that a clock set wrong on this device does not matter.
  const elapsed = form.querySelector("[data-minutes]");
  const minutes = form.elements.minutes;
  const shown = form.elements.minutes_shown;
  const began = performance.now();
  const count = () => {
    const now = Number(elapsed.dataset.minutes) + Math.floor((performance.now() - began) / 60000);
    elapsed.textContent = `${now} min`;
    if (minutes.value !== shown.value) return; // her own number
    minutes.value = shown.value = now;
  };
  if (elapsed) setInterval(count, 15000);

  // The stage she is at is the one she looks at.
  const links = new Map([...form.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      const link = links.get(target.dataset.stage);
      if (!isIntersecting || !link) continue;
      for (const other of links.values()) other.removeAttribute("aria-current");
      link.setAttribute("aria-current", "step");
    }
  }, { rootMargin: "-30% 0px -60% 0px" });
  form.querySelectorAll("[data-stage]").forEach((section) => seen.observe(section));
})();
