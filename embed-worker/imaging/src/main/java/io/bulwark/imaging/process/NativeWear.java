package io.bulwark.imaging.process;

import io.bulwark.imaging.ImageFormat;
import io.bulwark.imaging.RefusedException;

/**
 * What reading a file by native code wears of a decoder process. A hole in libjpeg or libwebp lets a file take the process
 * over, and then answer for the files behind it; a process that is worn is replaced. See the package for the figures.
 */
final class NativeWear {

    /** A command reads it, which may take the process over as well; it takes as much time as many others. */
    private static final int HEIF = 50;

    private NativeWear() {}

    /** Files of native code that this one counts as. */
    static int of(byte[] file) {
        try {
            return switch (ImageFormat.sniff(file)) {
                // The JDK's inflater is native as well, but small, and browsers meet it with each page.
                case PNG, GIF -> 0;
                case JPEG, WEBP -> 1;
                case HEIF -> HEIF;
            };
        } catch (RefusedException noPicture) {
            return 0;
        }
    }
}
