/**
 * The experiments of Croce, Schlarmann, Singh and Hein (SaTML 2025) as a referee repeats them: the data sets with the
 * parts that are reported apart, the attack as the perceptual-metrics code calls it and a stronger one, the published
 * figures, and the table of models x threat models x data sets. What may enter: what is the paper's; tasks, attacks and
 * ledgers are those of every evaluation.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>Each threat model of the published attack has a ledger for itself.</b> Elsewhere a perturbation counts in
 *       every ball that it fits into. Their code attacks once for each norm and ε, so a figure that is compared with
 *       theirs counts its own attack alone.
 *   <li><b>The stronger attack takes over what the published one fooled.</b> Of several attacks the worst counts.
 *   <li><b>A triplet that is answered wrongly without an attack counts as fooled.</b> Their code attacks it as well; it
 *       may be right by chance at the place where that attack ends, which can only raise their figure.
 *   <li><b>An ensemble is one encoder</b> to every task and attack: embeddings one behind the other, gradients added.
 *       DreamSim's MLP and adapters on it were left out: the adapters' towers run through code of theirs that takes
 *       DINO's class token before the last LayerNorm, which no package's program has.
 *   <li><b>Banks of a labelled set are nested</b> as far as even spacing nests them, and a linear head learns from the
 *       largest: both judges see the same references.
 *   <li><b>A table keeps the batch size of its first start.</b> Sums depend on it in the last bits, and APGD on sums.
 * </ul>
 */
package io.bulwark.lab.evaluate.paper;
