/*
 * Steward: <steward-offer>, the invitation: a region in a corner (on phones a sheet) that takes no focus,
 * moves nothing, covers no button that adds a piece to the cart, and after a no is gone. Shown once, it is one
 * quiet line on the pages that follow, for as long as the visit lasts and she has not answered.
 *
 * Its markup is the template in blocks/advisor.liquid, its place is chosen by advisor-place.js. A shadow root
 * lets the theme's fonts and colours in, and keeps its rules for buttons out. The server's words are only ever
 * set as text.
 */
(() => {
  'use strict';

  const template = document.querySelector('template[data-steward-offer]');
  const Place = customElements.get('steward-place');
  if (!template || !Place || customElements.get('steward-offer')) return;
  const { booking, preview, texts } = JSON.parse(template.previousElementSibling.textContent);

  // Liquid escapes a translation's apostrophes for HTML; here they become text.
  const say = (text, advisor) => text.replace(/&#39;/g, "'").replace(/\{advisor\}/g, () => advisor);

  const PUT_AWAY = 'steward-put-away';

  /** Keep, for this tab, that an invitation was put away; return the one that is. */
  const putAway = (id) => {
    try {
      if (id) sessionStorage.setItem(PUT_AWAY, id);
      return sessionStorage.getItem(PUT_AWAY);
    } catch {
      return null;
    }
  };

  class StewardOffer extends Place {
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
      this.seen = offer.seen === true;
      if (this.seen) this.dataset.size = 'bar'; // she has met it on an earlier page: in reach, and no more
      this.dress();
      document.body.append(this);
    }

    find(name) {
      return this.shadowRoot.querySelector(`.${name}`);
    }

    appear() {
      this.ends = new AbortController();
      const { signal } = this.ends;
      this.watch(signal);
      addEventListener('visibilitychange', () => this.witness(), { signal });
      addEventListener('keydown', (event) => this.key(event), { signal });
      this.addEventListener('focusin', ({ relatedTarget }) => {
        if (relatedTarget && relatedTarget !== this) this.cameFrom = relatedTarget;
      });
      addEventListener('pageshow', () => {
        if (putAway() === this.offer.id) this.close(); // back from the browser's cache: answered meanwhile
      }, { signal });
      this.hidden = false;
      this.settle();
      if (!this.seen) this.find('voice').textContent = this.said;
    }

    /** Once it stands, it can be seen. */
    settled() {
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

    why() {
      const [reason, button] = [this.find('reason'), this.find('why')];
      const shows = reason.hidden;
      if (reason.contains(this.shadowRoot.activeElement)) button.focus({ preventScroll: true });
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
      if (!preview) putAway(this.offer.id);
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
      if (event.key !== 'Escape' || event.defaultPrevented || theirs || this.picking) return;
      // What was opened last closes first. Closing is no answer: only "Not now" says not now.
      if (this.find('reason').hidden) this.close();
      else this.why();
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
        if (!this.picker) await this.build();
        this.picker.style.cssText = this.style.cssText;
        this.picker.open().then((booked) => {
          this.picking = false;
          if (booked) this.close();
        });
      } catch {
        this.picking = false;
        this.find('problem').hidden = false;
      }
      button.removeAttribute('aria-busy');
    }

    /** Build the picker; it opens once its stylesheet has answered, so that nothing is seen undressed. */
    async build() {
      this.post('answer', { answer: 'accepted' });
      const { offer, proxy } = this;
      const styles = template.content.cloneNode(true).querySelectorAll('link, style');
      const picker = document.createElement('steward-booking');
      const answered = new Promise((done) => Object.assign(styles[0], { onload: done, onerror: done }));
      picker.build({ offer, proxy, styles, words: texts.booking, say });
      await answered;
      this.picker = picker;
    }

    close() {
      if (!preview) putAway(this.offer.id);
      this.leave();
      this.remove();
    }

    /** Stop listening, and put the focus back to where it was before it came in here. */
    leave() {
      if (this.cameFrom && document.activeElement === this) this.cameFrom.focus({ preventScroll: true });
      this.ends.abort();
    }
  }

  customElements.define('steward-offer', StewardOffer);

  let shown = false; // at most one invitation a page
  const present = (detail) => {
    if (shown || putAway() === detail.offer.id) return;
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
