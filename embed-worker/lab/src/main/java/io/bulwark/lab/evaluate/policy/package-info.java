/**
 * {@code bulwark evaluate policy}: several attackers against the policy that is shipped. What may enter: its options, how its
 * bank is made, and its report for people and machines; what is counted is {@link io.bulwark.robustness.evaluate.policy}'s.
 */
package io.bulwark.lab.evaluate.policy;
