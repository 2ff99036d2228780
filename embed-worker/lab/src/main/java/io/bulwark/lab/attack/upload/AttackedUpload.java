package io.bulwark.lab.attack.upload;

import io.bulwark.perception.verdict.Judgement;
import java.util.Optional;

/**
 * A file that was attacked, and the result.
 *
 * @param file the attacked file; ready to be uploaded
 * @param before the whole decision about the original
 * @param after the whole decision about the attacked file, decoded again; empty where the decoder refuses it
 * @param fooled whether it is the one that the attacker wants
 * @param linf largest change of a value of the upload before it was encoded, in [0, 1]
 * @param l2 Euclidean length of that change
 * @param linfArrived largest change of a value as it arrives, decoded: larger than {@code linf} where the format loses
 * @param gradientSteps forward and backward passes of the picture
 * @param queries forward passes alone, or answers of the moderation
 */
public record AttackedUpload(
        byte[] file,
        Judgement before,
        Optional<Judgement> after,
        boolean fooled,
        double linf,
        double l2,
        double linfArrived,
        long gradientSteps,
        long queries) {}
