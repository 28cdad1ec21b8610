/* The theme's own script: the consent banner, and Shopify's standard storefront events where the theme emits them. */
(() => {
  const page = JSON.parse(document.getElementById('page-data').textContent);

  const banner = document.querySelector('[data-consent-banner]');
  Shopify.loadFeatures([{ name: 'consent-tracking-api', version: '0.1' }], (error) => {
    if (error || !Shopify.customerPrivacy.shouldShowBanner()) return;
    banner.hidden = false;
    banner.addEventListener('click', (event) => {
      const answer = event.target.dataset.consent;
      if (!answer) return;
      const yes = answer === 'accept';
      Shopify.customerPrivacy.setTrackingConsent(
        { analytics: yes, preferences: yes, marketing: yes, sale_of_data: yes }, () => { banner.hidden = true; });
    });
  });

  if (!page.events) return;
  // The payload lies on the event itself, as Shopify documents it; `detail` is the theme's own.
  const fire = (target, name, payload) => {
    const event = new CustomEvent(name, { bubbles: true, detail: {} });
    target.dispatchEvent(Object.assign(event, payload));
  };
  const main = document.getElementById('main');

  const viewed = () => {
    fire(main, 'shopify:page:view', { pageType: page.template });
    if (page.product) {
      const { variant, price, ...product } = page.product;
      fire(main, 'shopify:product:view', {
        context: 'page', selectedOptions: [],
        product: { ...product, selectedVariant: { id: variant, title: 'Default Title', price: { amount: price, currencyCode: 'GBP' } } },
      });
    }
    if (page.collection) fire(main, 'shopify:collection:view', { collection: page.collection });
    if (page.template === 'search' && page.words) {
      fire(main, 'shopify:search:update', { query: page.words, search: { query: page.words, resultsCount: page.found } });
    }
  };

  // Cards are views too, with another context: whoever listens must tell them apart.
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      const context = page.template === 'search' ? 'search' : page.template === 'product' ? 'recommendation' : 'collection';
      fire(target, 'shopify:product:view', {
        context, selectedOptions: [], product: { ...JSON.parse(target.dataset.card), selectedVariant: null },
      });
    }
  }, { threshold: 0.5 });

  const form = document.querySelector('form[action="/cart/add"]');
  if (form) {
    form.addEventListener('submit', () => fire(form, 'shopify:cart:lines-update', {
      action: 'add', context: 'product', lines: [{ merchandiseId: page.product.variant, quantity: 1 }],
      promise: Promise.resolve({ cart: { cost: { totalAmount: { amount: page.product.price, currencyCode: 'GBP' } } } }),
    }));
  }
  // After every deferred script has run, so that an app that listens from the start misses nothing.
  document.addEventListener('DOMContentLoaded', () => setTimeout(() => {
    viewed();
    document.querySelectorAll('[data-card]').forEach((card) => seen.observe(card));
  }, 0));
})();
