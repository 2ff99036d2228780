// Which presses of a key mean something.

/**
 * Whether a key that was pressed can be meant for an action. One that is held down repeats itself, and only scrolling and
 * walking through a list are meant then.
 */
export function isMeant({ key, repeat }: Pick<KeyboardEvent, "key" | "repeat">): boolean {
  return !repeat || key === " " || (key.length > 1 && key !== "Enter");
}

/** Keys that a team may give to its labels; the server allows these alone. */
export const LABEL_KEYS = "123456789hijlqwxyz";

/** Keys of the review itself, besides U and C, which also work without an item. */
export const REVIEW_KEYS = ["s", "n", "k", "e", "r", "t", "v", "b", "g", "m", "+", "-", "p", "a", "d", "f"] as const;
