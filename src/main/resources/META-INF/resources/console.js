// The console: listens to /v1/streams/events and draws what it hears. No framework; texts of others reach the page as text only.

import { $, Unauthorized, act, announce, askForSecret, clock, request, set, text, twice } from './page.js';
import { fallbacks, figures, strip } from './figures.js';
import { drawLanguages, prepare, present } from './languages.js';
import { closePlayer, togglePlayer } from './player.js';

const MOST_CAPTIONS = 100;
const RETRY_MS = 2000;
const DEAD_AFTER_MS = 40000; // the worker says something every 15 s

const cards = new Map();

function connection(text, name) {
  const place = $('connection');
  if (place.textContent !== text) place.textContent = text;
  place.className = name;
}

// EventSource cannot send a header, and a secret in a URL ends up in logs: the stream is read by fetch.
async function* serverSentEvents(response, heard) {
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
      // Before the list: a stream that ends between the two is told of as gone, and its card does not stay.
      const events = await request('v1/streams/events', { headers: { Accept: 'text/event-stream' }, signal: abort.signal });
      if (!events.ok) throw new Error(`status ${events.status}`);
      const known = new Set(cards.keys());
      const list = await (await request('v1/streams')).json();
      for (const stream of list.streams) { draw(stream); known.delete(stream.stream_id); }
      known.forEach(remove);
      count(list);
      connection('connected', 'on');
      for await (const event of serverSentEvents(events, () => { last = Date.now(); })) {
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

function card(id) {
  const known = cards.get(id);
  if (known) return known;
  const article = $('stream-template').content.firstElementChild.cloneNode(true);
  const title = article.querySelector('h2');
  title.id = `stream-${id}`;
  title.textContent = id;
  article.setAttribute('aria-labelledby', title.id);
  const entry = { article, state: '', captions: 0, correlation: '', stopName: 'Stop', marks: new Map(), shown: null };
  entry.calm = twice(article.querySelector('.stop-button'), () => entry.stopName, () => entry.stopName === 'Stop' && 'Really stop?', id,
    async () => announce(`${id}: ${(await act('DELETE', `v1/streams/${encodeURIComponent(id)}`)).message}`));
  prepare(entry, id);
  article.querySelector('.player-button').onclick = () => togglePlayer(entry, id);
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
  find('.stop-button').disabled = stream.state === 'draining';
  entry.calm();
  figures(article, stream, stream, stream.dubbing);
  strip(entry, stream.strip);
  text(find('.sts dd'), stream.dubbing ? stream.sts || 'not connected' : 'passthrough', ['Lost', 'Reconnecting'].includes(stream.sts) ? 'bad' : '');
  text(find('.counts dd'), stream.dubbing ? `${stream.dubbed} of ${stream.segments} dubbed` : String(stream.segments), '');
  // What was never on air has no figures; with several languages each has its own.
  const several = present(stream).length > 1;
  find('dl').hidden = several || !(stream.segments > 0 || stream.latency_ms > 0);
  if (several) find('.strip').hidden = true;
  find('.why').hidden = several || !entry.shown;
  const lost = several ? [] : fallbacks(stream.fallbacks);
  if (stream.files_lost) lost.push(`files lost ${stream.files_lost}`);
  if (stream.pipeline_errors) lost.push(`pipeline errors ${stream.pipeline_errors}`);
  if (stream.reconnections) lost.push(`reconnections ${stream.reconnections}`);
  find('.fallbacks').hidden = !lost.length;
  set(find('.fallbacks'), lost.join(' · '));
  entry.stream = stream;
  drawLanguages(entry, stream);
  entry.player = stream.player_url;
  find('.player-button').hidden = !stream.player_url;
  find('.player-button').setAttribute('aria-label', `Player of ${stream.stream_id}`);
}

function reason(stream) {
  const since = new Date(stream.since).toLocaleTimeString([], { hour12: false });
  const parts = [`since ${since}${stream.reason ? `: ${stream.reason}` : ''}`];
  if (stream.source === 'backup') parts.push('the backup source is on air');
  if (stream.slate) parts.push('a slate is on air');
  if (stream.last_failure && stream.last_failure !== stream.reason) parts.push(`failed before: ${stream.last_failure}`);
  if (stream.restart_in_ms !== undefined) parts.push(`failure ${stream.failures}, starts again in ${Math.ceil(stream.restart_in_ms / 1000)} s`);
  return parts.join(' · ');
}

function caption(data) {
  const entry = card(data.stream_id);
  // After a reconnect the server sends all of them again.
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
  closePlayer(entry);
  entry.article.remove();
  cards.delete(id);
  announce(`${id}: ended`);
}

$('start').onsubmit = async (event) => {
  event.preventDefault();
  const id = $('id').value;
  const answer = await act('PUT', `v1/streams/${encodeURIComponent(id)}`);
  $('start-answer').textContent = `${id}: ${answer.message}`;
};

listen();
