package io.bulwark.imaging.webp;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.FrameChoice;
import io.bulwark.imaging.ImageFormat;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.RefusedException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * WebP through TwelveMonkeys' pure Java reader: lossy, lossless, with alpha; of an animation evenly spaced frames as they
 * are stored, not composed.
 */
public final class WebpDecoder {

    /** The reader's own picture and its planes, a pixel. */
    private static final int FIXED_BYTES = 6;

    private final Lease lease;

    public WebpDecoder(Lease lease) {
        this.lease = lease;
    }

    public DecodeResult decode(byte[] file) {
        WebpStructure webp = WebpStructure.parse(file);
        long pixels = (long) webp.width() * webp.height();
        lease.checkPixels("WebP", webp.width(), webp.height());
        List<Integer> chosen = FrameChoice.choose(lease, webp.frames(), pixels, FIXED_BYTES, 4);
        lease.reserve("WebP", webp.width(), webp.height(), FIXED_BYTES + 4 * chosen.size());
        return new DecodeResult.Decoded(ImageFormat.WEBP.title(), read(file, webp, chosen), chosen, webp.frames());
    }

    private static List<Raster> read(byte[] file, WebpStructure webp, List<Integer> chosen) {
        try (var input = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            ImageReader reader = new WebPImageReaderSpi().createReaderInstance(null);
            try {
                reader.setInput(input, false, true);
                List<Raster> pictures = new ArrayList<>();
                for (int number : chosen) {
                    // What the reader allocates follows its own idea of the size.
                    check(webp, reader.getWidth(number), reader.getHeight(number));
                    pictures.add(raster(reader.read(number), webp.orientation()));
                }
                return pictures;
            } finally {
                reader.dispose();
            }
        } catch (IOException e) {
            throw RefusedException.corrupt("WebP data cannot be decoded: " + e.getMessage());
        }
    }

    private static void check(WebpStructure webp, int width, int height) {
        boolean matches = webp.frames() > 1
                ? width <= webp.width() && height <= webp.height()
                : width == webp.width() && height == webp.height();
        if (!matches) {
            throw RefusedException.corrupt("WebP header says " + webp.width() + "x" + webp.height()
                    + " pixels, its data " + width + "x" + height);
        }
    }

    private static Raster raster(BufferedImage image, int orientation) {
        int width = image.getWidth();
        int height = image.getHeight();
        boolean alpha = image.getColorModel().hasAlpha();
        int channels = alpha ? 4 : 3;
        byte[] samples = new byte[width * height * channels];
        java.awt.image.Raster from = image.getRaster();
        byte[] row = new byte[width * channels];
        for (int y = 0; y < height; y++) {
            from.getDataElements(0, y, width, 1, row);
            System.arraycopy(row, 0, samples, y * row.length, row.length);
        }
        return new Raster(alpha ? Mode.RGBA : Mode.RGB, width, height, samples, new byte[0], orientation);
    }
}
