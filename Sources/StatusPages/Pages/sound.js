// SPDX-License-Identifier: Apache-2.0

// Plays what the server says is to be played, each call to its end before the next one begins. Which
// calls are spoken, and when, is the server's matter.
"use strict";

const nobatSound = (() => {
  // The server leaves the time that a call takes; a board that is slow keeps one more, no line of them.
  const waitingMax = 1;
  const context = new AudioContext();
  const clips = new Map();
  const log = [];
  let waiting = [];
  let isPlaying = false;

  const fetchClip = async (name) => {
    const answer = await fetch(`/voice/${name}`);
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    return context.decodeAudioData(await answer.arrayBuffer());
  };

  const clip = (name) => {
    if (!clips.has(name)) {
      const loading = fetchClip(name);
      clips.set(name, loading);
      loading.catch(() => clips.delete(name));
    }
    return clips.get(name);
  };

  // Two tones, for a hall without recordings.
  const chime = (begin) => {
    for (const [after, tone] of [[0, 659.3], [0.55, 523.3]]) {
      const oscillator = new OscillatorNode(context, { frequency: tone });
      const gain = new GainNode(context, { gain: 0 });
      gain.gain.setValueAtTime(0, begin + after);
      gain.gain.linearRampToValueAtTime(0.5, begin + after + 0.01);
      gain.gain.exponentialRampToValueAtTime(0.001, begin + after + 1);
      oscillator.connect(gain).connect(context.destination);
      oscillator.start(begin + after);
      oscillator.stop(begin + after + 1);
    }
    return 1.6;
  };

  const playNow = async (names) => {
    const sounds = await Promise.all(names.map(clip));
    let time = context.currentTime + 0.05;
    const begin = time;
    if (names[0] !== "chime") time += chime(time);
    for (const sound of sounds) {
      const source = new AudioBufferSourceNode(context, { buffer: sound });
      source.connect(context.destination);
      source.start(time);
      time += sound.duration;
    }
    log.push({ names, begin, end: time });
    if (log.length > 50) log.shift();
    await new Promise((done) => setTimeout(done, (time - context.currentTime) * 1000));
  };

  const drain = async () => {
    if (isPlaying) return;
    isPlaying = true;
    while (waiting.length > 0) {
      try {
        await playNow(waiting.shift());
      } catch (error) {
        console.warn(`a call was not spoken: ${error.message}`);
      }
    }
    isPlaying = false;
  };

  return {
    isAllowed: () => context.state === "running",
    allow: () => context.resume(),
    log,
    play: (names) => {
      if (context.state !== "running") return;
      waiting.push(names);
      waiting = waiting.slice(-waitingMax);
      drain();
    },
  };
})();
