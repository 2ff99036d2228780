package io.bulwark.imaging.gif;

import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.ImageFormat;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.animation.AnimationDecoder;
import io.bulwark.imaging.animation.AnimationScan;
import java.util.List;

/** GIF: the first frame as Pillow gives it (palette indices), further ones as a viewer shows them. */
public final class GifDecoder {

    private static final String NAME = "GIF";

    private final Lease lease;

    public GifDecoder(Lease lease) {
        this.lease = lease;
    }

    /** @throws io.bulwark.imaging.RefusedException if the file is damaged or costs more than is allowed */
    public DecodeResult decode(byte[] file) {
        GifAnimation gif = new GifAnimation(file);
        AnimationScan scan = AnimationScan.of(NAME, gif, lease);
        if (scan.frames() > 1) {
            return new AnimationDecoder(NAME, lease).decode(gif, scan, file);
        }
        lease.reserveBytes(NAME, gif.width(), gif.height(), gif.readerBytes(scan) + gif.stillBytes());
        gif.prepare(scan);
        return new DecodeResult.Decoded(ImageFormat.GIF.title(), List.of(gif.still()), List.of(0), 1);
    }
}
