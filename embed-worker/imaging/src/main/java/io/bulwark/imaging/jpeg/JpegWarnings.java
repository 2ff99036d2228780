package io.bulwark.imaging.jpeg;

import io.bulwark.imaging.RefusedException;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;

/**
 * libjpeg fills what it cannot decode with grey and only warns. Data that was lost is a refusal here: nothing may hide
 * behind a half-decoded picture. Stray bytes between segments lose nothing and are common.
 */
final class JpegWarnings implements IIOReadWarningListener {

    private String lost;

    @Override
    public void warningOccurred(ImageReader source, String warning) {
        boolean corrupt = warning.startsWith("Corrupt JPEG data") && !warning.contains("extraneous bytes");
        if (lost == null && (corrupt || warning.startsWith("Premature end"))) {
            lost = warning;
        }
    }

    void refuseLostData() {
        if (lost != null) {
            throw RefusedException.corrupt("JPEG data is damaged, part of the picture is missing: " + lost);
        }
    }
}
