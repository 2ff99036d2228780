/**
 * {@code bulwark red-team}: a process that attacks copies of what workers decided lately and says how many hold today.
 * What may enter: drawing verdicts, fetching their pictures, the attack's terms and time, what is counted and told;
 * attacks and decisions stay in their packages.
 *
 * <pre>
 *   moderation.verdicts ──► draw ──► the upload's record ──► file (SHA-256) ──► views ──► attack ──► metrics, moderation.attack-audit
 * </pre>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>It uses the worker's own parts</b>: settings, decoder processes, sources, followers of bank and policies. It
 *       is the one room of the lab that does, because a second way to fetch or to decide would measure something else.
 *       The worker knows nothing of it: its image holds no attack.
 *   <li><b>It has no group and no state.</b> Each time it draws from the newest verdicts as they are then. After a
 *       restart it goes on with the newest; nothing waits for it, and nothing is lost if it dies.
 *   <li><b>An attacked picture never leaves the process.</b> What is written are numbers.
 *   <li><b>Its audits name no uploader</b>, so that a count by uploader counts them against no account.
 *   <li><b>The flagged index is not asked.</b> It holds back more than bank and policy do, so what is measured is a
 *       lower bound of what a deployment with the index withstands.
 * </ul>
 */
package io.bulwark.lab.redteam;
