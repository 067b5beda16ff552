// The languages of a stream: what each does, and what an operator can do about it.

import { $, act, announce, clock, set, text, twice } from './page.js';
import { fallbacks, figures, strip } from './figures.js';

const STATES = { starting: 'starting', on_air: 'on air', output_lost: 'output lost', draining: 'draining', closed: 'closed' };
const SHORT_S = 30;

const names = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

/** The language's name in English with its tag, or the tag alone. */
export function named(tag) {
  if (tag === 'original') return 'Original';
  try {
    const name = names.of(tag);
    return name ? `${name} (${tag})` : tag;
  } catch {
    return tag;
  }
}

/** Those that the stream has; a language that was removed stays in the worker's list until it is forgotten. */
export function present(stream) {
  return (stream.languages ?? []).filter((language) => language.state !== 'closed');
}

function path(id, rest) {
  return `v1/streams/${encodeURIComponent(id)}/${rest}`;
}

function tell(place, answer, message = answer.message) {
  text(place, message, answer.ok ? 'answer' : 'answer bad');
}

/** Once for a card: the form that adds a language. */
export function prepare(entry, id) {
  const form = entry.article.querySelector('.add-language');
  const [tag, voice] = form.querySelectorAll('input');
  const answer = form.querySelector('.answer');
  tag.setAttribute('aria-label', `Language to add to ${id}`);
  voice.setAttribute('aria-label', 'Its voice, if not the usual one');
  form.querySelector('button').setAttribute('aria-label', `Add the language to ${id}`);
  entry.languages = new Map();
  form.onsubmit = async (event) => {
    event.preventDefault();
    const wish = tag.value.trim();
    const known = entry.languages.has(wish.toLowerCase());
    const told = await act('PUT', path(id, `languages/${encodeURIComponent(wish)}`),
      voice.value.trim() ? { voice_profile: voice.value.trim() } : {});
    tell(answer, told, !told.ok ? told.message
      : known ? `${named(wish)} is there already` : `${named(wish)} is heard from the next segment that is cut`);
    if (told.ok) form.reset();
  };
}

/** One language looks as a stream without languages does; what can be done with it is behind one line. */
export function drawLanguages(entry, stream) {
  const list = present(stream);
  const several = list.length > 1;
  const place = entry.article.querySelector('.languages');
  place.hidden = !list.length;
  if (several && !entry.several) place.open = true;
  if (!several && entry.several) place.open = false;
  entry.several = several;
  place.querySelector('summary').hidden = several;
  const off = list.length === 1 && !list[0].dub;
  place.querySelector('summary').className = off ? 'warn' : '';
  set(place.querySelector('summary'), list.length === 1 ? `Language: ${named(list[0].language)}${off ? ', dub is off' : ''}` : '');
  const seen = new Set();
  for (const language of list) {
    seen.add(language.language);
    let own = entry.languages.get(language.language);
    if (!own) {
      own = make(entry, stream.stream_id, language.language);
      entry.languages.set(language.language, own);
    }
    drawLanguage(own, language, stream, several);
  }
  for (const [key, own] of entry.languages) {
    if (!seen.has(key)) {
      if (own.article.contains(document.activeElement)) entry.article.querySelector('.add-language input').focus();
      own.article.remove();
      entry.languages.delete(key);
      if (list.length) announce(`${stream.stream_id}: ${named(key)} has ended`);
    }
  }
}

function make(entry, id, key) {
  const article = $('language-template').content.firstElementChild.cloneNode(true);
  const own = { article, marks: new Map(), shown: null, dub: true, removing: null };
  const title = article.querySelector('h3');
  title.id = `stream-${id}-${key}`;
  title.textContent = named(key);
  article.setAttribute('aria-labelledby', title.id);
  article.querySelector('.strip').setAttribute('aria-label', `Last segments in ${named(key)}, oldest first`);
  const answer = article.querySelector('.answer');
  const turn = async (on, forS) => {
    const told = await act('PUT', path(id, 'dub'), { on, language: key, ...(forS ? { for_s: forS } : {}) });
    const from = clock(told.from_output_ms ?? 0);
    tell(answer, told, !told.ok ? told.message
      : on ? `dub from ${from} of the output`
        : `original sound from ${from} of the output${forS ? `, for ${forS} s` : ' until you switch the dub on'}`);
  };
  article.querySelector('.dub-button').onclick = () => turn(!own.dub);
  article.querySelector('.short-button').onclick = () => turn(false, SHORT_S);
  article.querySelector('.short-button').setAttribute('aria-label', `Dub off for ${SHORT_S} s: ${named(key)} of ${id}`);
  own.calm = twice(article.querySelector('.remove-button'), () => 'Remove', () => 'Really remove?', `${named(key)} of ${id}`, async () => {
    const told = await act('DELETE', path(id, `languages/${encodeURIComponent(key)}`));
    tell(answer, told, told.ok ? 'what is held of it still airs, then its output ends' : told.message);
  });
  entry.article.querySelector('.languages .list').append(article);
  return own;
}

function drawLanguage(own, language, stream, several) {
  const { article } = own;
  const find = (selector) => article.querySelector(selector);
  const dubbed = stream.dubbing && language.language !== 'original';
  own.dub = language.dub;
  article.className = `language ${language.state}${dubbed && !language.dub ? ' switched-off' : ''}`;
  find('.about').hidden = !several;
  find('.language-head').hidden = !several;
  set(find('.language-state'), dubbed && !language.dub && language.state === 'on_air' ? 'dub is off' : STATES[language.state] ?? language.state);
  set(find('.reason'), language.state === 'on_air' ? language.output : `${language.output}: ${language.reason}`);
  if (several) {
    figures(article, language, stream, dubbed);
    strip(own, language.strip, language.language !== 'original');
    text(find('.sts dd'), dubbed ? language.sts || 'not connected' : 'none', ['Lost', 'Reconnecting'].includes(language.sts) ? 'bad' : '');
    text(find('.counts dd'), dubbed ? `${language.dubbed} of ${stream.segments} dubbed` : 'as the source', '');
    const lost = fallbacks(language.fallbacks);
    find('.fallbacks').hidden = !lost.length;
    set(find('.fallbacks'), lost.join(' · '));
  }
  const going = language.state === 'draining';
  const button = find('.dub-button');
  button.hidden = find('.short-button').hidden = !dubbed;
  find('.short-button').hidden ||= !language.dub;
  button.disabled = find('.short-button').disabled = find('.remove-button').disabled = going;
  set(button, language.dub ? 'Dub off' : 'Dub on');
  button.setAttribute('aria-label', `${button.textContent}: ${named(language.language)} of ${stream.stream_id}`);
  find('.remove-button').hidden = !several;
  own.calm();
}
