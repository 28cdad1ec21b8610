/*
 * Steward: where the invitation stands. <steward-offer> is built on this element, which knows the corners,
 * what must stay free of them, and the theme's colours; it knows nothing of what the invitation says.
 */
(() => {
  'use strict';

  const SETTLED_MS = 200; // its place is chosen again when scrolling has ended
  const LOW_VIEWPORT = 420; // below this, a third of the height holds one line
  const AIR = 8; // pixels kept free around what it must not cover

  const template = document.querySelector('template[data-steward-offer]');
  if (!template || customElements.get('steward-place')) return;
  const { page, position } = JSON.parse(template.previousElementSibling.textContent);

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

  class StewardPlace extends HTMLElement {
    /** Wear the theme's colours and heading font. */
    dress() {
      const paper = [document.body, document.documentElement]
        .map((node) => getComputedStyle(node).backgroundColor)
        .find((colour) => !/^rgba|\//.test(colour)); // the first that is not see-through
      const title = document.querySelector('h1, h2');
      const lend = (name, value) => this.style.setProperty(`--steward-theme-${name}`, value);
      if (paper) lend('paper', paper);
      if (paper) lend('ink', getComputedStyle(document.body).color);
      if (title) lend('heading', getComputedStyle(title).fontFamily);
    }

    /** Watch, until `signal` ends it, for what comes beneath. */
    watch(signal) {
      const moved = () => this.giveWay();
      addEventListener('scroll', moved, { passive: true, capture: true, signal });
      addEventListener('resize', moved, { signal });
      const growth = new ResizeObserver(moved); // pictures that arrive late move the page beneath
      growth.observe(document.body);
      signal.addEventListener('abort', () => {
        growth.disconnect();
        clearTimeout(this.rest);
      });
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

    /** Take the first place that covers nothing: its corner, the other, one line, each of them higher. */
    settle() {
      const inUse = this.asked || this.shadowRoot.activeElement;
      const other = position === 'left' ? 'right' : 'left';
      const cards = [[position, 'card'], [other, 'card']];
      const bars = [[position, 'bar'], [position, 'bar', 'lifted']];
      let places = [...cards, ...bars];
      // What she opened stays down there, above what it may not cover; at the top only where it cannot.
      if (inUse) places = [...cards, [position, 'card', 'lifted'], [position, 'card', 'top']];
      else if (this.dataset.size === 'bar' || innerHeight < LOW_VIEWPORT) places = bars;

      const found = places.some(([corner, size, edge = 'bottom']) => {
        const top = Math.min(...this.covered().map((box) => box.top));
        const lift = edge === 'lifted' && top > innerHeight / 2 ? innerHeight - top + AIR : 0;
        this.style.setProperty('--steward-lift', `${lift}px`);
        Object.assign(this.dataset, { corner, size, edge });
        return this.card.getBoundingClientRect().top >= 0 && !this.covered().length;
      });
      this.toggleAttribute('data-yields', !found && !inUse);
      this.settled();
    }

    /** Be told that a place was chosen. */
    settled() {}
  }

  customElements.define('steward-place', StewardPlace);
})();
