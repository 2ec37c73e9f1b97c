// SPDX-License-Identifier: Apache-2.0

// Draws the board that the server tells of. What is on it, in which order and in which words is the
// server's matter; here it is only put on the screen, and taken off it when the server falls silent.
"use strict";

(() => {
  // Beats come every 5 s: after 8 s one is missing, and after 20 s nobody may trust a number here.
  const lateMs = 8000;
  const silentMs = 20000;
  const svgSpace = "http://www.w3.org/2000/svg";
  const turns = { up: 0, right: 90, down: 180, left: 270 };
  const at = (id) => document.getElementById(id);
  let view = null;
  let drawnCalls = null;
  let pages = null;
  let time = null;
  let heard = performance.now();

  const make = (tag, className, ...children) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children.filter((child) => child !== null));
    return element;
  };

  const say = (tag, className, words, language) => {
    const element = make(tag, className, words);
    element.lang = language;
    element.dir = language === "fa" ? "rtl" : "ltr";
    return element;
  };

  // A number runs from left to right in every language: the letter, then the digits.
  const number = (words, language) => {
    const element = make("bdi", "number", words[language]);
    element.dir = "ltr";
    element.lang = language;
    return element;
  };

  const arrow = (call, language) => {
    if (!call.arrow) return null;
    const svg = document.createElementNS(svgSpace, "svg");
    svg.setAttribute("class", "arrow");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", call.arrowWords[language]);
    const path = document.createElementNS(svgSpace, "path");
    path.setAttribute("d", "M12 1 23 12H16V23H8V12H1Z");
    path.setAttribute("transform", `rotate(${turns[call.arrow]} 12 12)`);
    svg.append(path);
    return svg;
  };

  const booth = (call, language) =>
    make("span", "booth", say("bdi", "", call.boothWords[language], language), arrow(call, language));

  const second = (call, language) => {
    if (!language) return null;
    const line = say("span", "second", "", language);
    line.append(number(call.numberWords, language), " · ", say("bdi", "", call.boothWords[language], language));
    return line;
  };

  const both = (words, [first, other]) => [
    say("bdi", "first", words[first], first),
    other ? say("bdi", "second", words[other], other) : null,
  ];

  const drawNewest = (call) => {
    const box = at("newest");
    const [first, other] = view.languages;
    const isNew = call !== undefined && call.isNew;
    // The same call made again blinks again: a class that is set anew starts its animation anew.
    const isAgain = drawnCalls === null || view.callCount !== drawnCalls;
    if (isNew && isAgain) {
      box.classList.remove("fresh");
      void box.offsetWidth;
    }
    box.classList.toggle("fresh", isNew);
    box.classList.toggle("old", call !== undefined && call.isOld);
    drawnCalls = view.callCount;
    if (call === undefined) {
      const nobody = { fa: "هنوز کسی فراخوانده نشده است", en: "Nobody has been called yet" };
      box.replaceChildren(make("p", "nobody", ...both(nobody, view.languages).filter(Boolean)));
      return;
    }
    box.replaceChildren(
      ...[number(call.numberWords, first), booth(call, first), second(call, other)].filter(Boolean));
  };

  const drawEarlier = (calls) => {
    const [first, other] = view.languages;
    at("earlier").ariaLabel = first === "fa" ? "فراخوان‌های پیشین" : "Earlier calls";
    at("earlier").replaceChildren(...calls.map((call) => {
      const place = make("span", "pair", booth(call, first));
      if (other) place.append(second(call, other));
      return make("li", call.isOld ? "old" : "", number(call.numberWords, first), place);
    }));
  };

  const drawQueues = () => {
    const [first, other] = view.languages;
    at("queues").hidden = view.queues.length === 0;
    at("queues").ariaLabel = first === "fa" ? "شمار منتظران" : "People waiting";
    at("queues").replaceChildren(...view.queues.map((queue) => {
      const term = make("dt", "", ...both(queue.service, view.languages).filter(Boolean));
      return make("div", "", term, make("dd", "", say("bdi", "", queue.countWords[first], first)));
    }));
  };

  let runningText = "";
  const drawText = () => {
    const footer = at("text");
    const told = JSON.stringify([view.text, view.languages]);
    if (told === runningText) return;
    runningText = told;
    footer.classList.remove("runs");
    if (!view.text) return footer.replaceChildren();
    const line = make("span", "line", ...view.languages.map((l) => say("bdi", "", view.text[l], l)));
    footer.replaceChildren(line);
    footer.dataset.from = view.languages[0] === "fa" ? "left" : "right";
    if (line.scrollWidth > footer.clientWidth) {
      footer.style.setProperty("--run", `${Math.round((line.scrollWidth + innerWidth) / 90)}s`);
      footer.classList.add("runs");
    }
  };

  const drawClock = () => {
    at("clock").textContent = view && time ? time[view.languages[0]] : "";
  };

  const draw = () => {
    const [first] = view.languages;
    drawClock();
    document.documentElement.lang = first;
    document.documentElement.dir = first === "fa" ? "rtl" : "ltr";
    at("heading").replaceChildren(
      ...(view.heading ? both(view.heading, view.languages).filter(Boolean) : []));
    const notice = at("notice");
    notice.hidden = !view.notice;
    notice.replaceChildren(
      ...(view.notice ? both(view.notice, view.languages).filter(Boolean) : []));
    drawNewest(view.calls[0]);
    drawEarlier(view.calls.slice(1));
    drawQueues();
    drawText();
  };

  const hide = () => {
    drawnCalls = null;
    at("newest").className = "";
    at("newest").replaceChildren(make("span", "number", "– – –"));
    at("earlier").replaceChildren();
    at("queues").hidden = true;
    at("clock").textContent = "";
  };

  const setState = (state) => {
    if (document.body.dataset.state === state) return;
    document.body.dataset.state = state;
    at("silence").hidden = state === "live" || state === "waiting";
    if (state === "silent") hide();
    if (state === "live" && view) draw();
  };

  const hear = () => {
    heard = performance.now();
    setState("live");
  };

  const check = () => {
    const silence = performance.now() - heard;
    if (silence > silentMs) setState("silent");
    else if (silence > lateMs) setState("late");
  };

  const connect = () => {
    const source = new EventSource(`${location.pathname.replace(/\/+$/, "")}/events`);
    source.addEventListener("board", (event) => {
      view = JSON.parse(event.data);
      document.body.dataset.state = "live";
      at("silence").hidden = true;
      heard = performance.now();
      draw();
    });
    source.addEventListener("beat", (event) => {
      const beat = JSON.parse(event.data);
      if (pages !== null && beat.pages !== pages) location.reload();
      pages = beat.pages;
      time = beat.time ?? null;
      hear();
      drawClock();
    });
    source.addEventListener("call", (event) => nobatSound.play(JSON.parse(event.data).clips));
    // A server that answers anything but events ends the source for good; it may be back later.
    source.addEventListener("error", () => {
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(connect, 3000);
      // Where a key is wanted, a program that began anew knows nobody: it leads to where it is shown.
      fetch(location.pathname).then((answer) => { if (answer.status === 401) location.reload(); }, () => {});
    });
  };

  // A browser lets a page sound only when somebody has touched it, unless it was told otherwise.
  const offerSound = () => {
    const button = at("sound");
    button.hidden = nobatSound.isAllowed();
    const words = { fa: "صدا روشن شود", en: "Switch sound on" };
    const language = view ? view.languages[0] : "fa";
    button.lang = language;
    button.textContent = words[language];
  };
  at("sound").addEventListener("click", () => nobatSound.allow().then(offerSound));

  setInterval(check, 500);
  setInterval(offerSound, 1000);
  connect();
})();
