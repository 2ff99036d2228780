/**
 * Legal holds. They lie on every instance, as a global table, because expiry and erasure must not wait for another one. The
 * erasures themselves are facts like verdicts: the decision's task carries them out.
 */
package io.bulwark.stream.erasure;
