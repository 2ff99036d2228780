/**
 * Cases that a provider's designated staff alone may see: what a restricted verdict opens, the file that a report needs,
 * the report, and the end of all of it.
 *
 * <p><b>Separate tables, not rows of the queue.</b> Nothing that reads the queue, the casebook or the evidence can find a
 * case, and row-level security shows its rows only to transactions that say that they work on cases. Filtering rows of
 * the queue in every statement was rejected: one that forgets it leaks.
 *
 * <p><b>The hash is in these tables, on {@code moderation.verdicts}, and nowhere else.</b> {@code moderation.decisions}
 * and the stores have a neutral decision, so the casebook, statements, strikes, draws and copies, which all go by the hash,
 * have nothing to go by. {@link io.bulwark.stream.childsafety.CaseOpening} takes the content out of people's
 * earlier work.
 *
 * <p><b>One call at a time, written down before and after.</b> {@link io.bulwark.stream.childsafety.CaseReports} says how
 * a report is sent once across a crash at any point.
 *
 * <p><b>The file is opened in one place.</b> {@link io.bulwark.stream.childsafety.CaseFiles} seals it with separate keys; a
 * test holds that only the report opens it.
 */
package io.bulwark.stream.childsafety;
