/*
 * Steward: <steward-note>, the field for a few words to the advisor inside <steward-booking>. What was written
 * stays there when the form is closed or drawn anew.
 */
(() => {
  'use strict';

  const MOST_LETTERS = 500;

  if (customElements.get('steward-note')) return;

  class StewardNote extends HTMLElement {
    connectedCallback() {
      const { booking } = this;
      const make = (name, properties) => Object.assign(document.createElement(name), properties);
      const note = make('textarea', { id: 'note', name: 'note', rows: 2, maxLength: MOST_LETTERS, dir: 'auto' });
      note.value = booking.chosen.note;
      note.setAttribute('aria-describedby', 'hint');
      note.addEventListener('input', () => {
        booking.chosen.note = note.value;
      });
      this.className = 'field';
      this.replaceChildren(
        make('label', { htmlFor: 'note', textContent: booking.words('note') }),
        note,
        make('p', { id: 'hint', className: 'hint', textContent: booking.words('note_hint') }),
      );
    }
  }

  customElements.define('steward-note', StewardNote);
})();
