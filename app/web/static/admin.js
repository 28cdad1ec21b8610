// The little the admin's pages do by themselves: ask whether the theme block is on, and say when a form did not
// get through. Everything else is a page or a form.
(() => {
  "use strict";

  const EMBED = {
    on: ["On", "badge-success", "Clients you know can be invited on your published theme."],
    off: ["Off", "badge-attention", "Nobody can be invited until you switch the block on in your theme and save there."],
    unknown: ["Not known", "", "Shopify didn’t say. Open the theme editor to see it under App embeds."],
  };

  const isOn = (extensions, block) =>
    extensions
      .filter((extension) => extension.type === "theme_app_extension")
      .flatMap((extension) => extension.activations || [])
      .some((activation) => activation.handle === block && activation.status === "active");

  async function embedState(block) {
    try {
      return isOn(await window.shopify.app.extensions(), block) ? "on" : "off";
    } catch {
      return "unknown"; // outside of Shopify there is nobody to ask
    }
  }

  async function showEmbed() {
    const card = document.querySelector("[data-embed-block]");
    if (!card) return;
    const state = await embedState(card.dataset.embedBlock);
    const [badge, look, words] = EMBED[state];
    const mark = card.querySelector("[data-embed-badge]");
    mark.textContent = badge;
    if (look) mark.classList.add(look);
    card.querySelector("[data-embed-words]").textContent = words;
    if (state === "off") {
      const link = card.querySelector("[data-embed-link]");
      link.textContent = "Switch it on in your theme";
      link.classList.add("button-primary");
    }
    card.dataset.embedState = state;
  }

  // What was saved, or what needs another look, is where the reader goes on.
  document.addEventListener("htmx:after:swap", () => document.querySelector("#page [data-focus]")?.focus());

  function notReached(event) {
    // What a page asks by itself, again and again, is nobody's loss.
    if (event.detail.ctx?.sourceElement?.hasAttribute("data-quietly")) return;
    const status = event.detail.ctx?.response?.status;
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

  showEmbed();
})();
