// What search and filter together say of each bar: shown, dimmed, found or hidden.

export const NORMAL = 0, DIMMED = 1, FOUND = 2, HIDDEN = 3;

/**
 * @param {number} count @param {Uint8Array|null} passes 1 for bars that the filter lets pass; null: no filter
 * @param {boolean} hide what does not pass, instead of dimming it
 * @param {Uint8Array|null} found 1 for what the search found; null: no search
 * @returns {Uint8Array|null} a mark for every bar; null: all are plain
 */
export function marksOf(count, passes, hide, found) {
  if (!passes && !found) return null;
  const marks = new Uint8Array(count);
  for (let i = 0; i < count; i += 1) {
    if (passes && !passes[i]) marks[i] = hide ? HIDDEN : DIMMED;
    else if (found) marks[i] = found[i] ? FOUND : DIMMED;
  }
  return marks;
}
