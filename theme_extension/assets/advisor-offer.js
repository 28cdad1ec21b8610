/*
 * Steward: <steward-offer>, the invitation: a region in a corner (on phones a sheet) that takes no focus,
 * moves nothing, covers no button that adds a piece to the cart, and after a no is gone.
 *
 * Its markup is the template in blocks/advisor.liquid. A shadow root lets the theme's fonts and colours in,
 * and keeps its rules for buttons out. The server's words are only ever set as text.
 */
(() => {
  'use strict';

  const SETTLED_MS = 200; // its place is chosen again when scrolling has ended
  const LOW_VIEWPORT = 420; // below this, a third of the height holds one line
  const AIR = 8; // pixels kept free around what it must not cover

  const template = document.querySelector('template[data-steward-offer]');
  if (!template || customElements.get('steward-offer')) return;
  const { booking, page, position, preview, texts } = JSON.parse(template.previousElementSibling.textContent);

  // Liquid escapes a translation's apostrophes for HTML; here they become text.
  const say = (text, advisor) => text.replace(/&#39;/g, "'").replace(/\{advisor\}/g, () => advisor);

  /** Hand the theme's colours and heading font to `host`. */
  const dress = (host) => {
    const paper = [document.body, document.documentElement]
      .map((node) => getComputedStyle(node).backgroundColor)
      .find((colour) => !/^rgba|\//.test(colour)); // the first that is not see-through
    const title = document.querySelector('h1, h2');
    const lend = (name, value) => host.style.setProperty(`--steward-theme-${name}`, value);
    if (paper) lend('paper', paper);
    if (paper) lend('ink', getComputedStyle(document.body).color);
    if (title) lend('heading', getComputedStyle(title).fontFamily);
  };

  /** Return what stays free: the product's form where it is small, else the buttons that submit it. */
  const kept = () => {
    const nodes = [];
    for (const form of document.querySelectorAll('form[action*="/cart/add"]')) {
      const small = form.getBoundingClientRect().height <= innerHeight / 2;
      if (small && page.type === 'product') nodes.push(form);
      nodes.push(...form.elements, ...form.querySelectorAll('.shopify-payment-button'));
    }
    return nodes
      .filter((node) => !node.type || node.type === 'submit')
      .map((node) => node.getBoundingClientRect())
      .filter((box) => box.width);
  };

  class StewardOffer extends HTMLElement {
    /** Build the invitation, hidden until its stylesheet is there. */
    receive({ offer, proxy }) {
      Object.assign(this, { offer, proxy });
      this.attachShadow({ mode: 'open' }).append(template.content.cloneNode(true));
      this.card = this.find('card');
      const advisor = String(offer.advisor || '');
      const fill = (name, words) => (this.find(name).textContent = say(words, advisor));
      this.said = [
        fill('greeting', texts.own_heading || offer.greeting || texts.heading),
        fill('invitation', texts.own_body || offer.invitation || texts.body),
      ].join(' ');
      this.card.addEventListener('click', (event) => {
        const button = event.target.closest('[data-do]');
        if (button) this[button.dataset.do](button);
      });
      const style = this.shadowRoot.querySelector('link');
      style.onload = () => this.appear();
      style.onerror = () => this.remove();
      this.hidden = true;
      dress(this);
      document.body.append(this);
    }

    find(name) {
      return this.shadowRoot.querySelector(`.${name}`);
    }

    appear() {
      this.ends = new AbortController();
      const { signal } = this.ends;
      const moved = () => this.giveWay();
      addEventListener('scroll', moved, { passive: true, capture: true, signal });
      addEventListener('resize', moved, { signal });
      addEventListener('visibilitychange', () => this.witness(), { signal });
      addEventListener('keydown', (event) => this.key(event), { signal });
      this.addEventListener('focusin', ({ relatedTarget }) => {
        if (relatedTarget && relatedTarget !== this) this.cameFrom = relatedTarget;
      });
      this.growth = new ResizeObserver(moved); // pictures that arrive late move the page beneath
      this.growth.observe(document.body);
      this.hidden = false;
      this.settle();
      this.find('voice').textContent = this.said;
    }

    /** Return what it covers now. */
    covered() {
      const mine = this.card.getBoundingClientRect();
      return kept().filter((box) => mine.left < box.right + AIR && box.left < mine.right + AIR
        && mine.top < box.bottom + AIR && box.top < mine.bottom + AIR);
    }

    /** Vanish at once when something came beneath it; choose a place when that rests. */
    giveWay() {
      if (!this.covered().length) return;
      this.toggleAttribute('data-yields', !this.shadowRoot.activeElement);
      clearTimeout(this.rest);
      this.rest = setTimeout(() => this.settle(), SETTLED_MS);
    }

    /** Take the first place that covers nothing: its corner, the other, one line, one line higher. */
    settle() {
      const inUse = this.asked || this.shadowRoot.activeElement;
      const cards = [[position, 'card'], [position === 'left' ? 'right' : 'left', 'card']];
      const bars = [[position, 'bar'], [position, 'bar', 'lifted']];
      let places = [...cards, ...bars];
      if (inUse) places = [...cards, [position, 'card', 'top']];
      else if (this.dataset.size === 'bar' || innerHeight < LOW_VIEWPORT) places = bars;

      const found = places.some(([corner, size, edge = 'bottom']) => {
        const top = Math.min(...this.covered().map((box) => box.top));
        const lift = edge === 'lifted' && top > innerHeight / 2 ? innerHeight - top + AIR : 0;
        this.style.setProperty('--steward-lift', `${lift}px`);
        Object.assign(this.dataset, { corner, size, edge });
        return !this.covered().length;
      });
      this.toggleAttribute('data-yields', !found && !inUse);
      this.witness();
    }

    /** Tell once that it was seen: painted, in view, and the page in front. */
    witness() {
      requestAnimationFrame(() => requestAnimationFrame(() => {
        const away = document.visibilityState !== 'visible' || !this.isConnected;
        if (this.seen || away || this.hasAttribute('data-yields')) return;
        this.seen = true;
        this.post('seen', {});
      }));
    }

    post(what, body) {
      if (preview) return;
      const url = `${this.proxy}/offers/${encodeURIComponent(this.offer.id)}/${what}`;
      const headers = { 'content-type': 'application/json' };
      fetch(url, { method: 'POST', headers, body: JSON.stringify(body), keepalive: true }).catch(() => {});
    }

    open() {
      this.asked = true;
      this.settle();
      this.find('accept').focus({ preventScroll: true });
    }

    why(button) {
      const reason = this.find('reason');
      const shows = reason.hidden;
      reason.hidden = !shows;
      this.find('never').hidden = shows; // the same button stands under the reason
      button.setAttribute('aria-expanded', shows);
      this.asked = true;
      this.settle();
      if (shows) reason.scrollIntoView({ block: 'nearest' });
    }

    decline() {
      this.post('answer', { answer: 'not_now' });
      this.close();
    }

    never() {
      this.post('answer', { answer: 'never' });
      this.leave();
      for (const name of ['greeting', 'voice']) this.find(name).textContent = say(texts.thanks, '');
      this.dataset.size = 'thanks';
      // No timer: it goes with the next thing the shopper does.
      const gone = () => this.remove();
      setTimeout(() => ['pointerdown', 'keydown'].forEach((name) => addEventListener(name, gone)));
    }

    key(event) {
      const at = document.activeElement;
      const theirs = at && at.closest('input, textarea, select, dialog'); // Escape is theirs there
      if (event.key === 'Escape' && !event.defaultPrevented && !theirs && !this.picking) this.decline();
    }

    /** Load the picker, only now, and open it; the invitation waits behind it. */
    async choose(button) {
      if (this.picking || preview) return;
      this.picking = true;
      this.find('problem').hidden = true;
      button.setAttribute('aria-busy', 'true');
      try {
        if (!customElements.get('steward-booking')) {
          const script = Object.assign(document.createElement('script'), { src: booking });
          await new Promise((onload, onerror) => document.head.append(Object.assign(script, { onload, onerror })));
        }
        if (!this.picker) this.post('answer', { answer: 'accepted' });
        this.picker = this.picker || document.createElement('steward-booking');
        this.picker.style.cssText = this.style.cssText;
        const { offer, proxy } = this;
        const styles = template.content.cloneNode(true).querySelectorAll('link, style');
        this.picker.open({ offer, proxy, styles, words: texts.booking, say }).then((booked) => {
          this.picking = false;
          if (booked) this.close();
        });
      } catch {
        this.picking = false;
        this.find('problem').hidden = false;
      }
      button.removeAttribute('aria-busy');
    }

    close() {
      this.leave();
      this.remove();
    }

    /** Stop listening, and put the focus back to where it was before it came in here. */
    leave() {
      if (this.cameFrom && document.activeElement === this) this.cameFrom.focus({ preventScroll: true });
      this.ends.abort();
      this.growth.disconnect();
      clearTimeout(this.rest);
    }
  }

  customElements.define('steward-offer', StewardOffer);

  let shown = false; // at most one invitation a page
  const present = (detail) => {
    if (shown) return;
    shown = true;
    try {
      document.createElement('steward-offer').receive(detail);
    } catch {
      // The shop goes on without us.
    }
  };
  document.addEventListener('steward:offer', (event) => present(event.detail));
  if (preview) present({ offer: preview });
})();
