/**
 * {@code bulwark audit evaluate}: what an attacker gets through who uploads until something passes, without and with
 * the flagged index.
 *
 * <p>What may enter: the command, its attacks on one moderation in this process, and what is counted of them. How
 * attacks work is {@link io.bulwark.lab.attack}'s.
 */
package io.bulwark.lab.audit.query;
