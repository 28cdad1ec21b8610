// The little the admin's pages do by themselves: ask Shopify whether the theme block is on, and say when a form did
// not get through. Everything else is a page or a form.
(() => {
  "use strict";

  const PATIENCE_MS = 5000; // App Bridge answers within a second; after this nobody is waiting for it

  const isOn = (extensions, block) =>
    extensions
      .filter((extension) => extension.type === "theme_app_extension")
      .flatMap((extension) => extension.activations || [])
      .some((activation) => activation.handle === block && activation.status === "active");

  const tooLong = () => new Promise((_, give) => setTimeout(give, PATIENCE_MS));

  async function embedState(block) {
    try {
      return isOn(await Promise.race([window.shopify.app.extensions(), tooLong()]), block) ? "on" : "off";
    } catch {
      return "unknown"; // outside of Shopify there is nobody to ask
    }
  }

  // Shopify tells the page, the page tells the house, and the house says it: this part of the page, anew.
  async function tellEmbed() {
    const setup = document.getElementById("setup");
    if (!setup) return;
    const state = await embedState(setup.dataset.embedBlock);
    if (!setup.isConnected) return tellEmbed();
    htmx.ajax("POST", "/admin/embed", { source: setup, target: "#setup", swap: "outerMorph", values: { state } });
  }
  // Back from the theme editor.
  document.addEventListener("visibilitychange", () => document.hidden || tellEmbed());

  // What was saved, or what needs another look, is where the reader goes on.
  document.addEventListener("htmx:after:swap", (event) => {
    document.querySelector("#page [data-focus]")?.focus();
    const moved = event.detail.ctx?.sourceElement;
    // The history has come to its end: the step that speaks of it says so, too.
    if (moved?.id === "history" && document.getElementById("history")?.dataset.history !== "busy") tellEmbed();
  });

  // A link's own request would carry no session token; a fetch does, and its answer is saved as a file.
  async function save(button) {
    const answer = await fetch(button.dataset.download);
    if (!answer.ok) throw new Error("not reached");
    const link = Object.assign(document.createElement("a"), {
      href: URL.createObjectURL(await answer.blob()),
      download: button.dataset.as,
    });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), PATIENCE_MS);
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-download]");
    if (button) save(button).catch(() => notReached(event));
  });

  function notReached(event) {
    // What a page asks by itself, again and again, is nobody's loss.
    if (event.detail?.ctx?.sourceElement?.hasAttribute("data-quietly")) return;
    const status = event.detail?.ctx?.response?.status;
    if (status === 422) return; // the page says it beside the fields
    const notice = document.getElementById("not-reached");
    if (!notice) return;
    notice.hidden = false;
    notice.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("htmx:response:error", notReached);
  document.addEventListener("htmx:error", notReached);
  document.addEventListener("htmx:before:request", (event) => {
    if (event.detail.ctx?.sourceElement?.hasAttribute("data-quietly")) return;
    const notice = document.getElementById("not-reached");
    if (notice) notice.hidden = true;
    for (const earlier of document.querySelectorAll("#page [data-focus]")) earlier.remove();
  });

  tellEmbed();
})();
