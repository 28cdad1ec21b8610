/*
 * Steward: <steward-choices>, shown inside <steward-booking> before the times, where her advisor has none soon:
 * wait for that advisor, see the colleague who has been briefed, or ask for a call. Nobody is put in the
 * advisor's place unless she says so. Loaded only where there is something to choose.
 */
(() => {
  'use strict';

  const MOST_WORDS = 500;

  if (customElements.get('steward-choices')) return;

  /** Make an element; strings become text, never markup. */
  const h = (tag, props, ...children) => {
    const node = Object.assign(document.createElement(tag), props);
    node.append(...children);
    return node;
  };

  class StewardChoices extends HTMLElement {
    connectedCallback() {
      if (this.firstChild) return;
      this.call = { part: 'any', phone: '', words: '' };
      // Closed and opened again, she is asked again.
      this.booking.dialog.addEventListener('close', () => this.settle(false), { once: true });
      this.ask();
    }

    settle(settled, standIn = false) {
      this.booking.settled = settled;
      this.booking.chosen.stand_in = standIn || undefined;
    }

    /** Show what there is to choose; the reason is the heading, so that it is read out first. */
    ask() {
      const { why, offered } = this.answer.choices;
      this.say(why, h('ul', { className: 'ways' }, ...offered.map((way) => h('li', {}, this.way(way)))));
    }

    way({ id, label, about }) {
      const name = h('span', { className: 'way-name', dir: 'auto' }, label);
      const node = h('button', { type: 'button', className: 'decline way', value: id }, name);
      node.append(h('span', { className: 'hint', dir: 'auto' }, about));
      node.addEventListener('click', () => this.go(id));
      return node;
    }

    go(id) {
      if (id === 'call') return this.askForCall();
      this.settle(true, id === 'stand_in');
      const { booking } = this;
      booking.heading.textContent = booking.words('title');
      booking.heading.focus();
      return id === 'stand_in' ? booking.load().then(() => booking.heading.focus()) : booking.show(this.answer);
    }

    /** Show one view and begin to read it at its heading. */
    say(title, ...view) {
      this.replaceChildren(...view);
      this.booking.heading.textContent = title;
      this.booking.heading.focus();
    }

    askForCall() {
      const { booking, call } = this;
      const phone = h('input', { id: 'phone', type: 'tel', autocomplete: 'tel', required: true, maxLength: 40,
        value: call.phone });
      this.problem = h('p', { className: 'message', id: 'phone-problem', dir: 'auto' });
      this.problem.setAttribute('role', 'alert');
      phone.addEventListener('input', () => {
        call.phone = phone.value;
        this.complain(phone, '');
      });
      const words = h('textarea', { id: 'words', rows: 2, maxLength: MOST_WORDS, dir: 'auto', value: call.words });
      words.addEventListener('input', () => {
        call.words = words.value;
      });
      words.setAttribute('aria-describedby', 'words-hint');
      this.message = h('p', { className: 'message', id: 'call-message', dir: 'auto' });
      this.message.setAttribute('role', 'alert');
      this.confirm = booking.button('accept', 'ask_call', () => this.send(phone));
      const back = booking.button('decline', 'back', () => this.ask());
      const parts = this.answer.choices.parts.map(({ id, label }) => [id, label]);
      this.say(
        booking.words('call_title'),
        this.field(phone, 'phone', this.problem),
        booking.group('part', parts, call.part, (part) => {
          call.part = part;
        }),
        this.field(words, 'words', h('p', { id: 'words-hint', className: 'hint' }, booking.words('words_hint'))),
        h('div', { className: 'foot' }, this.message, this.confirm, back),
      );
    }

    field(input, key, ...more) {
      const label = h('label', { htmlFor: input.id }, this.booking.words(key));
      return h('div', { className: 'field' }, label, input, ...more);
    }

    /** Say what is wrong beside the field, for as long as it is. */
    complain(phone, words) {
      if (this.problem.textContent !== words) this.problem.textContent = words;
      phone.setAttribute('aria-invalid', String(Boolean(words)));
      phone.setAttribute('aria-describedby', 'phone-problem');
    }

    async send(phone) {
      if (this.busy) return;
      const { booking, call } = this;
      this.message.textContent = '';
      if (call.phone.replace(/\D/g, '').length < 6) {
        this.complain(phone, booking.words('need_phone'));
        phone.focus();
        return;
      }
      this.busy = true;
      this.confirm.setAttribute('aria-busy', 'true');
      try {
        const { status, answer } = await booking.ask('/calls', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ offer: booking.offer.id, ...call }),
        });
        if (status < 300) this.finish(answer.call);
        else if (status < 500 && answer.message) this.message.textContent = answer.message;
        else throw new Error('unreachable');
      } catch {
        this.message.textContent = booking.words('failed');
        this.confirm.textContent = booking.words('retry');
      }
      this.busy = false;
      this.confirm.removeAttribute('aria-busy');
    }

    finish({ advisor }) {
      const { booking } = this;
      booking.booked = true; // a yes: the invitation goes with it
      const told = booking.words('called').replace(booking.advisor, () => advisor);
      const close = booking.button('accept', 'close', () => booking.dialog.close());
      this.say(booking.words('call_done'), h('p', { className: 'when', dir: 'auto' }, told), close);
    }
  }

  customElements.define('steward-choices', StewardChoices);
})();
