// The console: listens to /v1/streams/events and draws what it hears. No framework; texts of others reach the page as text only.

const KEY = 'stream-worker-secret';
const MOST_CAPTIONS = 100;
const RETRY_MS = 2000;
const DEAD_AFTER_MS = 40000; // the worker says something every 15 s

const $ = (id) => document.getElementById(id);
const cards = new Map();
let said = '';

class Unauthorized extends Error {}

function authorization() {
  const secret = sessionStorage.getItem(KEY);
  return secret ? { Authorization: `Bearer ${secret}` } : {};
}

async function request(path, options = {}) {
  const response = await fetch(path, { ...options, headers: { ...options.headers, ...authorization() } });
  if (response.status === 401) throw new Unauthorized();
  return response;
}

function askForSecret() {
  const dialog = $('secret-dialog');
  if (sessionStorage.getItem(KEY)) $('secret-text').textContent = 'That secret is not right.';
  sessionStorage.removeItem(KEY);
  return new Promise((resolve) => {
    dialog.oncancel = (event) => event.preventDefault();
    $('secret-form').onsubmit = (event) => {
      event.preventDefault();
      sessionStorage.setItem(KEY, $('secret').value);
      $('secret').value = '';
      dialog.close();
      resolve();
    };
    if (!dialog.open) dialog.showModal();
  });
}

function announce(text) {
  if (text !== said) $('announcer').textContent = said = text;
}

function connection(text, name) {
  const place = $('connection');
  if (place.textContent !== text) place.textContent = text;
  place.className = name;
}

// EventSource cannot send a header, and a secret in a URL ends up in logs: the stream is read by fetch.
async function* serverSentEvents(signal, heard) {
  const response = await request('v1/streams/events', { headers: { Accept: 'text/event-stream' }, signal });
  if (!response.ok) throw new Error(`status ${response.status}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    rest += value;
    let end;
    while ((end = rest.search(/\r?\n\r?\n/)) >= 0) {
      const block = rest.slice(0, end);
      rest = rest.slice(end).replace(/^\r?\n\r?\n/, '');
      let name = 'message';
      const data = [];
      for (const line of block.split(/\r?\n/)) {
        if (line.startsWith('event:')) name = line.slice(6).trim();
        else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
      }
      if (data.length) yield { name, data: JSON.parse(data.join('\n')) };
    }
  }
}

async function listen() {
  for (;;) {
    const abort = new AbortController();
    let last = Date.now();
    const watch = setInterval(() => { if (Date.now() - last > DEAD_AFTER_MS) abort.abort(); }, 5000);
    try {
      const known = new Set(cards.keys());
      const list = await (await request('v1/streams')).json();
      for (const stream of list.streams) { draw(stream); known.delete(stream.stream_id); }
      known.forEach(remove);
      count(list);
      connection('connected', 'on');
      for await (const event of serverSentEvents(abort.signal, () => { last = Date.now(); })) {
        if (event.name === 'stream') draw(event.data);
        else if (event.name === 'caption') caption(event.data);
        else if (event.name === 'gone') remove(event.data.stream_id);
        count();
      }
      throw new Error('ended');
    } catch (failure) {
      if (failure instanceof Unauthorized) {
        connection('the secret is needed', 'off');
        await askForSecret();
        continue;
      }
      connection('NOT CONNECTED: what is shown is old', 'off');
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    } finally {
      clearInterval(watch);
      abort.abort();
    }
  }
}

let limit = null;
function count(list) {
  if (list) limit = list.limit;
  const failed = [...cards.values()].filter((entry) => entry.state === 'failed').length;
  set($('count'), `${cards.size} of ${limit} streams${failed ? `, ${failed} failed` : ''}`);
  $('count').className = failed ? 'bad' : '';
  $('empty').hidden = cards.size > 0;
}

function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function card(id) {
  const known = cards.get(id);
  if (known) return known;
  const article = $('stream-template').content.firstElementChild.cloneNode(true);
  const title = article.querySelector('h2');
  title.id = `stream-${id}`;
  title.textContent = id;
  article.setAttribute('aria-labelledby', title.id);
  const stop = article.querySelector('.stop-button');
  stop.onclick = () => stopStream(entry, id, stop);
  stop.onblur = () => notSure(entry, id, stop);
  const entry = { article, state: '', captions: 0, correlation: '', stopName: 'Stop', marks: new Map(), shown: null };
  article.querySelector('.player-button').onclick = () => togglePlayer(entry);
  article.querySelector('.captions .log').setAttribute('aria-label', `Captions of ${id}`);
  cards.set(id, entry);
  const after = [...cards.keys()].sort().find((other) => other > id);
  $('streams').insertBefore(article, after ? cards.get(after).article : null);
  return entry;
}

function draw(stream) {
  const entry = card(stream.stream_id);
  const { article } = entry;
  const find = (selector) => article.querySelector(selector);
  article.className = `stream ${stream.state}`;
  set(find('.state'), stream.state.replace('-', ' '));
  if (entry.state && entry.state !== stream.state) announce(`${stream.stream_id}: ${stream.state}`);
  entry.state = stream.state;
  if (entry.correlation !== stream.correlation_id) {
    entry.correlation = stream.correlation_id;
    entry.captions = 0;
    find('.captions ol').replaceChildren();
    find('.captions').hidden = true;
  }
  set(find('.reason'), reason(stream));
  entry.stopName = stream.state === 'failed' && stream.restart_in_ms === undefined ? 'Forget' : 'Stop';
  const stop = find('.stop-button');
  stop.disabled = stream.state === 'draining';
  if (!stop.classList.contains('sure')) nameStop(entry, stream.stream_id, stop);
  // What was never on air has no figures.
  const seen = stream.segments > 0 || stream.latency_ms > 0;
  find('dl').hidden = !seen;
  find('.strip').hidden = !stream.strip.length;
  find('.rtt').hidden = find('.breaker').hidden = !stream.dubbing;
  strip(entry, stream.strip);

  const late = stream.round_trip_ms > stream.deadline_ms;
  figure(find('.rtt dd'), late ? 'bad' : stream.round_trip_ms > stream.deadline_ms * 0.7 ? 'warn' : '');
  set(find('.rtt .value'), `${seconds(stream.round_trip_ms)} of ${seconds(stream.deadline_ms)}`);
  const meter = find('meter');
  meter.max = stream.deadline_ms || 1;
  meter.high = stream.deadline_ms * 0.7;
  meter.optimum = 0;
  meter.value = Math.min(stream.round_trip_ms ?? 0, stream.deadline_ms);

  text(find('.breaker dd'), stream.breaker, stream.breaker === 'closed' ? '' : stream.breaker === 'open' ? 'bad' : 'warn');
  // Until a picture has left there is nothing to measure.
  const aired = stream.latency_ms > 0;
  const off = Math.abs(stream.av_delta_ms);
  const delta = `${stream.av_delta_ms > 0 ? '+' : ''}${stream.av_delta_ms.toFixed(1)} ms`;
  text(find('.delta dd'), aired ? delta : '–', off > 120 ? 'bad' : off > 40 ? 'warn' : '');
  text(find('.latency dd'), aired ? seconds(stream.latency_ms) : '–', '');
  text(find('.sts dd'), stream.dubbing ? stream.sts || 'not connected' : 'passthrough', ['Lost', 'Reconnecting'].includes(stream.sts) ? 'bad' : '');
  text(find('.counts dd'), stream.dubbing ? `${stream.dubbed} of ${stream.segments} dubbed` : String(stream.segments), '');
  const fallbacks = Object.entries(stream.fallbacks).filter(([, n]) => n > 0).map(([why, n]) => `${why.replace('_', ' ')} ${n}`);
  // "failed 1" alone could be the stream.
  if (fallbacks.length) fallbacks[0] = `original audio: ${fallbacks[0]}`;
  if (stream.files_lost) fallbacks.push(`files lost ${stream.files_lost}`);
  if (stream.pipeline_errors) fallbacks.push(`pipeline errors ${stream.pipeline_errors}`);
  if (stream.reconnections) fallbacks.push(`reconnections ${stream.reconnections}`);
  find('.fallbacks').hidden = !fallbacks.length;
  set(find('.fallbacks'), fallbacks.join(' · '));
  entry.player = stream.player_url;
  find('.player-button').hidden = !stream.player_url;
  find('.player-button').setAttribute('aria-label', `Player of ${stream.stream_id}`);
}

function reason(stream) {
  const since = new Date(stream.since).toLocaleTimeString([], { hour12: false });
  const parts = [`since ${since}${stream.reason ? `: ${stream.reason}` : ''}`];
  if (stream.last_failure && stream.last_failure !== stream.reason) parts.push(`failed before: ${stream.last_failure}`);
  if (stream.restart_in_ms !== undefined) parts.push(`failure ${stream.failures}, starts again in ${Math.ceil(stream.restart_in_ms / 1000)} s`);
  return parts.join(' · ');
}

const FATES = { dubbed: ['✓', 'dubbed'], original: ['!', 'original audio'], pending: ['…', 'pending'] };

function strip(entry, segments) {
  const list = entry.article.querySelector('.strip');
  const seen = new Set();
  for (const segment of segments) {
    seen.add(segment.batch);
    let item = entry.marks.get(segment.batch);
    if (!item) {
      item = document.createElement('li');
      const button = document.createElement('button');
      button.type = 'button';
      button.onclick = () => explain(entry, item);
      item.append(button);
      list.append(item);
      entry.marks.set(segment.batch, item);
    }
    const [sign, name] = FATES[segment.fate];
    const button = item.firstElementChild;
    item.explanation = `Segment ${segment.batch}: ${name}${segment.why ? `, ${segment.why}` : ''}`;
    button.className = `mark ${segment.fate}`;
    set(button, sign);
    button.title = item.explanation;
    button.setAttribute('aria-label', item.explanation);
    if (entry.shown === item) set(entry.article.querySelector('.why'), item.explanation);
  }
  for (const [batch, item] of entry.marks) {
    if (!seen.has(batch)) {
      if (entry.shown === item) explain(entry, item);
      item.remove();
      entry.marks.delete(batch);
    }
  }
}

// A phone has no pointer to hover with.
function explain(entry, item) {
  const why = entry.article.querySelector('.why');
  entry.shown = entry.shown === item ? null : item;
  why.hidden = !entry.shown;
  set(why, entry.shown ? item.explanation : '');
}

function figure(element, name) {
  if (element.className !== name) element.className = name;
}

function text(element, value, name) {
  set(element, value);
  figure(element, name);
}

function seconds(ms) {
  return ms === undefined || ms === null ? '–' : ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function clock(ms) {
  const s = Math.floor(ms / 1000);
  return [s / 3600, (s / 60) % 60, s % 60].map((n) => String(Math.floor(n)).padStart(2, '0')).join(':');
}

function caption(data) {
  const entry = card(data.stream_id);
  // After a reconnect all of them are told again.
  if (data.number < entry.captions) return;
  entry.captions = data.number + 1;
  entry.article.querySelector('.captions').hidden = false;
  const log = entry.article.querySelector('.captions .log');
  const list = log.firstElementChild;
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 30;
  const item = document.createElement('li');
  const time = document.createElement('time');
  time.textContent = clock(data.start_ms);
  item.append(time, data.translation || data.transcript);
  if (data.translation && data.transcript) {
    const original = document.createElement('span');
    original.className = 'original-text';
    original.textContent = data.transcript;
    item.append(original);
  }
  list.append(item);
  while (list.childElementCount > MOST_CAPTIONS) list.firstElementChild.remove();
  if (atEnd) log.scrollTop = log.scrollHeight;
}

function remove(id) {
  const entry = cards.get(id);
  if (!entry) return;
  if (entry.article.contains(document.activeElement)) $('streams').focus();
  entry.article.remove();
  cards.delete(id);
  announce(`${id}: ended`);
}

function togglePlayer(entry) {
  const place = entry.article.querySelector('.player');
  const button = entry.article.querySelector('.player-button');
  const open = place.hidden;
  place.hidden = !open;
  button.setAttribute('aria-expanded', String(open));
  place.replaceChildren();
  if (open) {
    const frame = document.createElement('iframe');
    frame.title = button.getAttribute('aria-label');
    frame.allow = 'autoplay; fullscreen';
    frame.src = entry.player;
    const link = document.createElement('a');
    link.href = entry.player;
    link.target = '_blank';
    link.rel = 'noopener';
    link.textContent = 'Open in a tab of its own';
    place.append(frame, link);
  }
}

function nameStop(entry, id, button) {
  set(button, entry.stopName);
  button.setAttribute('aria-label', `${entry.stopName} ${id}`);
}

function notSure(entry, id, button) {
  button.classList.remove('sure');
  nameStop(entry, id, button);
}

// The first press asks, the second stops: at 3 a.m. one slip must not take a stream off the air.
async function stopStream(entry, id, button) {
  if (entry.stopName === 'Stop' && !button.classList.contains('sure')) {
    button.classList.add('sure');
    button.textContent = 'Really stop?';
    button.setAttribute('aria-label', `Really stop ${id}?`);
    return;
  }
  notSure(entry, id, button);
  await act('DELETE', id, (answer) => announce(`${id}: ${answer}`));
}

async function act(method, id, tell) {
  try {
    const response = await request(`v1/streams/${encodeURIComponent(id)}`, { method, headers: { 'Content-Type': 'application/json' } });
    const answer = await response.json();
    tell(answer.message);
  } catch (failure) {
    if (failure instanceof Unauthorized) {
      await askForSecret();
      await act(method, id, tell);
    } else {
      tell('the worker does not answer');
    }
  }
}

$('start').onsubmit = async (event) => {
  event.preventDefault();
  const id = $('id').value;
  await act('PUT', id, (answer) => { $('start-answer').textContent = `${id}: ${answer}`; });
};

listen();
