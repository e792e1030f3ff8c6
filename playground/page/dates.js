// Moments as the viewer reads them: the time of a message, day dividers, and Slack's <!date^…> tokens.

const cache = new Map();

function format(date, zone, options) {
  const key = zone + JSON.stringify(options);
  if (!cache.has(key)) cache.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }));
  return cache.get(key).format(date);
}

export const fromTs = (ts) => new Date(Number(ts) * 1000);
export const clock = (date, zone, seconds = false) =>
  format(date, zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...(seconds ? { second: "2-digit" } : {}) });

/** The calendar day in the zone as YYYY-MM-DD. */
export function dayOf(date, zone) {
  const part = (options) => format(date, zone, options);
  return `${part({ year: "numeric" }).padStart(4, "0")}-${part({ month: "2-digit" })}-${part({ day: "2-digit" })}`;
}

function ordinal(day) {
  const rest = day % 100;
  const suffix = rest >= 11 && rest <= 13 ? "th" : { 1: "st", 2: "nd", 3: "rd" }[day % 10] || "th";
  return `${day}${suffix}`;
}

function relative(date, zone, now) {
  const day = Date.parse(dayOf(date, zone));
  const today = Date.parse(dayOf(now, zone));
  return { 0: "today", 1: "tomorrow", "-1": "yesterday" }[Math.round((day - today) / 86400000)] || null;
}

function longDate(date, zone, month) {
  const name = format(date, zone, { month });
  return `${name} ${ordinal(Number(format(date, zone, { day: "numeric" })))}, ${format(date, zone, { year: "numeric" })}`;
}

const TOKENS = {
  date_num: (d, z) => dayOf(d, z),
  date_slash: (d, z) => dayOf(d, z).replaceAll("-", "/"),
  date: (d, z) => longDate(d, z, "long"),
  date_short: (d, z) => `${format(d, z, { month: "short" })} ${format(d, z, { day: "numeric" })}, ${format(d, z, { year: "numeric" })}`,
  date_long: (d, z) => `${format(d, z, { weekday: "long" })}, ${longDate(d, z, "long")}`,
  time: (d, z) => clock(d, z),
  time_secs: (d, z) => clock(d, z, true),
  day_divider_pretty: (d, z, n) => relative(d, z, n) || `${format(d, z, { weekday: "long" })}, ${format(d, z, { month: "long" })} ${ordinal(Number(format(d, z, { day: "numeric" })))}`,
};
for (const name of ["date", "date_short", "date_long"]) {
  TOKENS[`${name}_pretty`] = (d, z, n) => relative(d, z, n) || TOKENS[name](d, z, n);
}
TOKENS.ago = (d, z, n) => {
  const seconds = Math.round((d - n) / 1000);
  const [unit, size] = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]].find(([, s]) => Math.abs(seconds) >= s) || ["second", 1];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
};

/** Fills Slack's date tokens for one moment: "today", "yesterday" and "tomorrow" in small letters. */
export function fillDate(unix, template, zone, now) {
  const date = new Date(Number(unix) * 1000);
  if (Number.isNaN(date.getTime())) return null;
  return template.replace(/\{(\w+)\}/g, (all, name) => (TOKENS[name] ? TOKENS[name](date, zone, now) : all));
}

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export const dayLabel = (date, zone, now) => capital(TOKENS.day_divider_pretty(date, zone, now));

/** Thu 29 Oct 2026. */
export const shortDay = (date, zone) => format(date, zone, { weekday: "short", day: "numeric", month: "short", year: "numeric" }).replaceAll(",", "");

/** Unix seconds of a wall time "YYYY-MM-DDTHH:MM" in a zone (the first one when it happens twice). */
export function wallToUnix(wall, zone) {
  const guess = Date.parse(`${wall}Z`);
  const wallOf = (ms) => Date.parse(`${dayOf(new Date(ms), zone)}T${clock(new Date(ms), zone)}Z`);
  const offsets = [guess - 86400000, guess + 86400000].map((ms) => wallOf(ms) - ms);
  const exact = offsets.map((offset) => guess - offset).filter((ms) => wallOf(ms) === guess);
  return (exact.length ? Math.min(...exact) : guess - offsets[0]) / 1000;
}

export const unixToWall = (unix, zone) => {
  const date = new Date(unix * 1000);
  return `${dayOf(date, zone)}T${clock(date, zone)}`;
};
