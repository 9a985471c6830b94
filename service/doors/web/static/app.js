// What the pages can do without, and are nicer with: the reader's own time, and a word for who cannot see that something came.
"use strict";

// The reader's own way to write moments, where it is of the language of the page.
const page = document.documentElement.lang;
const locale = navigator.languages.find((language) => language.split("-")[0] === page) || page;

const plurals = new Intl.PluralRules(page);

function local(root) {
  for (const shown of root.querySelectorAll("time[datetime]:not([data-local])")) {
    const moment = new Date(shown.dateTime);
    const exact = /:\d\d:\d\d/.test(shown.textContent);
    shown.dataset.local = "";
    shown.textContent = moment.toLocaleString(locale, {
      dateStyle: "medium", timeStyle: exact ? "medium" : "short",
    }) + " " + zone(moment);
  }
}

function zone(moment) {
  const parts = new Intl.DateTimeFormat(locale, { timeZoneName: "short" }).formatToParts(moment);
  return parts.find((part) => part.type === "timeZoneName").value;
}

function announce() {
  const place = document.querySelector("p.live");
  const fresh = document.querySelectorAll("#changes > .fresh").length;
  const words = place?.dataset[plurals.select(fresh)].replace(/\d+/, fresh);
  if (fresh && place && place.textContent !== words) { // written once: each writing is seen by the observer below
    place.textContent = words;
    document.querySelector(".empty")?.remove();
  }
}

function refreshed() {
  local(document);
  announce();
}

document.addEventListener("DOMContentLoaded", refreshed);
new MutationObserver(refreshed).observe(document.documentElement, { childList: true, subtree: true });
