package io.bulwark.lab.attack.upload;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.cli.picture.FileViewer.JudgedViews;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.LinearViews;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import java.util.List;

/**
 * What becomes of a picture between its upload and the encoder: encoded, decoded, cut into views; and the way back for
 * derivatives, straight through the file's roundings (Athalye, Carlini, Wagner, "Obfuscated Gradients Give a False
 * Sense of Security", ICML 2018, section 4.1). Immutable; any thread.
 */
public final class UploadPath {

    private final ImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
    private final Preprocessor preprocessor;
    private final Linear linear;
    private final UploadFormat format;

    private UploadPath(Preprocessor preprocessor, Linear linear, UploadFormat format) {
        this.preprocessor = preprocessor;
        this.linear = linear;
        this.format = format;
    }

    /** The transpose for a picture. */
    private interface Linear {
        LinearViews of(Raster picture);
    }

    /** Through the views of the default settings. */
    public static UploadPath moderation(PreprocessSpec spec, ViewPolicy policy, UploadFormat format) {
        return moderation(spec, new JudgedViews(policy, ModerationOptions.standard()), format);
    }

    /** Through the upright ones of these views: turned and mirrored ones have no way back. */
    public static UploadPath moderation(PreprocessSpec spec, JudgedViews views, UploadFormat format) {
        ModerationOptions upright = views.options().withTurns(false, false);
        return new UploadPath(
                Preprocessor.moderation(spec, views.policy(), upright),
                picture -> LinearViews.moderation(spec, views.policy(), upright, picture),
                format);
    }

    /** Through the one view that the encoder's authors take. */
    public static UploadPath exact(PreprocessSpec spec, UploadFormat format) {
        return new UploadPath(
                Preprocessor.exact(spec),
                picture -> LinearViews.exact(spec, picture.width(), picture.height()),
                format);
    }

    /**
     * What is seen of an upload.
     *
     * @param views the judged ones, each {@code [H, W, 3]} bytes
     * @param linear the transpose of all views
     * @param looks which of these each of the views is
     */
    record Seen(List<View> views, LinearViews linear, int[] looks) {

        /** As {@link LinearViews#pullBack}. */
        void pullBack(int view, float[] gradient, float[] into) {
            linear.pullBack(looks[view], gradient, into);
        }
    }

    /**
     * The views of a picture's file, and the way back from them.
     *
     * @throws IllegalStateException if the decoder refuses the file, which is larger than it takes
     */
    Seen see(UprightPicture picture) {
        DecodeResult.Decoded arrived = arrived(picture);
        return seen(arrived, preprocessor.judged(arrived));
    }

    /**
     * What a twin sees of a picture's file.
     *
     * @param looks names of the views that its encoder judges
     * @throws IllegalStateException if the decoder refuses the file, which is larger than it takes
     */
    Seen see(UprightPicture picture, List<String> looks) {
        DecodeResult.Decoded arrived = arrived(picture);
        return seen(arrived, preprocessor.judged(arrived, looks));
    }

    private Seen seen(DecodeResult.Decoded arrived, List<View> judged) {
        List<String> all = preprocessor.views(arrived).stream().map(View::name).toList();
        return new Seen(
                judged,
                linear.of(arrived.frames().get(0)),
                judged.stream()
                        .mapToInt(view -> all.indexOf(View.look(view.name())))
                        .toArray());
    }

    /** A picture as the decoder gives its file. */
    private DecodeResult.Decoded arrived(UprightPicture picture) {
        if (format instanceof UploadFormat.Png) {
            // Lossless: what was written is what is read.
            return picture.still();
        }
        DecodeResult result = decoder.decode(format.encode(picture));
        if (result instanceof DecodeResult.Refused refused) {
            throw new IllegalStateException("an upload of %dx%d pixels is refused, %s: %s"
                    .formatted(picture.width(), picture.height(), refused.refusal(), refused.detail()));
        }
        return (DecodeResult.Decoded) result;
    }

    /** The objective's way: {@code [views, 3, H, W]} in [0, 1]. */
    static float[] planes(List<View> views) {
        int length = views.get(0).pixels().length;
        int area = length / 3;
        float[] planes = new float[views.size() * length];
        for (int view = 0; view < views.size(); view++) {
            byte[] pixels = views.get(view).pixels();
            for (int i = 0; i < length; i++) {
                planes[view * length + i % 3 * area + i / 3] = (pixels[i] & 0xff) / 255f;
            }
        }
        return planes;
    }
}
