// Evidence on the spot: hashed by the browser, kept in its own store, sent once there is a connection.
"use strict";
const said = document.getElementById("said").dataset;
const line = document.getElementById("line"), list = document.getElementById("kept"), form = document.getElementById("take");
const opened = new Promise((resolve, reject) => {
  const asked = indexedDB.open("banyan-evidence", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("kept", {keyPath: "id"});
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});

async function store(mode, work) {
  const base = await opened;
  return new Promise((resolve, reject) => {
    const deal = base.transaction("kept", mode), asked = work(deal.objectStore("kept"));
    deal.oncomplete = () => resolve(asked.result);
    deal.onerror = deal.onabort = () => reject(deal.error);
  });
}

async function digestOf(content) {
  const hash = await crypto.subtle.digest("SHA-256", content);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function kept() {
  const rows = await store("readonly", (all) => all.getAll());
  return rows.sort((one, other) => one.hashed_at.localeCompare(other.hashed_at));
}

async function show() {
  const rows = await kept();
  list.replaceChildren(...rows.map((one) => {
    const item = document.createElement("li"), head = document.createElement("h3");
    head.textContent = `${one.case_title} · ${one.title}`;
    const lines = [`${one.name} · ${one.hashed_at}`, `SHA-256 ${one.digest}`, one.trouble].filter(Boolean);
    item.append(head, ...lines.map((text) => {
      const words = document.createElement("p");
      words.className = "quiet";
      words.style.overflowWrap = "anywhere";
      words.textContent = text;
      return words;
    }));
    return item;
  }));
  if (!rows.length) list.innerHTML = `<li class="empty"></li>`, list.firstChild.textContent = said.empty;
}

async function send() {
  for (const one of await kept()) {
    if (await digestOf(one.content) !== one.digest) { await trouble(one, said.changed); continue; }
    const body = new FormData();
    for (const name of ["case", "kind", "title", "place", "digest", "hashed_at"]) body.set(name, one[name]);
    body.set("file", new Blob([one.content], {type: one.type}), one.name);
    let answer, told;
    try {
      answer = await fetch(said.send, {
        method: "POST", body, headers: {"X-CSRFToken": form.elements.csrfmiddlewaretoken.value, "Accept": "application/json"},
      });
      told = await answer.json();
    } catch {
      await trouble(one, answer ? said.signin : said.lost);
      return;
    }
    if (answer.ok && told.digest === one.digest) {
      await store("readwrite", (all) => all.delete(one.id));
      line.textContent = said.sent.replace("#n", told.number).replace("#c", told.case);
    } else await trouble(one, told.detail);
  }
  await show();
}

async function trouble(one, words) {
  one.trouble = words;
  await store("readwrite", (all) => all.put(one));
  await show();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const file = form.elements.file.files[0];
  if (file.size > Number(said.most)) { line.textContent = said.large; return; }
  const content = await file.arrayBuffer(), chosen = form.elements.case;
  const one = {
    id: crypto.randomUUID(), digest: await digestOf(content), hashed_at: new Date().toISOString(), content,
    name: file.name, type: file.type, case_title: chosen.selectedOptions[0].textContent,
  };
  for (const name of ["case", "kind", "title", "place"]) one[name] = form.elements[name].value;
  await store("readwrite", (all) => all.put(one));
  form.elements.file.value = form.elements.title.value = "";
  await show();
  if (navigator.onLine) await send();
});

function tell() {
  line.textContent = navigator.onLine ? said.online : said.offline;
}

document.getElementById("send").addEventListener("click", send);
window.addEventListener("online", () => { tell(); send(); });
window.addEventListener("offline", tell);
if ("serviceWorker" in navigator) navigator.serviceWorker.register(said.worker);
tell();
show().then(() => navigator.onLine && send());
