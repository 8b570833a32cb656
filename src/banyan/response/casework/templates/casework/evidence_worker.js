{% load static %}// Keeps the page of evidence on the device, so that it opens without a connection.
"use strict";
const CACHE = "banyan-evidence-1";
const PARTS = ["{% url "casework:evidence" %}", "{% url "casework:evidence_script" %}", "{% static "banyan/portal.css" %}", "{% static "banyan/leaf.svg" %}"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(PARTS)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const path = new URL(event.request.url).pathname;
  if (event.request.method !== "GET" || !PARTS.includes(path)) return;
  event.respondWith(
    fetch(event.request)
      .then((answer) => {
        if (answer.ok && !answer.redirected) {
          const copy = answer.clone();
          caches.open(CACHE).then((cache) => cache.put(path, copy));
        }
        return answer;
      })
      .catch(() => caches.match(path)),
  );
});
