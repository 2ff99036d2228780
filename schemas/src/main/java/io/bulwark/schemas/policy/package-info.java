/**
 * What changes of a policy make of a tenant's record on {@code moderation.policies}, for all programs that write it: the
 * {@code bulwark} command and moderation-stream. What may enter: rules of the record. Who may change it, and what its
 * numbers decide, belongs to others.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>The version is made of what decides.</b> Two programs that make the same policy name it alike, so a policy that
 *       is in force already is found, whatever program proposed it. A worker goes by the version that is written in the document.
 *   <li><b>History is in the record</b>, because a worker of an earlier model looks there for the policy that was made for
 *       it.
 * </ul>
 */
package io.bulwark.schemas.policy;
