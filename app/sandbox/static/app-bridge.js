/* A stand-in for Shopify's App Bridge: the parts the app relies on, spoken to the sandbox's admin. */
(() => {
  const home = new URL(document.currentScript.src).origin;
  const framed = window.parent !== window;
  const tell = (message) => { if (framed) window.parent.postMessage({ sandbox: true, ...message }, home); };
  const plainFetch = window.fetch.bind(window);
  const RETRY = 'X-Shopify-Retry-Invalid-Session-Request';

  const idToken = async () => {
    const answer = await plainFetch(`${home}/session-token`, { credentials: 'omit' });
    if (!answer.ok) throw new Error('The sandbox gave no session token');
    return (await answer.json()).token;
  };

  // Requests to the app carry a token; an app that finds it stale says so, and is asked once more.
  window.fetch = async (input, init) => {
    const request = new Request(input, init);
    if (new URL(request.url).origin !== location.origin) return plainFetch(request);
    const again = request.clone();
    const carry = async (one) => {
      if (!one.headers.has('Authorization') || one === again) one.headers.set('Authorization', `Bearer ${await idToken()}`);
      return plainFetch(one);
    };
    const answer = await carry(request);
    return answer.status === 401 && answer.headers.get(RETRY) ? carry(again) : answer;
  };

  /* Saving: a form with data-save-bar shows the contextual save bar as soon as it differs. */
  let changed = null;
  const saveBar = (form) => { changed = form; tell({ type: 'savebar', shown: Boolean(form) }); };
  document.addEventListener('input', (event) => {
    const form = event.target.closest && event.target.closest('form[data-save-bar]');
    if (form) saveBar(form);
  });
  document.addEventListener('submit', () => saveBar(null));
  document.addEventListener('reset', () => saveBar(null));
  addEventListener('message', (event) => {
    if (event.origin !== home || event.source !== window.parent || !event.data.sandbox || !changed) return;
    if (event.data.type === 'save') changed.requestSubmit();
    if (event.data.type === 'discard') changed.reset();
  });

  const key = document.querySelector('meta[name="shopify-api-key"]');
  window.shopify = {
    config: { apiKey: (document.currentScript.dataset.apiKey || (key && key.content) || ''),
      shop: new URLSearchParams(location.search).get('shop') || '', locale: 'en' },
    environment: { embedded: framed, mobile: false, pos: false },
    idToken,
    toast: { show: (text, options = {}) => tell({ type: 'toast', text, error: options.isError }), hide: () => {} },
    loading: () => {},
    saveBar: { show: async () => tell({ type: 'savebar', shown: true }), hide: async () => saveBar(null),
      leaveConfirmation: async () => {} },
    app: { extensions: async () => (await plainFetch(`${home}/extensions.json`, { credentials: 'omit' })).json() },
  };

  const withToken = async (url) => {
    url.searchParams.set('id_token', await idToken());
    return url.href;
  };

  /* The patch page: its only work is to come back with a token, to a path of this very site. */
  const reload = new URLSearchParams(location.search).get('shopify-reload');
  if (reload) {
    const back = new URL(reload, location.href);
    if (back.origin === location.origin) withToken(back).then((href) => location.replace(href));
  }

  addEventListener('click', async (event) => {
    const link = event.target.closest && event.target.closest('a[href]');
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const url = new URL(link.href, location.href);
    if (url.hostname.endsWith('.myshopify.com') && url.pathname.startsWith('/admin/')) { // this shop's admin is here
      event.preventDefault();
      window.open(home + url.pathname + url.search, '_top');
      return;
    }
    const elsewhere = url.origin !== location.origin || (link.target && link.target !== '_self') || link.hasAttribute('download');
    const within = url.hash && url.pathname === location.pathname && url.search === location.search;
    if (!framed || elsewhere || within) return;
    event.preventDefault();
    location.assign(await withToken(url));
  });

  /* The app's pages are shown in the admin, not in the frame. */
  const showNav = (element) => {
    element.hidden = true;
    const links = [...element.querySelectorAll('a[href], s-link[href]')].map((link) => (
      { href: new URL(link.getAttribute('href'), location.href).href, label: link.textContent.trim() }));
    if (links.length) tell({ type: 'nav', links, here: location.pathname });
  };
  for (const name of ['s-app-nav', 'ui-nav-menu']) {
    if (customElements.get(name)) continue;
    customElements.define(name, class extends HTMLElement {
      connectedCallback() { setTimeout(() => showNav(this), 0); }
    });
  }
})();
