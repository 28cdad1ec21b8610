/*
 * Steward: <steward-later>, at the end of the days inside <steward-booking>: the first of them are shown, and a
 * button shows the others, so that the times are never far below. Where it does not load, all days are shown.
 */
(() => {
  'use strict';

  const FIRST = 6; // two rows of three on a wide screen, three rows of two on a phone

  if (customElements.get('steward-later')) return;

  class StewardLater extends HTMLElement {
    connectedCallback() {
      const later = [...this.parentElement.querySelectorAll('.choice')].slice(FIRST);
      const chosen = later.some((day) => day.querySelector(':checked'));
      if (this.firstChild || chosen || later.length < 2) return;
      const show = (shown) => later.forEach((day) => {
        day.hidden = !shown;
      });
      this.append(this.booking.button('why', 'later', () => {
        show(true);
        later[0].querySelector('input').focus();
        this.remove();
      }));
      show(false);
    }
  }

  customElements.define('steward-later', StewardLater);
})();
