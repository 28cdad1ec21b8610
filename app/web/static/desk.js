// The consultation keeps itself while she writes. Without this script the form's own buttons do the same.
(() => {
  const form = document.querySelector("form[data-save]");
  if (!form) return;
  document.documentElement.classList.add("scripted");
  const status = form.querySelector("[data-status]");
  const token = form.elements.csrf_token.value;
  const waiting = new Map(); // what has changed and is not kept yet, by field
  let timer = 0;
  let sending = false;

  const say = (words) => { if (status.textContent !== words) status.textContent = words; };
  const clock = () => new Date().toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit", hour12: true });
  const later = (ms) => { clearTimeout(timer); timer = setTimeout(keep, ms); };

  // One at a time, so that an older word never arrives after a newer one.
  async function keep({ leaving = false } = {}) {
    clearTimeout(timer);
    if (!waiting.size || (sending && !leaving)) return;
    const batch = new Map(waiting);
    sending = true;
    try {
      const answer = await fetch(form.dataset.save, {
        method: "POST",
        headers: { "X-CSRFToken": token },
        body: new URLSearchParams([...batch]),
        keepalive: leaving,
      });
      if (answer.ok) {
        for (const [name, value] of batch) if (waiting.get(name) === value) waiting.delete(name);
        say(`Saved ${clock()}`);
      } else if (answer.status === 401) {
        say("Not saved: you are signed out. Sign in again in another tab; this page goes on by itself.");
      } else {
        say("Not saved. What you wrote is still on this page; copy it before you leave.");
      }
    } catch {
      say("Not saved yet: no connection. What you wrote is still here; we keep trying.");
    } finally {
      sending = false;
      if (waiting.size) later(leaving ? 600 : 4000);
    }
  }

  form.addEventListener("input", ({ target }) => {
    if (!target.name) return;
    const value = target.type === "checkbox" ? (target.checked ? target.value : "") : target.value;
    waiting.set(target.name, value);
    const stage = target.closest("[data-stage]");
    if (stage) waiting.set("stage", stage.dataset.stage);
    say("Saving …");
    later(600);
  });
  form.addEventListener("submit", () => { clearTimeout(timer); waiting.clear(); });
  addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep({ leaving: true }); });
  addEventListener("online", () => keep());

  // Minutes count up from what the server said, so that a clock set wrong on this device does not matter.
  const elapsed = form.querySelector("[data-minutes]");
  const minutes = form.elements.minutes;
  const suggested = minutes.value === elapsed.dataset.minutes;
  let touched = !suggested;
  minutes.addEventListener("input", () => { touched = true; });
  const opened = performance.now();
  setInterval(() => {
    const now = Number(elapsed.dataset.minutes) + Math.floor((performance.now() - opened) / 60000);
    elapsed.textContent = `${now} min`;
    if (!touched) minutes.value = now;
  }, 15000);

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
