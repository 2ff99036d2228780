package io.bulwark.imaging.jpeg;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.ImageIO;

/**
 * Which libjpeg this Java runtime has. A file may say levels far beyond black and white. libjpeg-turbo with vector
 * instructions, which browsers use and to which Linux distributions link their Java, makes black and white of them. The old
 * libjpeg, which other builds of Java carry, takes them modulo 1024: a picture in black and white becomes flat.
 */
final class JdkLibjpeg {

    /** A board of 32x32 pixels, four by four squares of 512 levels above and below middle gray, the first of them above. */
    private static final String BOARD =
            "/9j/2wBDAIABAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"
                    + "AQEBAQH/wAALCAAgACABAREA/8QAHwAAAAAMAAAAAAAAAAAAAAAAAAECAwQFBgcICQoL/8QAFBABAAAAAAAAAAAA"
                    + "AAAAAAAAAP/aAAgBAQAAPwBoDvzwDvwHgHfngAO/PAO/AeAd+eA//9k=";

    /** Whether levels beyond white are white. */
    static final boolean CLIPS = clips();

    private static final int WHITISH = 200;

    private JdkLibjpeg() {}

    private static boolean clips() {
        try (var file = new ByteArrayInputStream(Base64.getDecoder().decode(BOARD))) {
            BufferedImage board = ImageIO.read(file);
            return board != null && board.getRaster().getSample(0, 0, 0) > WHITISH;
        } catch (IOException unreadable) {
            return false;
        }
    }
}
