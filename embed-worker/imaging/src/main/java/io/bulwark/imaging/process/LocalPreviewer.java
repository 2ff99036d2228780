package io.bulwark.imaging.process;

import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.preview.PreviewMaker;

/** Makes previews in this process: what each decoder process does. Throws whatever a decoder throws. */
final class LocalPreviewer implements PicturePreviewer {

    private final ImageDecoder decoder;

    LocalPreviewer(ReaderSettings settings) {
        this.decoder = new StandardImageDecoder(settings.limits(), JpegReduction.none(), settings.heif());
    }

    @Override
    public PictureRead preview(byte[] file, boolean strip) {
        return decoder.withDecoded(file, result -> {
            if (result instanceof DecodeResult.Refused refused) {
                return new PictureRead.Refused(refused.refusal(), refused.detail());
            }
            DecodeResult.Decoded picture = (DecodeResult.Decoded) result;
            return new PictureRead.Shown(strip ? PreviewMaker.strip(picture) : PreviewMaker.picture(picture));
        });
    }
}
