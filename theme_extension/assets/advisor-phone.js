/*
 * Steward: <steward-phone>, the field for a number, where the shopper wants to be called. It stands below the
 * ways of meeting inside <steward-booking> and shows itself for those that ask for one. It may be left empty:
 * her own page asks again.
 */
(() => {
  'use strict';

  const NOT_IN_A_NUMBER = /[^0-9+()./ -]/g; // what the server's door turns away

  if (customElements.get('steward-phone')) return;

  class StewardPhone extends HTMLElement {
    connectedCallback() {
      const { booking } = this;
      const make = (name, properties) => Object.assign(document.createElement(name), properties);
      const label = make('label', { htmlFor: 'phone', textContent: booking.words('phone') });
      const hint = make('p', { id: 'phone-hint', className: 'hint', textContent: booking.words('phone_hint') });
      this.input = make('input', { id: 'phone', type: 'tel', name: 'phone', autocomplete: 'tel', maxLength: 40 });
      this.input.setAttribute('aria-describedby', 'phone-hint');
      this.input.value = booking.phone || '';
      this.input.addEventListener('input', () => this.tell());
      this.className = 'field';
      this.replaceChildren(label, this.input, hint);
      this.previousElementSibling.addEventListener('change', () => this.tell()); // the ways of meeting
      this.tell();
    }

    /** Put the number with what she wishes, or leave it out where nobody calls her. */
    tell() {
      const { booking, input } = this;
      const { chosen, offered } = booking;
      this.hidden = offered.places.find(({ id }) => id === chosen.place)?.asks !== 'phone';
      const number = input.value.replace(NOT_IN_A_NUMBER, '').trimStart();
      if (number !== input.value) input.value = number;
      booking.phone = number;
      if (this.hidden || !number) delete chosen.phone;
      else chosen.phone = number;
    }
  }

  customElements.define('steward-phone', StewardPhone);
})();
