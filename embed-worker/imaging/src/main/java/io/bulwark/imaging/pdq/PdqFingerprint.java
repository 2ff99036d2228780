package io.bulwark.imaging.pdq;

/**
 * What PDQ says of a picture.
 *
 * @param hash of the picture as it is seen; no bit is set where a side has fewer than 5 pixels
 * @param quality how much there is to see, 0 to 100; 0 as well where the picture is too small or its bits are chance
 */
public record PdqFingerprint(PdqHash hash, int quality) {

    public PdqFingerprint {
        Quality.check(quality);
    }
}
