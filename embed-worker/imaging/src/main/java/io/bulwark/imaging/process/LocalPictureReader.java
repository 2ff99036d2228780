package io.bulwark.imaging.process;

import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.pdq.PdqHasher;
import io.bulwark.imaging.pdq.PdqVariants;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.scaling.ScalingDetector;
import io.bulwark.imaging.scaling.ScalingTrace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads files in this process: what each decoder process does. Throws whatever a decoder throws. */
final class LocalPictureReader implements PictureReader {

    private final ImageDecoder decoder;
    private final Preprocessor preprocessor;
    private final Optional<Preprocessor> twin;
    private final Optional<ScalingDetector> scaling;

    LocalPictureReader(ReaderSettings settings) {
        this.decoder = new StandardImageDecoder(settings.limits(), settings.reduction(), settings.heif());
        this.preprocessor = settings.preprocessor();
        this.twin = settings.twinPreprocessor();
        this.scaling = settings.scalingDetector();
    }

    @Override
    public PictureRead read(byte[] file, boolean hashes) {
        long start = System.nanoTime();
        return decoder.withDecoded(file, result -> look(result, hashes, start));
    }

    private PictureRead look(DecodeResult result, boolean hashes, long start) {
        if (result instanceof DecodeResult.Refused refused) {
            return new PictureRead.Refused(refused.refusal(), refused.detail());
        }
        long decoded = System.nanoTime();
        DecodeResult.Decoded picture = (DecodeResult.Decoded) result;
        List<PdqVariants> pictures =
                hashes ? picture.frames().stream().map(PdqHasher::variants).toList() : List.of();
        List<View> views = preprocessor.judged(picture);
        List<String> looks = views.stream().map(View::name).toList();
        List<View> twinViews = twin.map(own -> own.judged(picture, looks)).orElse(views);
        Optional<ScalingTrace> trace = scaling.flatMap(detector -> detector.inspect(picture, views));
        return new PictureRead.Seen(
                views,
                twinViews,
                pictures,
                trace,
                Duration.ofNanos(decoded - start),
                Duration.ofNanos(System.nanoTime() - decoded));
    }
}
