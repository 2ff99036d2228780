package io.bulwark.perception.evaluate.data;

import io.bulwark.perception.evaluate.data.PictureSource.Box;
import io.bulwark.perception.evaluate.data.PictureSource.Distorted;
import io.bulwark.perception.evaluate.data.PictureSource.PictureFile;
import io.bulwark.perception.image.DecodeLimits;
import io.bulwark.perception.image.DecodeResult;
import io.bulwark.perception.image.DecodeResult.Decoded;
import io.bulwark.perception.image.ImageDecoder;
import io.bulwark.perception.image.Raster;
import io.bulwark.perception.image.StandardImageDecoder;
import io.bulwark.perception.preprocess.PreprocessSpec;
import io.bulwark.perception.preprocess.Preprocessor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/**
 * Brings pictures to an encoder's input, preprocessed exactly as the model's authors do ({@link Preprocessor#exact}). Any
 * thread.
 */
public final class PictureReader {

    private final ImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
    private final Preprocessor preprocessor;

    /** @param spec the encoder's */
    public PictureReader(PreprocessSpec spec) {
        preprocessor = Preprocessor.exact(spec);
    }

    /**
     * A picture at the encoder's input size.
     *
     * @return {@code [height, width, 3]} unsigned bytes, RGB
     * @throws DataLayoutException if the file is missing, is no picture that the decoder takes, or ends before the box
     */
    public byte[] pixels(PictureSource source) {
        if (source instanceof Distorted distorted) {
            PreprocessSpec spec = preprocessor.spec();
            return distorted
                    .distortion()
                    .apply(
                            pixels(distorted.original()),
                            spec.width(),
                            spec.height(),
                            distorted.severity(),
                            distorted.seed());
        }
        PictureFile picture = (PictureFile) source;
        Decoded decoded = decode(picture);
        return preprocessor
                .views(picture.box().map(box -> cut(picture, decoded, box)).orElse(decoded))
                .get(0)
                .pixels();
    }

    private Decoded decode(PictureFile picture) {
        try {
            DecodeResult result = decoder.decode(Files.readAllBytes(picture.file()));
            if (result instanceof DecodeResult.Refused refused) {
                throw new DataLayoutException(
                        picture.file(), "is refused, %s: %s".formatted(refused.refusal(), refused.detail()));
            }
            return (Decoded) result;
        } catch (IOException e) {
            throw new DataLayoutException(picture.file(), "cannot be read: " + e, e);
        }
    }

    private static Decoded cut(PictureFile picture, Decoded decoded, Box box) {
        Raster whole = decoded.frames().get(0);
        if (box.x() + box.width() > whole.width() || box.y() + box.height() > whole.height()) {
            throw new DataLayoutException(
                    picture.file(),
                    "has %dx%d pixels, the box asked for is %s".formatted(whole.width(), whole.height(), box));
        }
        int bytes = whole.mode().bytesPerPixel();
        byte[] samples = new byte[box.width() * box.height() * bytes];
        for (int row = 0; row < box.height(); row++) {
            int from = ((box.y() + row) * whole.width() + box.x()) * bytes;
            System.arraycopy(whole.samples(), from, samples, row * box.width() * bytes, box.width() * bytes);
        }
        Raster part =
                new Raster(whole.mode(), box.width(), box.height(), samples, whole.palette(), whole.orientation());
        return new Decoded(decoded.format(), List.of(part), List.of(0), 1);
    }
}
