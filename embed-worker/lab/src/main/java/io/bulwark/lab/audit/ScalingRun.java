package io.bulwark.lab.audit;

import io.bulwark.cli.everyday.Edit;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.preprocess.PreprocessBenchmark;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.imaging.scaling.ScalingDetector;
import io.bulwark.imaging.scaling.ScalingDetector.ScalingTrace;
import io.bulwark.lab.attack.upload.Downscaling.PointScaling;
import io.bulwark.lab.attack.upload.Downscaling.ViewScaling;
import io.bulwark.lab.attack.upload.ScalingAttack;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** What the detector says of files, and of files in which a picture was hidden. One thread. */
final class ScalingRun {

    private final ImageDecoder decoder;
    private final PreprocessSpec spec;
    private final Preprocessor views;
    private final ScalingDetector detector;

    /** @param spec of the encoder's input */
    ScalingRun(ImageDecoder decoder, PreprocessSpec spec) {
        this.decoder = decoder;
        this.spec = spec;
        // The detector looks at the view of the whole alone.
        this.views = Preprocessor.moderation(spec, ViewPolicy.SQUASH);
        this.detector = new ScalingDetector(spec, SamplingKey.publicKey());
    }

    /** Of a file as it is; empty where it is no picture, or too small to be looked at. */
    OptionalDouble score(byte[] file) {
        return decoder.withDecoded(
                file,
                result -> result instanceof Decoded decoded && detector.looksAt(decoded)
                        ? OptionalDouble.of(score(decoded))
                        : OptionalDouble.empty());
    }

    /** Of an upload; 0 where it is too small to be looked at. */
    public double score(UprightPicture upload) {
        return score(upload.still());
    }

    private double score(Decoded picture) {
        return detector.inspect(picture, views.views(picture))
                .map(ScalingTrace::score)
                .orElse(0.0);
    }

    /** What attacks and edits begin with: the first frame, shrunk; empty where the file is no picture. */
    Optional<UprightPicture> picture(byte[] file) {
        return Edit.start(file, decoder);
    }

    /** Whether a picture is large enough that something can be hidden in it from a scaling to a size. */
    static boolean isLargeEnough(UprightPicture picture, int size) {
        return Math.min(picture.width(), picture.height()) >= 2 * size;
    }

    /**
     * Hides a picture.
     *
     * @return how it was found; empty where the upload shows the hidden picture to people too, as the encoder's view
     *     has it
     */
    OptionalDouble attacked(UprightPicture shown, UprightPicture hidden, PointScaling.Kernel kernel, int size) {
        return hiding(shown, hidden, kernel, size).stream()
                .mapToDouble(this::score)
                .findFirst();
    }

    /** The upload of such an attack, as {@link #attacked} finds it. */
    Optional<UprightPicture> hiding(UprightPicture shown, UprightPicture hidden, PointScaling.Kernel kernel, int size) {
        UprightPicture wanted = hidden.resized(size, size);
        UprightPicture upload = new ScalingAttack(new PointScaling(kernel, shown.width(), shown.height(), size, size))
                .hide(shown, wanted);
        UprightPicture seen = squeezed(upload);
        boolean hides = ScalingAttack.distance(seen, squeezed(shown)) < ScalingAttack.distance(seen, squeezed(hidden));
        return hides ? Optional.of(upload) : Optional.empty();
    }

    /**
     * Tries to hide a picture from the encoder's own scaling.
     *
     * @param bound largest change of a level
     */
    OwnScaling own(UprightPicture shown, UprightPicture hidden, int bound) {
        ViewScaling scaling = new ViewScaling(spec, shown.width(), shown.height());
        ScalingAttack attack = new ScalingAttack(scaling, bound, ScalingAttack.DEFAULT_STEPS);
        UprightPicture wanted = squeezed(hidden);
        UprightPicture upload = attack.hide(shown, wanted);
        double apart = ScalingAttack.distance(squeezed(shown), wanted);
        return new OwnScaling(1 - attack.error(upload, wanted) / apart, ScalingAttack.distance(upload, shown) / apart);
    }

    private UprightPicture squeezed(UprightPicture picture) {
        return picture.resized(spec.width(), spec.height());
    }

    /**
     * The result of an attack on the encoder's own scaling.
     *
     * @param reached share of the way from the shown to the hidden picture that the view went, 1 for all
     * @param shows change of the upload, as a multiple of what the two pictures differ by
     */
    record OwnScaling(double reached, double shows) {

        static String mean(List<OwnScaling> all) {
            return String.format(
                    java.util.Locale.ROOT,
                    "the view goes %.2f of the way to the hidden picture, the upload is changed by %.2f of what the"
                            + " two differ by",
                    all.stream().mapToDouble(OwnScaling::reached).average().orElse(0),
                    all.stream().mapToDouble(OwnScaling::shows).average().orElse(0));
        }
    }

    /**
     * CPU time of this thread for decoding a file and making its views, and for the look at it, in turns: medians.
     *
     * @param width of the upload in pixels
     * @param height of the upload in pixels
     * @param prepareMillis decoding and views
     * @param lookMillis the detector, on top
     */
    record ScalingCost(int width, int height, double prepareMillis, double lookMillis) {

        /** Measures a synthetic photograph. */
        static ScalingCost of(ImageDecoder decoder, PreprocessSpec spec, int width, int height, int rounds) {
            Preprocessor views = Preprocessor.moderation(spec, ViewPolicy.COVER);
            ScalingDetector detector = new ScalingDetector(spec, SamplingKey.publicKey());
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            byte[] file = PreprocessBenchmark.syntheticJpeg(width, height, 2);
            double[] prepare = new double[rounds];
            double[] look = new double[rounds];
            // The first half warms the JIT up.
            for (int i = -rounds; i < rounds; i++) {
                long start = threads.getCurrentThreadCpuTime();
                Decoded picture = (Decoded) decoder.decode(file);
                List<View> seen = views.views(picture);
                long prepared = threads.getCurrentThreadCpuTime();
                detector.inspect(picture, seen);
                long looked = threads.getCurrentThreadCpuTime();
                if (i >= 0) {
                    prepare[i] = (prepared - start) / 1e6;
                    look[i] = (looked - prepared) / 1e6;
                }
            }
            return new ScalingCost(width, height, median(prepare), median(look));
        }

        String text() {
            return String.format(
                    Locale.ROOT,
                    "%dx%d: %.2f ms of CPU to decode and make views, %.2f ms (%.1f %% of that) for the look",
                    width,
                    height,
                    prepareMillis,
                    lookMillis,
                    100 * lookMillis / prepareMillis);
        }

        private static double median(double[] values) {
            double[] ascending = values.clone();
            Arrays.sort(ascending);
            return ascending[ascending.length / 2];
        }
    }
}
