/**
 * Legal holds, and which images were erased lately. Holds lie on every instance, as a global table, because expiry and erasure must not wait for another one. The
 * erasures themselves are facts like verdicts: the decision's task carries them out.
 * A worker may answer an upload from before the erasure only after it; such an answer is erased as well.
 */
package io.bulwark.stream.erasure;
