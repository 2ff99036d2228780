/**
 * What several attackers get from the policy that is shipped: known content, floor, views and thresholds decide, and
 * each picture ends in one of three outcomes. What may enter: the portfolio of attacks, the two tracks, the ledger of
 * their outcomes, and what these add up to. The attacks themselves are {@link io.bulwark.lab.attack}'s. Example:
 *
 * <pre>{@code
 * PolicyRun run = new PolicyRun(List.of(new ModelInput(moderation)), portfolio, threats, ledger, progress);
 * run.attack(queries);
 * PolicyReport report = PolicyReport.of(queries, run.plan(), ledger);
 * }</pre>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>Every attack is run on every picture</b>, also where another one succeeded, so that there is a row for each.
 *       The worst of a picture counts. To run them in turn on what stands would be cheaper, and was rejected because it
 *       hides an attack that is stronger than its predecessors, which is how masked gradients show.
 *   <li><b>The attacker of a flagged picture wants SAFE.</b> Where he does not get it, what he got as far as counts:
 *       REVIEW is a separate outcome, neither held nor lost.
 *   <li><b>On the track of uploads l2 grows with the picture.</b> An ε is meant at the encoder's input; a picture of
 *       four times as many pixels, changed alike, has a change of twice the length. Without that an l2 figure would
 *       look better the larger the pictures are.
 *   <li><b>A transparent picture is attacked as it looks over white, opaque.</b> The attacker chooses the file, and an
 *       opaque one has fewer views. Before the attack it is decided with all of them.
 *   <li><b>All figures are upper bounds of robustness.</b> An unknown attack may do better. The sanity
 *       checks say whether these attacks behave as working attacks do; they prove nothing.
 * </ul>
 *
 * <p>{@code bulwark evaluate policy} and {@code evaluate evasions} are the commands.
 */
package io.bulwark.lab.evaluate.policy;
