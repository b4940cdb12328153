// Which texts a query finds: `/text/` is a regular expression, anything else a part of a text.

/**
 * @param {string[]} texts @param {string} query @param {number} [until] on the clock of Date, when to give up
 * @returns {Int32Array|"faulty"|"slow"} places of what matches
 */
export function findIn(texts, query, until = Infinity) {
  const found = /^\/(.+?)\/?$/.exec(query), part = query.toLowerCase();
  let expression = null;
  try {
    expression = found ? new RegExp(found[1], "i") : null;
  } catch {
    return "faulty";
  }
  const places = [];
  for (let place = 0; place < texts.length; place += 1) {
    if (expression ? expression.test(texts[place]) : texts[place].toLowerCase().includes(part)) places.push(place);
    if (place % 64 === 0 && Date.now() > until) return "slow";
  }
  return Int32Array.from(places);
}
