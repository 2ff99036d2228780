package io.bulwark.lab.bank;

import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.perception.everyday.EverydayVariants;
import io.bulwark.perception.hash.Sha256;
import java.util.List;

/**
 * One everyday version of a file, its kind and strength drawn by the file's hash: what a calibration looks at beside the
 * file as it is. Immutable; any thread.
 *
 * @param everyday draws
 */
public record ChangedVersions(EverydayVariants everyday) {

    /** Pictures that collages draw from; each is held decoded. */
    public static final int OTHERS = 12;

    /** @param others harmless pictures for collages; with fewer than three there are no collages */
    public static ChangedVersions among(List<UprightPicture> others) {
        return new ChangedVersions(new EverydayVariants(others));
    }

    /** The version of a file. */
    UprightPicture of(UprightPicture picture, Sha256 file) {
        return everyday.draw(picture, seed(file, "calibration")).picture();
    }

    /** Another sequence for each purpose. */
    static long seed(Sha256 file, String purpose) {
        return Long.parseUnsignedLong(file.hex().substring(0, 16), 16) ^ ((long) purpose.hashCode() << 32);
    }
}
