package io.bulwark.imaging.jpeg;

import io.bulwark.imaging.RefusedException;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;

/**
 * libjpeg fills what it cannot decode with grey and only warns. Data that was lost is a refusal here: nothing may hide
 * behind a half-decoded picture. Stray bytes before the end lose nothing and are common; those between segments are left
 * out before. Of a file's warnings the JDK hands on the first alone, so that any other is a refusal as well: data that was
 * lost could hide behind it.
 */
final class JpegWarnings implements IIOReadWarningListener {

    private static final String STRAY = "extraneous bytes before marker 0xd9";

    private String lost;

    @Override
    public void warningOccurred(ImageReader source, String warning) {
        if (lost == null && !warning.contains(STRAY)) {
            lost = warning;
        }
    }

    void refuseLostData() {
        if (lost != null) {
            throw RefusedException.corrupt("JPEG data is damaged, part of the picture is missing: " + lost);
        }
    }
}
