/*
 * Steward: <steward-hold>, which keeps the chosen time while the form is open, and says until when. It stands
 * inside <steward-booking> and is told the time in its attribute `starts`; an empty one gives it up. There is
 * no countdown: a time of day, said once, and a way to have longer. Whatever fails, booking works without it.
 */
(() => {
  'use strict';

  const RESTS_MS = 400; // arrow keys run through many times before one is meant

  if (customElements.get('steward-hold')) return;

  class StewardHold extends HTMLElement {
    static observedAttributes = ['starts'];

    attributeChangedCallback(_name, before, starts) {
      if (!before && !starts) return;
      clearTimeout(this.rest);
      this.turn = {}; // an answer to what was asked before comes too late
      if (starts) {
        if (before !== starts) this.say('');
        this.rest = setTimeout(() => this.hold(starts), RESTS_MS);
      } else {
        this.release();
      }
    }

    connectedCallback() {
      if (this.line) return;
      this.line = document.createElement('p');
      Object.assign(this.line, { className: 'hint', dir: 'auto' });
      this.line.setAttribute('role', 'status');
      this.longer = this.booking.button('why', 'longer', () => this.extend());
      this.longer.hidden = true;
      this.append(this.line, this.longer);
      // A page that is left gives the time back; one that comes back can still book it, where it is free.
      addEventListener('pagehide', () => this.release());
    }

    async hold(starts) {
      const { offer, chosen } = this.booking;
      await this.ask('', { offer: offer.id, starts, zone: chosen.zone, stand_in: chosen.stand_in });
    }

    async extend() {
      const kept = this.longer === this.getRootNode().activeElement;
      await this.ask('/longer', { zone: this.booking.chosen.zone });
      if (kept && this.longer.hidden) this.booking.confirm.focus();
    }

    /** Ask for a hold; what is said depends on the answer alone, never on this device's clock. */
    async ask(path, body) {
      const turn = (this.turn = {});
      try {
        const { status, answer } = await this.booking.ask(`/holds${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        if (turn !== this.turn) return;
        if (status === 200) this.keep(answer.hold);
        else if (status === 409 && answer.days) this.dispatchEvent(new CustomEvent('taken', { detail: answer }));
        else if (status === 409 && answer.code === 'lapsed') this.lapse();
      } catch {
        // Not held, and nothing is said: the booking itself has the last word.
      }
    }

    keep({ until, seconds, extended }) {
      this.held = true;
      this.say(this.booking.words('held').replace('{time}', () => until), !extended);
      clearTimeout(this.end);
      this.end = setTimeout(() => this.lapse(), seconds * 1000);
    }

    lapse() {
      this.held = false;
      this.say(this.booking.words('lapsed'));
    }

    say(text, more = false) {
      if (!this.line) return; // told the time before it was built
      this.line.textContent = text;
      this.longer.hidden = !more;
    }

    release() {
      clearTimeout(this.end);
      this.turn = {};
      this.say('');
      if (!this.held || this.booking.booked) return;
      this.held = false;
      const headers = { 'content-type': 'application/json' };
      fetch(`${this.booking.proxy}/holds/release`, { method: 'POST', headers, body: '{}', keepalive: true })
        .catch(() => {});
    }
  }

  customElements.define('steward-hold', StewardHold);
})();
