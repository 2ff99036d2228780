// Which view of a picture decided.

import type { Verdict, View } from "../api/documents.js";

/** The view that decided; a verdict of an older worker does not name it, there it is the one with the highest score. */
export function decidingView(verdict: Verdict): View | null {
  return verdict.views.find((view) => view.view === verdict.decidingView)
    ?? verdict.views.reduce<View | null>((worst, view) => (worst === null || view.score > worst.score ? view : worst), null);
}
