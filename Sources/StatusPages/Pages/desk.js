// SPDX-License-Identifier: Apache-2.0

// What the technician's and the supervisor's page share: two languages, live events, drawing without
// losing the keyboard's place, and acting with a key and a confirmation. Words and states come from the
// server; nothing is decided here.
"use strict";

const desk = (() => {
  // Beats come every 5 s, as on the hall board.
  const lateMs = 11000;
  const marks = { good: "●", uneasy: "▲", bad: "■", idle: "○" };
  const svgSpace = "http://www.w3.org/2000/svg";
  const at = (id) => document.getElementById(id);
  const drawn = new Map();
  let language = localStorage.getItem("nobat-language");
  let zone = "UTC";
  let session = { hasKey: false, mayAct: false };
  let heard = performance.now();
  let redraw = () => {};

  const pick = (fa, en) => (language === "en" ? en : fa);
  const digits = (text) => pick(
    String(text).replace(/[0-9]/g, (digit) => String.fromCharCode(0x06F0 + Number(digit))), String(text));
  const word = (words) => (words ? pick(words.fa, words.en) : "");

  const make = (tag, options, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(options ?? {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name === "class") element.className = value;
      else if (name === "click") element.addEventListener("click", value);
      else element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  };

  // A run whose direction is its own: a name, a number, a sentence in English on a Persian page.
  const bdi = (text, direction = "auto") => make("bdi", { dir: direction }, text);

  // A sentence in the page's language, whatever it begins with: a ticket number must not turn it round.
  const say = (words) => make("bdi", { dir: pick("rtl", "ltr"), lang: pick("fa", "en") }, word(words));

  const state = (value) => make("span", { class: `state ${value.mood}` },
    make("span", { class: "mark", "aria-hidden": "true" }, marks[value.mood]), say(value.words));

  const time = (text) => {
    if (!text) return null;
    const moment = new Date(text);
    const isToday = Date.now() - moment < 20 * 3600e3;
    const format = isToday
      ? { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }
      : { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    let shown = text;
    try {
      shown = new Intl.DateTimeFormat(pick("fa-IR", "en-GB"), { ...format, timeZone: zone }).format(moment);
    } catch { /* a browser without this zone shows UTC */ }
    return make("time", { datetime: text, dir: "auto" }, shown);
  };

  const since = (text) => (text
    ? make("small", { class: "since" }, pick("از ", "since "), time(text)) : null);

  // Draws what differs from the last time, and gives the keyboard its place back.
  const patch = (place, value, build) => {
    const told = JSON.stringify([value, language, session.mayAct]);
    if (drawn.get(place) === told) return;
    drawn.set(place, told);
    const key = document.activeElement?.dataset?.key;
    place.replaceChildren(...[build(value)].flat().filter(Boolean));
    if (key) place.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
  };

  // A list whose items keep their elements as long as they are there.
  const patchList = (place, items, keyOf, build) => {
    const known = new Map([...place.children].map((child) => [child.dataset.item, child]));
    const wanted = items.map((item) => {
      const key = keyOf(item);
      const element = known.get(key) ?? make("li", { "data-item": key });
      patch(element, item, build);
      return element;
    });
    const isSame = wanted.length === place.children.length
      && wanted.every((element, index) => place.children[index] === element);
    if (!isSame) place.replaceChildren(...wanted);
  };

  const svg = (tag, attributes, ...children) => {
    const element = document.createElementNS(svgSpace, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  // Bars of one place, from bit 6 (top) to bit 0 (middle), as in the booth unit's font.
  const bars = [
    "10,4 14,0 46,0 50,4 46,8 14,8", "52,6 56,10 56,44 52,48 48,44 48,10",
    "52,52 56,56 56,90 52,94 48,90 48,56", "10,96 14,92 46,92 50,96 46,100 14,100",
    "8,52 12,56 12,90 8,94 4,90 4,56", "8,6 12,10 12,44 8,48 4,44 4,10",
    "10,50 14,46 46,46 50,50 46,54 14,54",
  ];

  const mirror = (value) => {
    const isKnown = value.segments.length > 0;
    const places = isKnown ? value.segments : [0, 0, 0, 0];
    const digits = places.map((segments, place) => svg("g", { transform: `translate(${place * 72} 0)` },
      ...bars.map((points, bar) => svg("polygon", {
        points, class: segments & (0x40 >> bar) ? "lit" : "dark" })),
      svg("circle", { cx: 64, cy: 96, r: 5, class: segments & 0x80 ? "lit" : "dark" })));
    const label = isKnown ? value.text.trim() || pick("خاموش", "blank") : pick("نامعلوم", "not known");
    return make("figure", { class: `mirror ${isKnown ? "" : "unknown"}`, dir: "ltr" },
      svg("svg", { viewBox: `-6 -6 ${places.length * 72 + 4} 112`, role: "img",
        "aria-label": `${label} · ${word(value.state.words)}` }, ...digits),
      make("figcaption", { dir: "auto" }, state(value.state)));
  };

  const finding = (value) => [
    make("p", { class: "what" }, state({
      mood: value.severity === "fault" ? "bad" : "uneasy", words: value.what }), " ", since(value.since)),
    make("p", { class: "todo" }, say(value.todo)),
  ];

  const findings = (values) => {
    const list = document.querySelector(".findings");
    if (values.length === 0) {
      return patchList(list, ["none"], () => "none", () => state({
        mood: "good", words: { fa: "چیزی نیست که نیاز به رسیدگی داشته باشد.", en: "Nothing needs to be seen to." } }));
    }
    patchList(list, values, (value) => value.what.en, finding);
  };

  const log = (rows) => patchList(at("log"), rows, (row) => `${row.at} ${row.kind} ${row.text}`, (row) => [
    time(row.at), make("span", { class: row.isWarning ? "warning" : "" }, ` ${row.text}`)]);

  // MARK: Acting

  const tell = (words, isGood) => {
    at("told").className = isGood ? "good" : "bad";
    at("told").replaceChildren(say(words));
  };

  const ask = (words, typed) => new Promise((resolve) => {
    const dialog = at("ask");
    at("ask-text").replaceChildren(say(words));
    at("ask-typed").hidden = !typed;
    at("ask-word").value = "";
    at("ask-word").required = Boolean(typed);
    if (typed) {
      document.querySelector("label[for=ask-word]").textContent = pick(
        `برای تأیید نام آن را بنویسید: ${typed}`, `Type its name to confirm: ${typed}`);
    }
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes" ? (typed ? at("ask-word").value.trim() : true) : null);
    }, { once: true });
    dialog.showModal();
    (typed ? at("ask-word") : at("ask-no")).focus();
  });

  // Has something done: `subject` is confirmed by a touch, or by typing it where `isTyped`.
  const act = async (wish, { question, subject, isTyped } = {}) => {
    if (question) {
      const answer = await ask(question, isTyped ? String(subject) : null);
      if (answer === null) return;
      wish.confirm = answer === true ? String(subject) : answer;
    }
    try {
      const answer = await fetch(`${location.pathname.replace(/\/+$/, "")}/act`, {
        method: "POST", body: JSON.stringify(wish),
        headers: { "Content-Type": "application/json", "X-Nobat-Token": session.token ?? "" } });
      if (answer.status === 401) {
        location.assign(`/login?to=${location.pathname}`);
        return;
      }
      if (!answer.headers.get("Content-Type")?.startsWith("application/json")) {
        return tell({ fa: "انجام نشد.", en: await answer.text() }, false);
      }
      const value = await answer.json();
      tell(value.words, value.isDone);
    } catch {
      tell({ fa: "برنامه در دسترس نیست.", en: "The program can't be reached." }, false);
    }
  };

  const button = (key, words, click, options = {}) => make("button", {
    type: "button", "data-key": key, disabled: session.mayAct ? null : "", click, ...options }, word(words));

  const readSession = async () => {
    try {
      session = await (await fetch("/session")).json();
    } catch { /* the events say that nobody is there */ }
    drawFrame();
    redraw();
  };

  // MARK: The frame

  const drawFrame = () => {
    document.documentElement.lang = pick("fa", "en");
    document.documentElement.dir = pick("rtl", "ltr");
    for (const element of document.querySelectorAll("[data-fa]")) {
      element.textContent = pick(element.dataset.fa, element.dataset.en);
    }
    for (const element of document.querySelectorAll("[data-fa-label]")) {
      element.ariaLabel = pick(element.dataset.faLabel, element.dataset.enLabel);
    }
    patch(at("nav"), session, () => [
      make("button", { type: "button", "data-key": "language", lang: pick("en", "fa"), click: () => {
        language = pick("en", "fa");
        localStorage.setItem("nobat-language", language);
        drawFrame();
        redraw();
      } }, pick("English", "فارسی")),
      session.mayAct
        ? make("button", { type: "button", "data-key": "logout", click: async () => {
          await fetch("/logout", { method: "POST", headers: { "X-Nobat-Token": session.token ?? "" } });
          readSession();
        } }, pick("خروج", "Log out"))
        : session.hasKey
          ? make("a", { class: "button", "data-key": "login", href: `/login?to=${location.pathname}` },
            pick("ورود برای کار", "Log in to act"))
          : make("small", {}, pick("این‌جا کلیدی نیست: فقط دیدن", "No key here: reading only")),
    ]);
    for (const element of document.querySelectorAll("#corrections button, #corrections input, #corrections select")) {
      element.disabled = !session.mayAct;
    }
  };

  const setState = (value) => {
    document.body.dataset.state = value;
    at("silence").hidden = value !== "late";
  };

  const hear = () => {
    heard = performance.now();
    setState("live");
  };

  const connect = (handlers) => {
    const source = new EventSource(`${location.pathname.replace(/\/+$/, "")}/events`);
    for (const [name, handler] of Object.entries(handlers)) {
      source.addEventListener(name, (event) => {
        hear();
        handler(JSON.parse(event.data));
      });
    }
    source.addEventListener("beat", hear);
    source.addEventListener("open", readSession);
    // A server that answers anything but events ends the source for good; it may be back later.
    source.addEventListener("error", () => {
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(() => connect(handlers), 3000);
      // Where a key is wanted, a program that began anew knows nobody: it leads to where it is shown.
      fetch(location.pathname).then((answer) => { if (answer.status === 401) location.reload(); }, () => {});
    });
  };

  const begin = (handlers, draw) => {
    redraw = draw;
    connect(handlers);
    setInterval(() => { if (performance.now() - heard > lateMs) setState("late"); }, 1000);
    readSession();
  };

  // The first view says in which zone and language the clinic lives.
  const settle = (view) => {
    zone = view.timeZone;
    const isFirst = document.querySelector("main").hidden;
    language ??= view.languages[0];
    if (isFirst) {
      document.querySelector("main").hidden = false;
      drawFrame();
    }
  };

  return { at, act, bdi, begin, button, digits, finding, findings, log, make, mirror, patch, patchList, pick, say,
    settle, since, state, tell, time, word };
})();
