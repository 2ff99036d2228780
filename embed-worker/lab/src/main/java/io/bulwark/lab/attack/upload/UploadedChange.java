package io.bulwark.lab.attack.upload;

import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.ThreatModel;

/**
 * What was done to an upload, measured apart from the attack that did it.
 *
 * @param linf largest change of a value before the file was encoded, in [0, 1]
 * @param l2 Euclidean length of that change
 * @param linfArrived largest change of a value as it arrives, decoded: larger than {@code linf} where the format loses
 */
public record UploadedChange(double linf, double l2, double linfArrived) {

    /**
     * Measures.
     *
     * @param attacked as it was encoded
     * @param arrived as the decoder gives the file
     * @throws IllegalStateException if the change breaks the threat model
     */
    static UploadedChange of(
            ThreatModel threat, UprightPicture clean, UprightPicture attacked, UprightPicture arrived) {
        float[] before = EightBits.planes(clean);
        float[] after = EightBits.planes(attacked);
        threat.verify(before, after, 1).require();
        return new UploadedChange(
                size(Norm.LINF, before, after),
                size(Norm.L2, before, after),
                size(Norm.LINF, before, EightBits.planes(arrived)));
    }

    private static double size(Norm norm, float[] clean, float[] perturbed) {
        return new ThreatModel(norm, 0).verify(clean, perturbed, 1).largest();
    }

    /**
     * What an attacker begins with: of an animation the first frame, of a transparent picture what lies over white.
     *
     * @throws IllegalArgumentException if it is no picture, or one of more than {@link UploadAttack#MAX_PIXELS} pixels
     */
    public static UprightPicture original(ImageDecoder decoder, byte[] file) {
        DecodeResult result = decoder.decode(file);
        if (result instanceof DecodeResult.Refused refused) {
            throw new IllegalArgumentException(
                    "the file is refused, %s: %s".formatted(refused.refusal(), refused.detail()));
        }
        UprightPicture picture =
                UprightPicture.of(((DecodeResult.Decoded) result).frames().get(0));
        if ((long) picture.width() * picture.height() > UploadAttack.MAX_PIXELS) {
            throw new IllegalArgumentException("a picture of %dx%d pixels is too large to attack, allowed are %d pixels"
                    .formatted(picture.width(), picture.height(), UploadAttack.MAX_PIXELS));
        }
        return picture;
    }
}
