package io.bulwark.perception.verdict;

import io.bulwark.perception.verdict.Judgement.Basis;
import io.bulwark.perception.verdict.Judgement.KnownCopy;

/**
 * A known hash that an image has.
 *
 * @param copy whose hash it is
 * @param basis which kind of hash
 * @param listed whether it stands on a hash list
 */
record KnownMatch(KnownCopy copy, Basis basis, boolean listed) {}
