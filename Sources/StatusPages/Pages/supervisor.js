// SPDX-License-Identifier: Apache-2.0

// Draws the supervisor's page: halls with queues, booths and controllers, the day's waits by hour, and
// what a supervisor may correct.
"use strict";

(() => {
  const { at, act, bdi, button, digits, make, patch, pick, say, since, state, word } = desk;
  let view = null;
  let chart = null;
  let rows = [];

  const fence = (controller) => act({ verb: "fence", controller: controller.name }, {
    subject: controller.name, isTyped: true,
    question: {
      fa: `${controller.name} کنار گذاشته شود؟ ${controller.tray.fa} نوبتِ آن به دیگران می‌رسد. `
        + "اگر هنوز کار می‌کند، ممکن است شماره‌ای در دو باجه فراخوانده شود.",
      en: `Fence ${controller.name}? Its ${controller.tray.en} tickets go to others. `
        + "If it still works, a number may be called at two booths." } });

  const hall = (value) => [
    make("h3", {}, bdi(value.name, "ltr")),
    make("h4", {}, pick("صف‌ها", "Queues")),
    make("ul", { class: "tiles" }, ...value.queues.map((queue) => make("li", {},
      make("span", {}, say(queue.words)), make("b", {}, word(queue.waiting)),
      make("small", {}, pick("منتظر", "waiting"), queue.parked
        ? pick(`، ${queue.parked.fa} پارک`, `, ${queue.parked.en} parked`) : "")))),
    make("h4", {}, pick("باجه‌ها", "Booths")),
    make("ul", { class: "tiles" }, ...value.booths.map((booth) => make("li", {},
      make("span", {}, say(booth.words), " ", make("small", {}, bdi(booth.controller, "ltr"))),
      make("b", {}, bdi(booth.current ? word(booth.current) : "—", "ltr")), state(booth.open)))),
    make("h4", {}, pick("کنترلرها", "Controllers")),
    make("ul", { class: "tiles wide" }, ...value.controllers.map((controller) => make("li", {},
      make("span", {}, bdi(controller.name, "ltr"), " ", state(controller.link), " ", since(controller.downSince)),
      make("small", {}, pick(`${controller.tray.fa} نوبت در دست`, `${controller.tray.en} tickets in its tray`)),
      make("small", {}, pick(`${controller.orders.fa} فرمان نارسیده`, `${controller.orders.en} orders untold`)),
      controller.canBeFenced ? button(`fence-${controller.name}`, { fa: "کنار گذاشتن…", en: "Fence…" },
        () => fence(controller), { class: "danger" }) : null))),
  ];

  const bar = (kind, height) => {
    if (height === undefined || height === null) return null;
    const element = make("span", { class: `bar ${kind}` });
    element.style.setProperty("--height", `${height / 10}%`);
    return element;
  };

  const drawChart = () => patch(at("chart"), [chart, view?.services.map((service) => service.words)], () => {
    if (!chart) return make("p", {}, "…");
    if (chart.hours.length === 0) {
      return make("p", {}, pick("هنوز کسی فراخوانده نشده است.", "Nobody has been called yet."));
    }
    const lines = chart.lines.map((line) => {
      const element = make("span", { class: "line", "aria-hidden": "true" }, make("small", {}, word(line.words)));
      element.style.setProperty("--height", `${line.height / 10}%`);
      return element;
    });
    const hours = chart.hours.map((hour) => make("li", { title: word(hour.words) },
      make("span", { class: "bars", role: "img", "aria-label": word(hour.words) },
        bar("most", hour.most), bar("mean", hour.mean)),
      make("span", { class: "hour", "aria-hidden": "true" }, word(hour.label))));
    const heads = pick(["", "صادر", "فراخوان", "پذیرش", "نیامده", "میانگین", "بیشینه"],
      ["", "Issued", "Called", "Served", "No-shows", "Mean", "Longest"]);
    const names = new Map(view?.services.map((service) => [service.name, word(service.words)]));
    const body = chart.rows.map((row) => make("tr", {},
      make("th", { scope: "row" }, row.service ? bdi(names.get(row.service) ?? row.service) : pick("همهٔ روز", "Whole day")),
      ...row.cells.map((cell) => make("td", {}, word(cell)))));
    return [
      make("figure", { class: "chart" },
        make("figcaption", {}, say(chart.date), " · ",
          make("span", { class: "key mean" }, pick("میانگین", "mean")), " ",
          make("span", { class: "key most" }, pick("نه از ده نفر تا", "nine of ten up to"))),
        make("div", { class: "plot" }, ...lines, make("ol", { class: "hours" }, ...hours))),
      make("div", { class: "scroller", tabindex: "0", role: "region", "aria-labelledby": "chart-head" },
        make("table", {},
          make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
          make("tbody", {}, ...body))),
    ];
  });

  const draw = () => {
    desk.log(rows);
    drawChart();
    if (!view) return;
    document.title = pick("نوبت، سرپرست", "Nobat, supervisor");
    patch(at("link"), view.state, () => state(view.state));
    patch(at("date"), view.date, () => say(view.date));
    desk.findings(view.findings);
    const list = at("hall-list");
    patch(list, view.halls.map((value) => value.name), (names) => names.map((name) =>
      make("section", { class: "hall", "data-hall": name, "aria-label": name })));
    for (const value of view.halls) {
      patch(list.querySelector(`[data-hall="${CSS.escape(value.name)}"]`), value, hall);
    }
    patch(at("service"), view.services.map((service) => [service.name, service.words]), (services) =>
      services.map(([name, words]) => make("option", { value: name }, word(words))));
  };

  at("corrections").addEventListener("submit", (event) => {
    event.preventDefault();
    const subject = at("number").value.trim().toUpperCase();
    const verb = event.submitter.value;
    const service = at("service").value;
    const questions = {
      cancel: { fa: `نوبت ${digits(subject)} باطل شود؟`, en: `Cancel ticket ${subject}?` },
      readmit: {
        fa: `به جای ${digits(subject)} شمارهٔ تازه‌ای در همان صف داده شود؟`,
        en: `Give out a new number of the same queue in place of ${subject}?` },
      transfer: {
        fa: `${digits(subject)} باطل و شمارهٔ تازه‌ای در صف ${at("service").selectedOptions[0]?.textContent} داده شود؟`,
        en: `Cancel ${subject} and give out a new number for ${at("service").selectedOptions[0]?.textContent}?` },
    };
    act({ verb, number: subject, service: verb === "transfer" ? service : undefined },
      { subject, question: questions[verb] });
  });

  desk.begin({
    view: (value) => {
      view = value;
      desk.settle(view);
      draw();
    },
    chart: (value) => {
      chart = value;
      draw();
    },
    log: (value) => {
      rows = value;
      draw();
    },
  }, draw);
})();
