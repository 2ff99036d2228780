package io.bulwark.cli.look;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.DecodeResult.Refused;
import io.bulwark.imaging.Raster.ColourConversion;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.UprightPicture.SeenPicture;
import io.bulwark.imaging.preprocess.View;
import java.util.ArrayList;
import java.util.List;

/** What a worker judges of a file. */
sealed interface JudgedFile {

    /**
     * It is a picture.
     *
     * @param format as it was sniffed, such as {@code jpeg}
     * @param totalFrames in the file, 1 for a still
     * @param frames the judged frames, before they are resized
     * @param views as the encoder gets them
     * @param leasedBytes heap that its decode held
     */
    record Picture(String format, int totalFrames, List<Frame> frames, List<View> views, long leasedBytes)
            implements JudgedFile {}

    /**
     * A frame as a browser paints it.
     *
     * @param number in the file, from 0
     * @param millis how long it is shown, 0 for a still
     * @param mode in which the file holds it, by Pillow's names
     * @param colours how the file describes them; {@code sRGB} where it does not, or says so
     * @param orientation EXIF orientation that was undone, 1 to 8
     * @param seen its pixels
     */
    record Frame(int number, int millis, String mode, String colours, int orientation, SeenPicture seen) {}

    /**
     * It is refused.
     *
     * @param reason the class of it
     * @param detail what was found and what is allowed
     */
    record None(String reason, String detail) implements JudgedFile {}

    /** Decodes and preprocesses as a worker does. */
    static JudgedFile of(byte[] file, StandardImageDecoder decoder, Preprocessor preprocessor) {
        return decoder.withDecoded(
                file,
                result -> result instanceof Decoded decoded
                        ? picture(decoded, preprocessor, decoder.leasedBytes())
                        : none((Refused) result));
    }

    private static Picture picture(Decoded decoded, Preprocessor preprocessor, long leasedBytes) {
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < decoded.frames().size(); i++) {
            var raster = decoded.frames().get(i);
            frames.add(new Frame(
                    decoded.frameNumbers().get(i),
                    decoded.frameMillis().get(i),
                    raster.mode().name(),
                    raster.colour().map(ColourConversion::description).orElse("sRGB"),
                    raster.orientation(),
                    SeenPicture.of(raster)));
        }
        return new Picture(
                decoded.format(),
                decoded.totalFrames(),
                List.copyOf(frames),
                preprocessor.judged(decoded),
                leasedBytes);
    }

    private static None none(Refused refused) {
        return new None(refused.refusal().name(), refused.detail());
    }
}
