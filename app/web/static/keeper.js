// What is noted down at the desk is kept on this device first, then sent, in order and once. A page that
// dies, a browser that dies, a network that goes: it is sent by the next page of the desk that opens.
(() => {
  const owner = document.body.dataset.seat; // whose it is: another advisor at this device sends none of it
  if (!owner || !window.indexedDB) return;
  let token = document.querySelector('input[name="csrf_token"]')?.value ?? "";
  let timer = 0;
  let again = false;
  let current = null;

  const opened = new Promise((done, failed) => {
    const asked = indexedDB.open("steward-desk", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("entries", { autoIncrement: true });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  // "strict": on the disk before we say that it is kept.
  const store = async (mode, work) => {
    const transaction = (await opened).transaction("entries", mode, { durability: "strict" });
    return new Promise((done, failed) => {
      const answer = { value: undefined };
      work(transaction.objectStore("entries"), answer);
      transaction.oncomplete = () => done(answer.value);
      transaction.onerror = transaction.onabort = () => failed(transaction.error);
    });
  };

  const tell = (state, more = {}) => dispatchEvent(new CustomEvent("keeper", { detail: { state, ...more } }));

  // Typing is one entry until it is sent: the newest words of a field replace the ones that wait.
  const add = async (url, entry) => {
    const row = { owner, url, key: crypto.randomUUID(), at: Date.now(), entry };
    await store("readwrite", (entries) => {
      if (entry.kind !== "typed") { entries.add(row); return; }
      entries.openCursor(null, "prev").onsuccess = ({ target }) => {
        const last = target.result;
        if (last && last.value.url === url && last.value.owner === owner && last.value.entry.kind === "typed") {
          row.entry = { kind: "typed", fields: { ...last.value.entry.fields, ...entry.fields } };
          last.update(row);
        } else entries.add(row);
      };
    });
    tell("waiting");
    send();
    return row.key;
  };

  const waiting = (url) => store("readonly", (entries, answer) => {
    answer.value = [];
    entries.openCursor().onsuccess = ({ target }) => {
      const each = target.result;
      if (!each) return;
      if (each.value.owner === owner && (!url || each.value.url === url)) answer.value.push({ n: each.key, ...each.value });
      each.continue();
    };
  });

  // Only what was sent goes: an entry that was typed further meanwhile has another key, and stays.
  const drop = (rows) => store("readwrite", (entries) => {
    for (const row of rows) {
      entries.get(row.n).onsuccess = ({ target }) => { if (target.result?.key === row.key) entries.delete(row.n); };
    }
  });

  const post = (url, rows) => fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify({ entries: rows.map(({ key, at, entry }) => ({ ...entry, key, ago_ms: Date.now() - at })) }),
  });

  // One sender at a time, over all tabs: an older word never arrives after a newer one.
  const alone = (work) => (navigator.locks ? navigator.locks.request("steward-desk", work) : work());

  // Answers once everything has been tried that was there when it was asked.
  function send() {
    again = true;
    current ??= (async () => {
      clearTimeout(timer);
      try {
        while (again) { again = false; await alone(sendAll); }
      } catch {
        later("offline");
      } finally {
        current = null;
      }
    })();
    return current;
  }

  async function sendAll() {
    let sent = false;
    for (let rows = await waiting(); rows.length; rows = await waiting()) {
      const [{ url }] = rows;
      const batch = rows.slice(0, 20).filter((row) => row.url === url);
      tell("sending");
      let answer = await post(url, batch);
      if (answer.status === 400) { // somebody has signed in again: the page's token is of before
        token = (await (await fetch("/desk/token")).json()).token;
        answer = await post(url, batch);
      }
      if (answer.status === 401) return later("signed_out");
      if (answer.status === 404) tell("lost", { url }); // erased, or never hers: this device forgets it, too
      else if (!answer.ok) return later("offline");
      else tell("sent", { url, ...(await answer.json()) });
      await drop(batch);
      sent = true;
    }
    if (sent) tell("saved");
  }

  function later(state) {
    tell(state);
    clearTimeout(timer);
    timer = setTimeout(send, 4000);
  }

  addEventListener("online", send);
  addEventListener("pageshow", send);
  document.addEventListener("visibilitychange", send);
  // A page that keeps nothing itself says so where something waits.
  const note = document.querySelector("[data-keeper]");
  if (note) addEventListener("keeper", async () => { note.hidden = !(await waiting()).length; });
  window.keeper = { add, waiting, send };
})();
