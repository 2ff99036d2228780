package io.bulwark.imaging.fuzz;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeLimits.FrameSampling;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.heif.HeifAlone;
import io.bulwark.imaging.pdq.PdqHasher;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.ViewPolicy;

/**
 * What Jazzer calls with every file that it makes: all that a decoder process does with one. Whatever is thrown is a
 * find.
 */
public final class DecoderFuzzer {

    // A file of a few kilobytes is to be answered in a moment: what is slow within these limits would be a find.
    private static final DecodeLimits LIMITS =
            new DecodeLimits(1_000_000, 4_000_000, 1_000, 64 << 20, FrameSampling.standard());
    private static final ImageDecoder DECODER = new StandardImageDecoder(LIMITS);
    private static final Preprocessor PREPROCESSOR =
            Preprocessor.moderation(PreprocessSpec.unit(32, Interpolation.BILINEAR), ViewPolicy.COVER);
    private static final String FORMAT = System.getProperty("fuzz.format", "");

    private DecoderFuzzer() {}

    /** The name and the signature are Jazzer's. */
    public static void fuzzerTestOneInput(byte[] file) {
        if (!Seeds.isOf(FORMAT, file)) {
            return;
        }
        if (FORMAT.equals("heif")) {
            look(HeifAlone.decode(file, LIMITS));
        } else {
            DECODER.withDecoded(file, DecoderFuzzer::look);
        }
    }

    private static int look(DecodeResult result) {
        if (result instanceof DecodeResult.Decoded picture) {
            picture.frames().forEach(PdqHasher::variants);
            return PREPROCESSOR.views(picture).size();
        }
        return 0;
    }
}
