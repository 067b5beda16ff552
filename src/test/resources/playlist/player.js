'use strict';
// Plays the playlist with hls.js and measures what is seen and heard: flashes in the picture, beeps in the sound.
const video = document.getElementById('video');
const measured = { flashes: [], beeps: [], stalls: [], errors: [], switched: [], current: 0 };
const PITCHES = [500, 1000, 2000];
let hls;

function menu(id, tracks, current, choose) {
  const box = document.getElementById(id);
  box.querySelectorAll('label').forEach((old) => old.remove());
  tracks.forEach((track, index) => {
    const label = document.createElement('label');
    const button = document.createElement('input');
    button.type = 'radio';
    button.name = id;
    button.checked = index === current;
    button.onchange = () => choose(index);
    label.append(button, ' ' + track.name);
    box.append(label);
  });
}

function showMenus() {
  menu('sounds', hls.audioTracks, hls.audioTrack, listenTo);
  menu('captions', hls.subtitleTracks, hls.subtitleTrack, (index) => { hls.subtitleTrack = index; showMenus(); });
}

function listenTo(index) {
  measured.switched.push({ at: performance.now(), to: index });
  hls.audioTrack = index;
  showMenus();
}

function watchPicture() {
  const canvas = new OffscreenCanvas(4, 4);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  let lit = false;
  const look = (now, frame) => {
    // The square in the upper left corner: black, white in a flash, red in each tenth.
    context.drawImage(video, 10, 10, 20, 20, 0, 0, 4, 4);
    const [red, green] = context.getImageData(1, 1, 1, 1).data;
    if (red > 150 && !lit) {
      measured.flashes.push({ shown: frame.expectedDisplayTime, media: frame.mediaTime, tenth: green < 100 });
    }
    lit = red > 150;
    video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
}

const LISTENER = `
class Listener extends AudioWorkletProcessor {
  constructor() { super(); this.loud = false; this.last = 0; this.samples = []; this.onset = 0; }
  process(inputs) {
    const sound = inputs[0][0];
    if (!sound) { return true; }
    for (let i = 0; i < sound.length; i++) {
      const at = currentTime + i / sampleRate;
      if (Math.abs(sound[i]) > 0.1) {
        if (!this.loud) { this.loud = true; this.onset = at; this.samples = []; }
        this.last = at;
      } else if (this.loud && at - this.last > 0.05) { this.loud = false; }
      if (this.loud && this.samples.length < 2048) {
        this.samples.push(sound[i]);
        if (this.samples.length === 2048) { this.port.postMessage({ onset: this.onset, rate: sampleRate, samples: this.samples }); }
      }
    }
    return true;
  }
}
registerProcessor('listener', Listener);`;

function power(samples, rate, pitch) {
  let re = 0;
  let im = 0;
  samples.forEach((value, i) => {
    re += value * Math.cos(2 * Math.PI * pitch * i / rate);
    im += value * Math.sin(2 * Math.PI * pitch * i / rate);
  });
  return re * re + im * im;
}

async function watchSound() {
  const context = new AudioContext();
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([LISTENER], { type: 'text/javascript' })));
  const source = context.createMediaElementSource(video);
  const listener = new AudioWorkletNode(context, 'listener');
  listener.port.onmessage = ({ data }) => {
    const stamp = context.getOutputTimestamp();
    const heard = stamp.performanceTime + (data.onset - stamp.contextTime) * 1000;
    const powers = PITCHES.map((pitch) => power(data.samples, data.rate, pitch));
    measured.beeps.push({ heard, pitch: PITCHES[powers.indexOf(Math.max(...powers))] });
  };
  source.connect(listener);
  source.connect(context.destination);
  await context.resume();
}

function ranges() {
  return [hls.bufferController?.tracks?.audio?.buffer, hls.bufferController?.tracks?.video?.buffer].map((buffer) => buffer &&
    [...Array(buffer.buffered.length).keys()].map((i) => `${buffer.buffered.start(i).toFixed(2)}-${buffer.buffered.end(i).toFixed(2)}`).join(' ')).join(' | ');
}

function watchStalls() {
  let moved = performance.now();
  let position = 0;
  setInterval(() => {
    const now = performance.now();
    if (video.currentTime > position) {
      if (position > 0 && now - moved > 200) { measured.stalls.push({ at: now, ms: now - moved }); }
      position = video.currentTime;
      moved = now;
    }
  }, 20);
}

/** The same picture and sound from a plain file: what the way from the element to the measurement takes. */
async function playFile(url) {
  await watchSound();
  watchPicture();
  video.src = url;
  await video.play();
}

async function play(url) {
  video.pause();
  video.removeAttribute('src');
  video.load();
  measured.beeps.length = 0;
  measured.flashes.length = 0;
  hls = new Hls({ enableWorker: false });
  hls.on(Hls.Events.ERROR, (event, data) => measured.errors.push({ details: data.details, fatal: data.fatal, at: performance.now(), position: video.currentTime, why: String(data.error) + (data.frag ? ` ${data.frag.type} ${data.frag.sn}` : '') + (data.parent || ''), buffered: ranges() }));
  hls.on(Hls.Events.AUDIO_TRACKS_UPDATED, showMenus);
  hls.on(Hls.Events.SUBTITLE_TRACKS_UPDATED, showMenus);
  hls.loadSource(url);
  hls.attachMedia(video);
  await new Promise((resolve) => hls.on(Hls.Events.MANIFEST_PARSED, resolve));
  await video.play();
  watchStalls();
}

/** The captions that are known, of the track that is shown. */
function cues() {
  return [...video.textTracks].filter((track) => track.mode === 'showing')
    .flatMap((track) => [...track.cues].map((cue) => ({ start: cue.startTime, text: cue.text, language: track.language })));
}

/** How much later than its flash each beep of that pitch was heard, in milliseconds; the first two after a change are left out. */
function lateness(pitch, from) {
  return measured.beeps.slice(from).filter((beep) => beep.pitch === pitch).slice(2)
    .map((beep) => beep.heard - measured.flashes.map((flash) => flash.shown)
      .reduce((a, b) => Math.abs(b - beep.heard) < Math.abs(a - beep.heard) ? b : a))
    .filter((ms) => Math.abs(ms) < 500);
}

/** How much later than its flash a caption begins, in milliseconds of media time, for those of each tenth flash. */
function captionOffsets() {
  const tenths = measured.flashes.filter((flash) => flash.tenth);
  return cues().filter((cue) => cue.text.endsWith('0'))
    .flatMap((cue) => tenths.map((flash) => (cue.start - flash.media) * 1000).filter((ms) => Math.abs(ms) < 5000));
}
