/**
 * Accounts: what uploaders' strikes lead to. A tenant's policy says what a strike weighs, how it fades and which
 * action a score brings; actions are rows here and records on {@code moderation.uploader-actions}. Without a policy
 * nothing happens.
 *
 * <p>Decided here:
 *
 * <ul>
 *   <li><b>In the database, not in the stream.</b> Rules are data that a senior changes, appeals are people's work,
 *       and an action is published once because its row and its row of the outbox are one transaction. The levels
 *       that {@link io.bulwark.stream.uploader.UploaderProcessor} publishes on the same topic by settings stay as
 *       they are; they need no database and name no decision.
 *   <li><b>Strikes follow the casebook by a trigger,</b> so that every writer, older versions too, counts alike. A
 *       decision that becomes another one for the same content takes its strike back. One that is forgotten for its
 *       age does not, and neither does a harmless picture that is uploaded under the same id.
 *   <li><b>An action rests on its grounds.</b> These are the strikes that counted, with what was left of their
 *       weight then. It falls when what still holds of them is below the threshold; fading lifts nothing. While an
 *       action stands, no rule gives it, or a milder one, again; later it takes a strike that no such action rested
 *       on.
 *   <li><b>One uploader at a time.</b> A lock of the uploader orders rules, people and appeals. Intake only adds a
 *       row that says whose rules are to be tried: a sum in the intake's transaction would miss what another
 *       partition's adds.
 *   <li>Rejected: strikes counted from the casebook itself. It forgets after {@code
 *       bulwark.stream.decisions.retention}, and an uploader could wash a strike off by another upload under the id.
 * </ul>
 */
package io.bulwark.stream.account;
