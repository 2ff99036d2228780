package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;

/**
 * A picture as a person sees it: turned upright, opaque, in RGB. What moderation sees of it is what it sees of the
 * raster it was made of, but that transparency lies over white alone.
 *
 * @param width in pixels
 * @param height in pixels
 * @param rgb {@code [height, width, 3]} unsigned bytes
 */
public record UprightPicture(int width, int height, byte[] rgb) {

    public UprightPicture {
        if (width < 1 || height < 1 || rgb.length != (long) width * height * 3) {
            throw new IllegalArgumentException(
                    "%dx%d pixels of RGB are no %d bytes".formatted(width, height, rgb.length));
        }
    }

    /** Converts, flattens over white and turns by the EXIF orientation. */
    public static UprightPicture of(Raster raster) {
        SeenPicture seen = SeenPicture.of(raster);
        return new UprightPicture(seen.width(), seen.height(), seen.over(255));
    }

    /** Squeezed or stretched to a size, as a view is. */
    public UprightPicture resized(int newWidth, int newHeight) {
        PreprocessSpec size = new PreprocessSpec(
                newHeight,
                newWidth,
                newHeight,
                PreprocessSpec.ResizeMode.SQUASH,
                PreprocessSpec.Interpolation.BILINEAR,
                true,
                0,
                new float[] {0, 0, 0},
                new float[] {1, 1, 1});
        byte[] seen = Preprocessor.moderation(size, ViewPolicy.SQUASH)
                .views(still())
                .get(0)
                .pixels();
        return new UprightPicture(newWidth, newHeight, seen);
    }

    /** As a decoder gives a lossless file of it. */
    public Decoded still() {
        return Decoded.still("png", raster());
    }

    /** Its one frame. */
    public Raster raster() {
        return new Raster(Mode.RGB, width, height, rgb, new byte[0], 1);
    }
}
