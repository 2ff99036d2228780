// Which presses of a key mean something.

/**
 * Whether a key that was pressed can be meant for an action. One that is held down repeats itself, and only scrolling and
 * walking through a list are meant then.
 */
export function isMeant({ key, repeat }: Pick<KeyboardEvent, "key" | "repeat">): boolean {
  return !repeat || key === " " || (key.length > 1 && key !== "Enter");
}
