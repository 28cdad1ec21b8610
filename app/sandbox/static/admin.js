/* The admin's chrome: shows the app's pages, its toasts and its save bar, and takes the frame where one clicks. */
(() => {
  const frame = document.querySelector('[data-app-frame]');
  const nav = document.querySelector('[data-app-nav]');
  const toast = document.querySelector('[data-toast]');
  const bar = document.querySelector('.save');
  const origin = document.body.dataset.appOrigin;
  const tell = (message) => frame.contentWindow.postMessage({ sandbox: true, ...message }, origin);
  let hiding;

  const go = async (path) => {
    const { token } = await (await fetch('/session-token')).json();
    const url = new URL(path, origin);
    if (url.origin !== origin) return;
    url.searchParams.set('shop', document.body.dataset.shop);
    url.searchParams.set('embedded', '1');
    url.searchParams.set('id_token', token);
    frame.src = url.href;
  };

  const heard = {
    nav: ({ links, here }) => nav.replaceChildren(...links.map(({ href, label }) => {
      const link = document.createElement('a');
      link.href = href;
      link.textContent = label;
      if (new URL(href, origin).pathname === here) link.setAttribute('aria-current', 'page');
      link.addEventListener('click', (event) => { event.preventDefault(); go(href); });
      return link;
    })),
    toast: ({ text, error }) => {
      toast.textContent = text;
      toast.classList.toggle('error', Boolean(error));
      toast.hidden = false;
      clearTimeout(hiding);
      hiding = setTimeout(() => { toast.hidden = true; }, 5000);
    },
    savebar: ({ shown }) => { bar.hidden = !shown; },
  };

  addEventListener('message', (event) => {
    if (event.origin !== origin || event.source !== frame.contentWindow || !event.data.sandbox) return;
    const act = heard[event.data.type];
    if (act) act(event.data);
  });
  frame.addEventListener('load', () => { bar.hidden = true; });
  bar.querySelector('[data-save]').addEventListener('click', () => tell({ type: 'save' }));
  bar.querySelector('[data-discard]').addEventListener('click', () => tell({ type: 'discard' }));
})();
