/**
 * {@code bulwark audit}: what the attack audit is worth against an attacker who knows it: without and with
 * the flagged index, beside a twin, and beside the look for hidden pictures.
 *
 * <pre>{@code
 * bulwark audit evaluate --references references/ --flagged-labels nsfw --queries 1000 flagged/
 * }</pre>
 *
 * <p>What may enter: evaluations in one process, by the very types that a worker decides with. Running attacks against
 * a deployment is not this package's.
 */
package io.bulwark.lab.audit;
