// The player of a stream. With several languages it has a menu of them, made from the worker's own playlist (docs/languages.md).

import { authorization, set } from './page.js';
import { present } from './languages.js';

let script = null;

// 600 KB that only a player needs. It is hls.js as its npm package has it.
function hlsJs() {
  script ??= new Promise((resolve, reject) => {
    const element = document.createElement('script');
    element.src = 'hls.min.js';
    element.onload = () => resolve(window.Hls);
    element.onerror = () => { script = null; reject(new Error('hls.min.js cannot be loaded')); };
    document.head.append(element);
  });
  return script;
}

export function togglePlayer(entry, id) {
  const place = entry.article.querySelector('.player');
  const button = entry.article.querySelector('.player-button');
  const open = place.hidden;
  place.hidden = !open;
  button.setAttribute('aria-expanded', String(open));
  closePlayer(entry);
  place.replaceChildren();
  if (!open) return;
  if (present(entry.stream).length > 1) withMenu(entry, id, place, button);
  else ofTheServer(entry, place, button);
}

/** Before its card goes: a player that nobody sees would load on. */
export function closePlayer(entry) {
  entry.hls?.destroy();
  entry.hls = null;
}

function ofTheServer(entry, place, button) {
  const frame = document.createElement('iframe');
  frame.title = button.getAttribute('aria-label');
  frame.allow = 'autoplay; fullscreen';
  frame.src = entry.player;
  place.append(frame, link(entry.player, 'Open in a tab of its own'));
}

function link(url, name) {
  const element = document.createElement('a');
  element.href = url;
  element.target = '_blank';
  element.rel = 'noopener';
  element.textContent = name;
  return element;
}

async function withMenu(entry, id, place, button) {
  const video = document.createElement('video');
  video.controls = true;
  video.muted = true;
  video.playsInline = true;
  video.setAttribute('aria-label', button.getAttribute('aria-label'));
  const menus = document.createElement('div');
  menus.className = 'menus';
  const note = document.createElement('p');
  note.setAttribute('role', 'status');
  note.textContent = 'loading …';
  place.append(video, menus, note);
  const refuse = (why) => {
    if (!place.contains(video)) return;
    closePlayer(entry);
    place.replaceChildren(note);
    set(note, `No menu of languages: ${why}. This is the first language, from the media server.`);
    ofTheServer(entry, place, button);
  };
  let Hls;
  try {
    Hls = await hlsJs();
  } catch (failure) {
    return refuse(failure.message);
  }
  // Closed again in the meantime.
  if (!place.contains(video)) return;
  if (!Hls.isSupported()) return refuse('this browser has no Media Source Extensions');
  const hls = new Hls({
    // The page's policy allows no script from a blob.
    enableWorker: false,
    // What was seen is kept for a minute: a page may be open for days, and captions would be kept for good.
    backBufferLength: 60,
    xhrSetup: (xhr) => Object.entries(authorization()).forEach(([name, value]) => xhr.setRequestHeader(name, value)),
  });
  entry.hls = hls;
  const sound = menu('Sound', menus, (index) => { hls.audioTrack = index; });
  const captions = menu('Captions', menus, (index) => {
    hls.subtitleDisplay = index >= 0;
    hls.subtitleTrack = index;
  });
  hls.on(Hls.Events.AUDIO_TRACKS_UPDATED, () => fill(sound, hls.audioTracks, hls.audioTrack));
  hls.on(Hls.Events.AUDIO_TRACK_SWITCHED, () => { sound.value = String(hls.audioTrack); });
  hls.on(Hls.Events.SUBTITLE_TRACKS_UPDATED, () => fill(captions, hls.subtitleTracks, -1, 'none'));
  hls.on(Hls.Events.FRAG_BUFFERED, () => set(note, ''));
  hls.on(Hls.Events.ERROR, (event, data) => {
    if (!data.fatal) return;
    if (data.type === Hls.ErrorTypes.MEDIA_ERROR && !entry.recovered) {
      entry.recovered = true;
      hls.recoverMediaError();
      return;
    }
    const status = data.response?.code ? `, status ${data.response.code}` : '';
    refuse(data.type === Hls.ErrorTypes.NETWORK_ERROR ? `the worker has no playlist of this stream${status}` : data.details);
  });
  entry.recovered = false;
  hls.loadSource(`v1/streams/${encodeURIComponent(id)}/master.m3u8`);
  hls.attachMedia(video);
  video.play().catch(() => set(note, 'press play'));
}

function menu(name, place, chosen) {
  const label = document.createElement('label');
  label.textContent = name;
  const select = document.createElement('select');
  select.onchange = () => chosen(Number(select.value));
  label.append(select);
  label.hidden = true;
  place.append(label);
  return select;
}

function fill(select, tracks, current, none) {
  const options = tracks.map((track, index) => option(track.name, index, track.lang));
  if (none) options.unshift(option(none, -1));
  select.replaceChildren(...options);
  select.value = String(current);
  select.parentElement.hidden = !tracks.length;
}

function option(name, value, language) {
  const element = document.createElement('option');
  element.value = String(value);
  element.textContent = name;
  if (language) element.lang = language;
  return element;
}
