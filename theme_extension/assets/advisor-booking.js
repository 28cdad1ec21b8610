/*
 * Steward: <steward-booking>, the picker of a time. A native modal dialog: the browser keeps the focus inside
 * and closes it on Escape. Whatever fails, what was chosen and written stays.
 */
(() => {
  'use strict';

  if (customElements.get('steward-booking')) return;

  /** Make an element; strings become text, never markup. */
  const h = (tag, props, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(props || {})) {
      if (name in node) node[name] = value;
      else node.setAttribute(name, value);
    }
    node.append(...children.filter(Boolean));
    return node;
  };

  class StewardBooking extends HTMLElement {
    /** Open the dialog; the promise tells, when it closes, whether something was booked. */
    open() {
      this.dialog.showModal();
      this.load();
      return new Promise((resolve) => {
        this.dialog.addEventListener('close', () => {
          this.keeper.setAttribute('starts', '');
          resolve(this.booked);
          if (this.booked) this.remove();
        }, { once: true });
      });
    }

    build({ offer, proxy, styles, words, say }) {
      Object.assign(this, { offer, proxy, advisor: String(offer.advisor || ''), attempt: {}, booked: false, day: 0 });
      this.words = (key) => say(words[key], this.advisor);
      const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
      this.chosen = { zone: timeZone || '', starts: '', place: '', note: '' };

      this.keeper = this.part('steward-hold');
      this.keeper.addEventListener('taken', ({ detail }) => this.show(detail));
      document.head.append(...words.parts.map((src) => h('script', { src })));

      this.heading = h('h2', { id: 'title', className: 'title', tabIndex: -1, autofocus: true, dir: 'auto' });
      const cross = this.button('cross', 'close', () => this.dialog.close());
      this.view = h('div', { className: 'view' });
      this.dialog = h('dialog', { className: 'dialog', 'aria-labelledby': 'title' },
        h('div', { className: 'head' }, this.heading, cross), this.view);
      this.heading.textContent = this.words('title');
      this.attachShadow({ mode: 'open' }).append(...styles, this.dialog);
      document.body.append(this);
    }

    async ask(path, options) {
      const signal = AbortSignal.timeout(15000);
      const response = await fetch(`${this.proxy}${path}`, { ...options, signal });
      return { status: response.status, answer: await response.json() };
    }

    button(className, key, work) {
      const node = h('button', { type: 'button', className }, this.words(key));
      node.addEventListener('click', work);
      return node;
    }

    /** Make one of `words.parts`; empty where its file does not load. */
    part(name) {
      return Object.assign(h(name), { booking: this });
    }

    async load() {
      this.instead('status', this.words('loading'));
      try {
        const { zone, stand_in } = this.chosen;
        const query = new URLSearchParams(stand_in ? { zone, stand_in } : { zone });
        const { status, answer } = await this.ask(`/offers/${this.offer.id}/slots?${query}`);
        if (status !== 200) return this.wrong(status < 500 && answer.message);
        this.offered = answer;
        this.advisor = answer.advisor.first_name || this.advisor;
        this.heading.textContent = this.words('title');
        this.chosen.zone = answer.zone;
        const { places } = answer;
        if (!places.some(({ id }) => id === this.chosen.place)) this.chosen.place = places[0].id;
        return this.consider(answer);
      } catch {
        return this.wrong();
      }
    }

    /** Where there is no time soon she chooses first; without that script, there are the times. */
    consider(answer) {
      const onerror = () => this.show(answer);
      if (!answer.choices || this.settled) return onerror();
      const choices = Object.assign(h('steward-choices'), { booking: this, answer });
      const onload = () => this.view.replaceChildren(choices);
      return document.head.append(h('script', { src: this.words('choices'), onload, onerror }));
    }

    /** Show one sentence and one thing to do. */
    instead(role, text, key, work) {
      const sentence = h('p', { className: 'message', role, dir: 'auto' }, text);
      this.view.replaceChildren(sentence, key ? this.button('accept', key, work) : '');
    }

    wrong(message) {
      this.instead('alert', message || this.words('unreachable'), 'retry', () => this.load());
    }

    choose(starts) {
      this.chosen.starts = starts;
      this.keeper.setAttribute('starts', starts);
    }

    draw(message) {
      const { minutes, advisor, zones, places, days } = this.offered;
      const about = this.words('lasting').replace('{minutes}', minutes).replace(this.advisor, () => advisor.name);
      const zone = h('select', { id: 'zone', name: 'zone' },
        ...zones.map(({ id, name }) => h('option', { value: id, selected: id === this.chosen.zone }, name)));
      zone.addEventListener('change', () => {
        this.chosen.zone = zone.value;
        this.load().then(() => (this.shadowRoot.getElementById('zone') || this.heading).focus());
      });
      this.times = h('div');
      this.missing = h('p', { className: 'message', id: 'missing', role: 'alert', dir: 'auto' });
      this.message = h('p', { className: 'message', role: 'alert', tabIndex: -1, dir: 'auto' }, message);
      this.confirm = this.button('accept confirm', 'confirm', () => this.book());
      const dates = this.group('day', days.map((day, at) => [at, day.label]), this.day, (at) => {
        this.day = at;
        this.choose('');
        this.drawTimes();
      });
      dates.append(this.part('steward-later'));

      this.view.replaceChildren(
        h('p', { className: 'about', dir: 'auto' }, about),
        message ? this.message : '',
        h('div', { className: 'field' }, h('label', { htmlFor: 'zone' }, this.words('zone')), zone),
        dates,
        this.times,
        this.keeper,
        this.group('place', places.map(({ id, label }) => [id, label]), this.chosen.place, (id) => {
          this.chosen.place = id;
        }),
        this.part('steward-phone'),
        this.part('steward-note'),
        h('div', { className: 'foot' }, message ? '' : this.message, this.confirm),
      );
      this.drawTimes();
      if (message) this.message.focus();
    }

    /** Make a group of radio buttons: the arrow keys and the labels come with them. */
    group(name, choices, chosen, choose) {
      const options = choices.map(([value, label]) => {
        const input = h('input', { type: 'radio', name, value, checked: value === chosen });
        input.addEventListener('change', () => choose(value));
        return h('label', { className: 'choice' }, input, h('span', { dir: 'auto' }, label));
      });
      return h('fieldset', { className: `choices ${name}` }, h('legend', {}, this.words(name)), ...options);
    }

    drawTimes() {
      const slots = this.offered.days[this.day].slots.map(({ starts, label }) => [starts, label]);
      const times = this.group('time', slots, this.chosen.starts, (starts) => {
        this.choose(starts);
        this.missing.textContent = this.message.textContent = '';
      });
      times.setAttribute('aria-describedby', 'missing');
      times.firstChild.after(this.missing);
      this.times.replaceChildren(times);
    }

    async book() {
      if (this.busy) return;
      if (!this.chosen.starts) {
        this.missing.textContent = this.words('choose');
        this.times.querySelector('input').focus();
        return;
      }
      // The same wish keeps its key, so that trying again can never book twice.
      const wish = JSON.stringify(this.chosen);
      if (this.attempt.wish !== wish) {
        // An object URL ends in a fresh UUID, also without crypto.randomUUID.
        this.attempt = { wish, key: URL.createObjectURL(new Blob()).slice(-36) };
      }
      const body = JSON.stringify({ offer: this.offer.id, ...this.chosen, key: this.attempt.key });
      this.busy = true;
      this.confirm.setAttribute('aria-busy', 'true');
      this.message.textContent = '';
      try {
        const headers = { 'content-type': 'application/json' };
        const { status, answer } = await this.ask('/bookings', { method: 'POST', headers, body });
        if (status < 300) this.finish(answer.booking);
        else if (status === 409 && answer.days) this.show(answer);
        else if (status < 500 && answer.message) this.message.textContent = answer.message;
        else throw new Error('unreachable');
      } catch {
        this.message.textContent = this.words('failed');
        this.confirm.textContent = this.words('retry');
      }
      this.busy = false;
      this.confirm.removeAttribute('aria-busy');
    }

    /** Show the times; a chosen one that is still on offer is kept, on whichever day the zone has put it. */
    show({ message, days }) {
      this.offered.days = days;
      const at = days.findIndex(({ slots }) => slots.some(({ starts }) => starts === this.chosen.starts));
      this.choose(at < 0 ? '' : this.chosen.starts);
      this.day = Math.max(0, at);
      if (days.length) this.draw(message);
      else this.instead('status', this.words('empty'), 'close', () => this.dialog.close());
    }

    finish(booking) {
      this.booked = true;
      this.heading.textContent = this.words(this.chosen.place === 'phone' ? 'done_phone' : 'done');
      this.view.replaceChildren(
        ...Object.entries({ when: booking.when, where: booking.place, mail: this.words('mail') })
          .map(([className, text]) => h('p', { className, dir: 'auto' }, text)),
        this.button('accept', 'close', () => this.dialog.close()),
      );
      this.heading.focus();
    }
  }

  customElements.define('steward-booking', StewardBooking);
})();
