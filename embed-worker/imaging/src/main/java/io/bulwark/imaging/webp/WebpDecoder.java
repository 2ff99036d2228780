package io.bulwark.imaging.webp;

import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.ImageFormat;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.ColourConversion;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.animation.Animation;
import io.bulwark.imaging.animation.AnimationDecoder;
import io.bulwark.imaging.colour.IccColour;
import java.util.Optional;

/** WebP: lossy, lossless, with alpha, animated; bit for bit what libwebp gives. */
public final class WebpDecoder {

    private static final String NAME = "WebP";

    private final Lease lease;

    public WebpDecoder(Lease lease) {
        this.lease = lease;
    }

    /** @throws RefusedException if the file is damaged or costs more than is allowed */
    public DecodeResult decode(byte[] file) {
        WebpStructure webp = WebpStructure.parse(file);
        if (webp.still() != null) {
            return DecodeResult.Decoded.still(ImageFormat.WEBP.title(), still(file, webp));
        }
        WebpAnimation animation = new WebpAnimation(file, webp);
        Animation.Scan scan = Animation.Scan.of(NAME, animation, lease);
        if (scan.frames() == 0) {
            throw RefusedException.corrupt("WebP file ends without a picture");
        }
        return new AnimationDecoder(NAME, lease).decode(animation, scan, file);
    }

    private Raster still(byte[] file, WebpStructure webp) {
        WebpPicture picture = webp.still();
        int width = webp.width();
        int height = webp.height();
        lease.checkPixels(NAME, width, height);
        long colours = IccColour.bytes(Math.min(WebpStructure.profileLength(file), IccColour.LARGEST));
        lease.reserveBytes(NAME, width, height, picture.bytes() + (height + 1L) * width * WebpPixels.RGBA + colours);
        Optional<ColourConversion> colour = WebpStructure.colour(file);
        try (WebpPixels pixels = picture.decode(file)) {
            Mode mode = picture.isTranslucent(pixels) ? Mode.RGBA : Mode.RGB;
            int rowBytes = width * mode.bytesPerPixel();
            byte[] samples = new byte[rowBytes * height];
            byte[] row = new byte[rowBytes];
            for (int y = 0; y < height; y++) {
                pixels.row(y, row, mode.bytesPerPixel());
                System.arraycopy(row, 0, samples, y * rowBytes, rowBytes);
            }
            return new Raster(mode, width, height, samples, new byte[0], 1, colour);
        }
    }
}
