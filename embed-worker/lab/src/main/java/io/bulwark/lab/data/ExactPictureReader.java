package io.bulwark.lab.data;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.UprightPicture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * Brings pictures to an encoder's input: upright and over white as a person sees them, then preprocessed exactly as the
 * model's authors do ({@link Preprocessor#exact}). Without the first step, which leaves opaque pictures as they are,
 * most clip art would be judged by the colours that lie under its transparency. Any thread.
 */
public final class ExactPictureReader {

    /** Side of what is distorted, unless the encoder sees more. */
    private static final int DISTORTED_AT = 224;

    private final ImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
    private final Preprocessor preprocessor;
    private final Preprocessor beforeDistortion;

    /** @param spec the encoder's */
    public ExactPictureReader(PreprocessSpec spec) {
        preprocessor = Preprocessor.exact(spec);
        int input = Math.min(spec.height(), spec.width());
        beforeDistortion = input >= DISTORTED_AT ? preprocessor : Preprocessor.exact(spec.withInput(DISTORTED_AT));
    }

    /**
     * A picture at the encoder's input size.
     *
     * @return {@code [height, width, 3]} unsigned bytes, RGB
     * @throws DataLayoutException if the file is missing, is no picture that the decoder takes, or ends before the box
     */
    public byte[] pixels(PictureSource source) {
        if (source instanceof PictureSource.Distorted distorted) {
            return distorted(distorted);
        }
        return pixels(upright(source));
    }

    /** Distorted at one size for all encoders, or one that sees less would be asked about stronger distortions. */
    private byte[] distorted(PictureSource.Distorted source) {
        PreprocessSpec at = beforeDistortion.spec();
        byte[] plain = pixels(upright(source.original()), beforeDistortion);
        byte[] distorted = source.distortion().apply(plain, at.width(), at.height(), source.severity(), source.seed());
        PreprocessSpec spec = preprocessor.spec();
        return beforeDistortion == preprocessor
                ? distorted
                : new UprightPicture(at.width(), at.height(), distorted)
                        .resized(spec.width(), spec.height())
                        .rgb();
    }

    /**
     * A picture as it would be uploaded: a file, or the box of one.
     *
     * @throws IllegalArgumentException if it is made after resizing, and thus no upload
     * @throws DataLayoutException as {@link #pixels}
     */
    public UprightPicture upright(PictureSource source) {
        if (!(source instanceof PictureSource.PictureFile picture)) {
            throw new IllegalArgumentException(
                    source.name() + " is made after resizing and is no upload: take the track of resized pixels");
        }
        Decoded decoded = decode(picture.file());
        Decoded meant = picture.box().map(box -> cut(picture, decoded, box)).orElse(decoded);
        return UprightPicture.of(meant.frames().get(0));
    }

    /** An upright picture at the encoder's input size, {@code [height, width, 3]}. */
    public byte[] pixels(UprightPicture picture) {
        return pixels(picture, preprocessor);
    }

    private static byte[] pixels(UprightPicture picture, Preprocessor preprocessor) {
        Decoded still = Decoded.still("raw", picture.raster());
        return preprocessor.views(still).get(0).pixels();
    }

    /**
     * A file in memory at the encoder's input size, {@code [height, width, 3]}.
     *
     * @param name what an error calls it
     * @throws DataLayoutException if the decoder refuses it
     */
    public byte[] pixels(Path name, byte[] file) {
        return pixels(UprightPicture.of(decode(name, file).frames().get(0)));
    }

    /**
     * Pictures as an encoder takes them.
     *
     * @return {@code [sources, 3, H, W]} in [0, 1]
     * @throws DataLayoutException as {@link #pixels}
     */
    public float[] planes(List<? extends PictureSource> sources) {
        return joined(sources, this::pixels);
    }

    /** As {@link #planes(List)}, of uploads. */
    public float[] planesOfUploads(List<UprightPicture> uploads) {
        return joined(uploads, this::pixels);
    }

    private static <T> float[] joined(List<? extends T> pictures, Function<T, byte[]> seen) {
        float[] planes = null;
        for (int i = 0; i < pictures.size(); i++) {
            float[] one = planes(seen.apply(pictures.get(i)));
            planes = planes == null ? new float[pictures.size() * one.length] : planes;
            System.arraycopy(one, 0, planes, i * one.length, one.length);
        }
        return planes == null ? new float[0] : planes;
    }

    /** From {@code [H, W, 3]} unsigned bytes to {@code [3, H, W]} in [0, 1]. */
    public static float[] planes(byte[] pixels) {
        float[] planes = new float[pixels.length];
        int area = pixels.length / 3;
        for (int i = 0; i < pixels.length; i++) {
            planes[i % 3 * area + i / 3] = (pixels[i] & 0xFF) / 255f;
        }
        return planes;
    }

    private Decoded decode(Path file) {
        try {
            return decode(file, Files.readAllBytes(file));
        } catch (IOException e) {
            throw new DataLayoutException(file, "cannot be read: " + e, e);
        }
    }

    private Decoded decode(Path name, byte[] file) {
        DecodeResult result = decoder.decode(file);
        if (result instanceof DecodeResult.Refused refused) {
            throw new DataLayoutException(name, "is refused, %s: %s".formatted(refused.refusal(), refused.detail()));
        }
        return (Decoded) result;
    }

    private static Decoded cut(PictureSource.PictureFile picture, Decoded decoded, PictureSource.Box box) {
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
        Raster part = new Raster(
                whole.mode(), box.width(), box.height(), samples, whole.palette(), whole.orientation(), whole.colour());
        return Decoded.still(decoded.format(), part);
    }
}
