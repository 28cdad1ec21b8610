/*
 * Steward: what a signed-in client looks at, told to the shop's own server, and only with consent.
 *
 * The default is "no": without permission no request leaves the page. Nothing here throws into the page,
 * or tries again and again: while the server is away, it is silent until the next page.
 * Search terms are never read. Times travel as "how long ago", so that no two clocks are compared.
 */
(() => {
  'use strict';

  const FIRST_BATCH_MS = 1000; // soon, yet after the page has painted
  const NEXT_BATCH_MS = 4000;
  const SAME_ADD_MS = 2000; // a form's submission and the theme's event about it
  const SAME_SEARCH_MS = 3000; // some themes search at every letter
  const SHORTEST_DWELL_MS = 250;
  const LONGEST_DWELL_MS = 120000; // no more counts
  const OLDEST_MS = 1800000; // the server refuses older
  const MAX_EVENTS = 50;
  const MAX_FAILURES = 2;

  let context;
  try {
    context = JSON.parse(document.querySelector('script[data-steward-context]').textContent);
  } catch {
    return;
  }
  const page = context.page;
  const now = () => performance.now();

  /** Wrap `work` so that no error of ours ever reaches the page. */
  const quietly = (work) => (...args) => {
    try {
      return work(...args);
    } catch {
      return undefined;
    }
  };

  // Consent

  const consent = { analytics: false, preferences: false };
  let listening = true; // false after a refusal: then nothing is even remembered

  const allows = (question) => {
    try {
      return window.Shopify.customerPrivacy[question]() === true;
    } catch {
      return false;
    }
  };

  const readConsent = () => {
    consent.analytics = allows('analyticsProcessingAllowed');
    consent.preferences = allows('preferencesProcessingAllowed');
    return consent.analytics;
  };

  /** The visitor answered the banner, perhaps a second time. */
  const consentAnswered = () => {
    listening = readConsent();
    if (listening) schedule();
    else forget();
  };

  const askForConsent = () => {
    window.Shopify.loadFeatures(
      [{ name: 'consent-tracking-api', version: '0.1' }],
      quietly((error) => {
        listening = !error;
        if (error) return forget();
        document.addEventListener('visitorConsentCollected', quietly(consentAnswered));
        if (readConsent()) schedule();
      }),
    );
  };

  // The queue

  const queue = [];
  const counted = new Set();
  let timer = 0;
  let batches = 0;
  let failures = 0;
  let offered = false;

  const forget = () => {
    queue.length = 0;
    clearTimeout(timer);
    timer = 0;
  };

  const schedule = () => {
    if (timer || !queue.length) return;
    timer = setTimeout(quietly(() => send(false)), batches ? NEXT_BATCH_MS : FIRST_BATCH_MS);
  };

  const note = (type, fields = {}) => {
    if (!listening || queue.length >= MAX_EVENTS) return;
    queue.push({ at: now(), event: { type, ...fields } });
    if (consent.analytics) schedule();
  };

  /** Note something that a theme's event and our own reading of the page may both report. */
  const once = (type, key, fields) => {
    const name = `${type} ${key}`;
    if (counted.has(name)) return;
    counted.add(name);
    note(type, fields);
  };

  const proxy = /^\/[\w\-./]+$/.test(context.proxy) ? context.proxy.replace(/\/+$/, '') : '/apps/steward';

  const send = (final) => {
    clearTimeout(timer);
    timer = 0;
    // Asked each time: minds change, also on another tab.
    if (failures >= MAX_FAILURES || !readConsent()) return forget();
    if (final) noteDwell();

    const events = queue
      .splice(0, MAX_EVENTS)
      .map(({ at, event }) => ({ ...event, ago_ms: Math.max(0, Math.round(now() - at)) }))
      .filter((event) => event.ago_ms <= OLDEST_MS);
    if (!events.length) return;
    const body = JSON.stringify({ v: 1, final, consent: { ...consent }, events });
    const url = `${proxy}/events`;
    batches += 1;

    const type = 'application/json';
    if (final && navigator.sendBeacon && navigator.sendBeacon(url, new Blob([body], { type }))) return;
    fetch(url, { method: 'POST', headers: { 'content-type': type }, body, keepalive: final })
      .then((response) => {
        if (response.status === 204) return null;
        if (response.status !== 200) throw new Error('quiet');
        return response.json();
      })
      .then((answer) => {
        failures = 0;
        if (!final && answer) present(answer.offer);
      })
      .catch(() => {
        failures += 1;
      });
  };

  const present = (offer) => {
    readConsent();
    if (offered || !consent.preferences || !offer || !offer.id) return;
    offered = true;
    document.dispatchEvent(new CustomEvent('steward:offer', { detail: { offer, proxy } }));
  };

  // Pieces

  const cut = (value, length) => String(value || '').slice(0, length);
  const bareId = (id) => String(id || '').split('/').pop(); // gid://shopify/Product/1 or 1

  /** Return `amount` in the currency's own minor units: pence, but whole yen. */
  const minorUnits = (amount, currency) => {
    try {
      const format = new Intl.NumberFormat('en', { style: 'currency', currency });
      return Math.round(Number(amount) * 10 ** format.resolvedOptions().maximumFractionDigits) || undefined;
    } catch {
      return undefined;
    }
  };

  const describe = (piece) => ({
    product_id: cut(piece.id, 32),
    product_type: cut(piece.type, 120),
    title: cut(piece.title, 200),
    tags: (Array.isArray(piece.tags) ? piece.tags : []).slice(0, 10).map((tag) => cut(tag, 60)),
    category: cut(piece.category, 120),
    price: minorUnits(piece.amount, piece.currency),
    currency: cut(piece.currency, 3),
  });

  // Liquid gives every price in hundredths, also for currencies without any.
  const own = page.product
    ? describe({ ...page.product, amount: page.product.price / 100, currency: page.currency })
    : null;

  /** Read a standard event's product: the Storefront API's shape, not in every theme complete. */
  const fromEvent = (product) => {
    const price = (product.selectedVariant && product.selectedVariant.price) || product.price || {};
    return describe({
      id: bareId(product.id),
      type: product.productType,
      title: product.title,
      tags: product.tags,
      amount: price.amount,
      currency: price.currencyCode || page.currency,
    });
  };

  // How long the piece was looked at: only while the page could be seen

  let visibleSince = document.visibilityState === 'visible' ? now() : 0;
  let dwell = 0;

  /** Add what was looked at since the last report, as more of the same view. */
  const noteDwell = () => {
    if (!own || dwell < SHORTEST_DWELL_MS) return;
    const unsent = queue.find(({ event }) => event.type === 'product_view' && event.product_id === own.product_id);
    const ms = Math.min(Math.round(dwell), LONGEST_DWELL_MS);
    if (unsent) unsent.event.dwell_ms += ms;
    else note('product_view', { dwell_ms: ms, ...own, continued: true });
    dwell = 0;
  };

  const leave = () => {
    if (visibleSince) dwell += now() - visibleSince;
    visibleSince = 0;
    send(true);
  };

  // What happens on the page

  const viewProduct = (piece) => once('product_view', piece.product_id, { dwell_ms: 0, ...piece });
  const viewCollection = (handle) => once('collection_view', handle, { category: cut(handle, 120) });

  let lastSearch = -SAME_SEARCH_MS;
  const search = () => {
    if (now() - lastSearch >= SAME_SEARCH_MS) note('search');
    lastSearch = now();
  };

  let lastAdd = null; // the report that still waits for its twin
  const addToCart = (source, fields) => {
    if (lastAdd && lastAdd.source !== source && now() - lastAdd.at < SAME_ADD_MS) {
      lastAdd = null;
      return;
    }
    lastAdd = { source, at: now() };
    note('cart_add', fields);
  };

  const readPage = () => {
    once('page_view', location.pathname);
    if (own) viewProduct(own);
    else if (page.type === 'collection') viewCollection(page.collection);
    else if (page.type === 'search' && page.searched) search();
  };

  const on = (name, work, target = document) => target.addEventListener(name, quietly(work));
  // Standard events carry their payload themselves; some themes put it in `detail`.
  const read = (event, field) => event[field] || (event.detail && event.detail[field]);

  on('shopify:page:view', () => once('page_view', location.pathname));
  on('shopify:product:view', (event) => {
    const product = read(event, 'product') || {};
    const place = read(event, 'context');
    const id = bareId(product.id);
    if (own && (!id || id === own.product_id)) viewProduct(own);
    // A card that scrolls by in a grid is not a look at the piece.
    else if (id && (place === 'page' || place === 'dialog')) viewProduct(fromEvent(product));
  });
  on('shopify:collection:view', (event) => {
    const handle = (read(event, 'collection') || {}).handle || page.collection;
    if (handle) viewCollection(handle);
  });
  on('shopify:search:update', search);
  on('shopify:cart:lines-update', (event) => {
    if (read(event, 'action') === 'add') addToCart('event', own || {});
  });
  on('submit', (event) => {
    const form = event.target;
    if (!form.matches('form[action*="/cart/add"]')) return;
    const id = form.querySelector('[name="product-id"]');
    const same = own && (!id || id.value === own.product_id);
    addToCart('form', same ? own : id ? { product_id: cut(id.value, 32) } : {});
  });
  on('visibilitychange', () => {
    if (document.visibilityState === 'hidden') leave();
    else visibleSince = now();
  });
  on('pagehide', leave, window);
  on('pageshow', (event) => {
    if (!event.persisted) return; // back from the browser's cache: looked at anew
    counted.clear();
    visibleSince = now();
    readPage();
  }, window);

  quietly(readPage)();
  if (window.Shopify && window.Shopify.loadFeatures) quietly(askForConsent)();
  else window.addEventListener('load', quietly(askForConsent), { once: true });
})();
