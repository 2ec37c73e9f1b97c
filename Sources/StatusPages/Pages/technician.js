// SPDX-License-Identifier: Apache-2.0

// Draws the technician's page: booths with what their displays show, buses with their units, findings,
// the log and the wire list.
"use strict";

(() => {
  const { at, act, bdi, button, digits, make, mirror, patch, patchList, pick, say, since, state, time, word } = desk;
  let view = null;
  let rows = [];
  let wires = null;

  const pair = (term, ...values) => [make("dt", {}, term), make("dd", {}, ...values)];
  const number = (value) => Number(value).toLocaleString(pick("fa-IR", "en"), { useGrouping: false });

  const press = (booth, gesture) => act({ verb: "press", booth, gesture }, {
    subject: booth,
    question: {
      fa: `به جای دکمهٔ باجهٔ ${digits(booth)} فشار داده شود؟ بیمار بعدی فراخوانده می‌شود.`,
      en: `Press the button of booth ${booth}? It calls a patient.` } });

  const toggle = (booth) => {
    const verb = booth.open.mood === "good" ? "close" : "open";
    act({ verb, booth: booth.booth }, { subject: booth.booth, question: verb === "close"
      ? { fa: `باجهٔ ${digits(booth.booth)} بسته شود؟`, en: `Close booth ${booth.booth}?` }
      : { fa: `باجهٔ ${digits(booth.booth)} باز شود؟`, en: `Open booth ${booth.booth}?` } });
  };

  const boothCard = (booth) => [
    make("h3", {}, say(booth.words), " ", state(booth.open)),
    booth.mirror ? mirror(booth.mirror) : make("p", {}, pick("نمایشگر ندارد", "no display")),
    make("dl", {},
      ...pair(pick("نوبت", "Ticket"), booth.current ? bdi(word(booth.current), "ltr") : "—"),
      ...pair(pick("منتظر", "Waiting"), word(booth.waiting)),
      ...pair(pick("صف‌ها", "Serves"), bdi(booth.services.join(", "), "ltr")),
      ...pair(pick("دکمه", "Button"), state(booth.button)),
      ...(booth.pressedAt
        ? pair(pick("آخرین فشار", "Last press"), word(booth.pressed), " ", time(booth.pressedAt)) : []),
      ...pair(pick("چراغ", "Lamp"), state(booth.lamp))),
    make("div", { class: "row" },
      button(`press-${booth.booth}`, { fa: "فشار دکمه", en: "Press" }, () => press(booth.booth, "short")),
      button(`double-${booth.booth}`, { fa: "دو فشار", en: "Double" }, () => press(booth.booth, "double")),
      button(`long-${booth.booth}`, { fa: "فشار بلند", en: "Long" }, () => press(booth.booth, "long")),
      button(`open-${booth.booth}`, booth.open.mood === "good"
        ? { fa: "بستن", en: "Close" } : { fa: "باز کردن", en: "Open" }, () => toggle(booth))),
  ];

  const uptime = (seconds) => {
    if (seconds < 7200) return pick(`${number(Math.round(seconds / 60))} دقیقه`, `${Math.round(seconds / 60)} min`);
    if (seconds < 172800) return pick(`${number(Math.round(seconds / 3600))} ساعت`, `${Math.round(seconds / 3600)} h`);
    return pick(`${number(Math.round(seconds / 86400))} روز`, `${Math.round(seconds / 86400)} d`);
  };

  const unitCard = (bus, unit) => [
    make("h4", {}, pick(`واحد ${number(unit.address)}`, `Unit ${unit.address}`), " · ", say(unit.place)),
    make("p", {}, state(unit.state), " ", since(unit.since)),
    mirror(unit.mirror),
    make("dl", {},
      ...pair(pick("برد و نرم‌افزار", "Board, firmware"), bdi(unit.board || "—", "ltr")),
      ...(unit.uptimeSeconds === undefined ? [] : pair(pick("روشن", "Up"), uptime(unit.uptimeSeconds))),
      ...pair(pick("خطاها", "Errors"), unit.errors.length
        ? make("ul", { class: "errors" }, ...unit.errors.map((error) => make("li", {}, say(error.words))))
        : "—")),
    unit.isOurs ? make("div", { class: "row" },
      button(`identify-${bus}-${unit.address}`, { fa: "نشان بده", en: "Identify" },
        () => act({ verb: "bus-identify", bus, unit: unit.address, seconds: 20 })),
      button(`test-${bus}-${unit.address}`, { fa: "آزمون چراغ‌ها", en: "Lamp test" },
        () => act({ verb: "bus-test", bus, unit: unit.address }, {
          subject: unit.address,
          question: {
            fa: `واحد ${number(unit.address)} آزموده شود؟ باجه در این میان آزمون را نشان می‌دهد.`,
            en: `Test unit ${unit.address}? Its booth shows the test meanwhile.` } })),
      button(`stop-${bus}-${unit.address}`, { fa: "بس", en: "Stop" }, () => act({ verb: "bus-end" }))) : null,
  ];

  const drawBuses = () => {
    const place = at("buses");
    patch(place, view.buses.map((bus) => bus.name), (names) => (names.length === 0
      ? make("p", {}, pick("این سالن خطی ندارد.", "This hall has no bus."))
      : names.map((name) => make("section", { "data-bus": name, "aria-label": name },
        make("h3", {}), make("ul", { class: "cards" })))));
    for (const bus of view.buses) {
      const section = place.querySelector(`[data-bus="${CSS.escape(bus.name)}"]`);
      patch(section.querySelector("h3"), [bus.name, bus.port, bus.state, bus.since], () => [
        bdi(bus.name, "ltr"), " ", state(bus.state), " ", since(bus.since), " ",
        make("small", {}, bdi(bus.port, "ltr"))]);
      patchList(section.querySelector("ul"), bus.units, (unit) => String(unit.address),
        (unit) => unitCard(bus.name, unit));
    }
  };

  const lineText = (line) => {
    const pin = line.headerPin ? pick(`، پایهٔ ${number(line.headerPin)}`, `, pin ${line.headerPin}`) : "";
    return make("span", {}, bdi(`${line.chip} ${line.line}`, "ltr"), pin, " ",
      make("small", {}, bdi(`${line.activeLow ? "active low" : "active high"}, ${line.bias}`, "ltr")));
  };

  const drawWires = () => patch(at("wires"), wires, () => {
    if (!wires) return make("p", {}, "…");
    const cell = (value) => make("td", {}, value ?? "—");
    const label = (line) => (line ? make("span", {}, make("b", {}, bdi(line.label, "ltr")), " ", lineText(line)) : null);
    const booths = wires.booths.map((booth) => make("tr", {},
      make("th", { scope: "row" }, number(booth.booth)), cell(label(booth.button)), cell(label(booth.lamp)),
      cell(booth.bus ? bdi(`${booth.bus} · ${booth.address}`, "ltr") : null),
      cell(booth.switches ? bdi(booth.switches, "ltr") : null)));
    const heads = pick(["باجه", "دکمه", "چراغ", "خط و نشانی", "کلیدهای نشانی"],
      ["Booth", "Button", "Lamp", "Bus, address", "Address switches"]);
    const buses = wires.buses.map((bus) => make("li", {}, make("b", {}, bdi(bus.name, "ltr")), " ",
      bdi(`${bus.port} · ${bus.format} · ${bus.units.map((unit) => unit.address).join(" → ")}`, "ltr")));
    return [
      make("div", { class: "scroller", tabindex: "0", role: "region", "aria-labelledby": "wires-head" },
        make("table", {},
          make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
          make("tbody", {}, ...booths))),
      make("ul", { class: "plain" }, ...buses),
      make("ul", { class: "plain", lang: "en", dir: "ltr" },
        ...wires.findings.map((finding) => make("li", {}, finding.sentence))),
    ];
  });

  const draw = () => {
    desk.log(rows);
    drawWires();
    if (!view) return;
    at("name").textContent = view.name;
    document.title = `${view.name} · ${pick("نوبت، فنی", "Nobat, technician")}`;
    patch(at("link"), view.link, () => state(view.link));
    desk.findings(view.findings);
    patchList(at("booths"), view.booths, (booth) => String(booth.booth), boothCard);
    drawBuses();
    patch(at("facts"), view.facts, () => view.facts.flatMap((fact) =>
      pair(say(fact.what), say(fact.value), " ", since(fact.at))));
  };

  at("corrections").addEventListener("submit", (event) => {
    event.preventDefault();
    const subject = at("number").value.trim().toUpperCase();
    const verb = event.submitter.value;
    act({ verb, number: subject }, { subject, question: verb === "cancel"
      ? { fa: `نوبت ${digits(subject)} باطل شود؟`, en: `Cancel ticket ${subject}?` }
      : { fa: `نوبت ${digits(subject)} دوباره منتظر بماند؟`, en: `Let ticket ${subject} wait again?` } });
  });

  desk.begin({
    view: (value) => {
      view = value;
      desk.settle(view);
      draw();
    },
    log: (value) => {
      rows = value;
      draw();
    },
    job: (news) => desk.tell(news.words, news.isDone),
  }, draw);
  fetch("/technician/wires").then((answer) => (answer.ok ? answer.json() : null)).then((value) => {
    wires = value;
    draw();
  }, () => {});
})();
