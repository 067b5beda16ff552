// The last segments and the figures of what is dubbed: a stream with one language, or one language of several.

import { set, text, seconds } from './page.js';

const FATES = { dubbed: ['✓', 'dubbed'], original: ['!', 'original audio'], pending: ['…', 'pending'], source: ['–', 'the source’s sound'] };

/**
 * @param entry has `article`, where it is drawn, `marks`, a Map, and `shown`, null
 * @param wanted false where original sound is what is wanted, so that it does not look like a fault
 */
export function strip(entry, segments, wanted = true) {
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
    const fate = segment.fate === 'original' && !wanted ? 'source' : segment.fate;
    const [sign, name] = FATES[fate];
    const button = item.firstElementChild;
    item.explanation = `Segment ${segment.batch}: ${name}${segment.why && fate !== 'source' ? `, ${segment.why}` : ''}`;
    button.className = `mark ${fate}`;
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

/**
 * @param of the stream, or one of its languages
 * @param dubbed false where nothing is to be dubbed
 */
export function figures(article, of, stream, dubbed) {
  const find = (selector) => article.querySelector(selector);
  find('.strip').hidden = !of.strip.length;
  find('.rtt').hidden = find('.breaker').hidden = !dubbed;
  const late = of.round_trip_ms > stream.deadline_ms;
  find('.rtt dd').className = late ? 'bad' : of.round_trip_ms > stream.deadline_ms * 0.7 ? 'warn' : '';
  set(find('.rtt .value'), `${seconds(of.round_trip_ms)} of ${seconds(stream.deadline_ms)}`);
  const meter = find('.rtt meter');
  meter.max = stream.deadline_ms || 1;
  meter.high = stream.deadline_ms * 0.7;
  meter.optimum = 0;
  meter.value = Math.min(of.round_trip_ms ?? 0, stream.deadline_ms);

  text(find('.breaker dd'), of.breaker, of.breaker === 'closed' ? '' : of.breaker === 'open' ? 'bad' : 'warn');
  // Until a picture has left there is nothing to measure.
  const aired = of.latency_ms > 0;
  const off = Math.abs(of.av_delta_ms);
  const delta = `${of.av_delta_ms > 0 ? '+' : ''}${of.av_delta_ms.toFixed(1)} ms`;
  text(find('.delta dd'), aired ? delta : '–', off > 120 ? 'bad' : off > 40 ? 'warn' : '');
  text(find('.latency dd'), aired ? seconds(of.latency_ms) : '–', '');
  level(find('.original-level'), of.original_lufs, 'LUFS', 'silent');
  level(find('.dub-level'), of.dub_lufs, 'LUFS', 'silent');
  level(find('.bed'), of.bed_db, 'dB', 'not heard');
}

// What the worker says of silence.
const SILENT = -120;

// There only once a dub was mixed into the original.
function level(row, value, unit, none) {
  row.hidden = value === undefined;
  set(row.querySelector('.value'), value > SILENT ? `${value.toFixed(1)} ${unit}` : none);
  row.querySelector('meter').value = value ?? SILENT;
}

/** How often which reason gave original audio. */
export function fallbacks(counts) {
  const list = Object.entries(counts).filter(([, n]) => n > 0).map(([why, n]) => `${why.replaceAll('_', ' ')} ${n}`);
  // "failed 1" alone could be the stream.
  if (list.length) list[0] = `original audio: ${list[0]}`;
  return list;
}
